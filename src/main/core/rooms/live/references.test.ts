import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createReferences } from './references.ts';

const tagOf = (log: number) => `${log}`.padStart(8, '0').padEnd(16, '0');

it('[ROOM-65] names the newest message of the four logs heard last', () => {
  const references = createReferences(createFakeClock());
  for (let log = 1; log <= 6; log += 1) references.heard({ tag: tagOf(log), last: 10 + log });
  references.heard({ tag: tagOf(2), last: 13 });
  // A repair of an older message does not replace the newer one.
  references.heard({ tag: tagOf(6), last: 3 });
  expect(references.newest()).toEqual([
    { tag: '00000002', number: 13 },
    { tag: '00000006', number: 16 },
    { tag: '00000005', number: 15 },
    { tag: '00000004', number: 14 },
  ]);
});

it('[ROOM-65] names nothing that is older than 2 s', async () => {
  const clock = createFakeClock();
  const references = createReferences(clock);
  references.heard({ tag: tagOf(1), last: 1 });
  await clock.advance(1_500);
  references.heard({ tag: tagOf(2), last: 1 });
  await clock.advance(600);
  expect(references.newest()).toEqual([{ tag: '00000002', number: 1 }]);
});
