import { expect, test } from 'vitest';
import { createToldStates } from './told-states.ts';

const digest = { weight: 3, hash: 4 };

test('[ROOM-182] only members that told a state count as here, until they are gone or off the list', () => {
  const told = createToldStates();
  const first = told.note('ana', 'r', { digest, tops: [{ tag: 't', number: 5 }] });
  const second = told.note('ana', 'r', { digest, tops: [{ tag: 't', number: 4 }] });
  told.note('bo', 'r', { digest, tops: [] });
  told.note('bo', 's', { digest, tops: [] });
  expect({ first, second, here: told.of('r'), top: told.topOf('ana', 't'), digest: told.digestOf('bo', 's') }).toEqual({
    ...{ first: true, second: false, here: ['ana', 'bo'], top: 5, digest },
  });
  told.forget('ana', 'r');
  expect([told.of('r'), told.forgetPeer('bo'), told.of('r'), told.has('bo', 's')]).toEqual([['bo'], ['r', 's'], [], false]);
});
