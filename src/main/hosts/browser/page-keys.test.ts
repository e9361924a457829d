/** How long the keys of pages last, and how many there are. */
import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { maxPageKeys, type PageKeyRecord } from '../../node/storage/profile/page-link-file.ts';
import { createPageKeys, pageKeyLifeMs, type PageKeys } from './page-keys.ts';

const origin = 'http://127.0.0.1:4000';
const random = { fraction: () => 0.5, bytes: (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes)) };

function start(clock = createFakeClock(), pages: readonly PageKeyRecord[] = []) {
  const saved: { pages: readonly PageKeyRecord[] } = { pages };
  const keys = createPageKeys({ clock, random, ownOrigins: [origin], pages, onPages: (records) => (saved.pages = records) });
  return { clock, keys, saved };
}

/** Opens a page with a new address. @returns the name of its own key */
function openPage(keys: PageKeys): string {
  const [code = ''] = keys.issueCode().split('.');
  return keys.admit(code, origin)?.name ?? '';
}

it('[LINK-33] a page key lasts a week after its page was last open, also if Hallway was killed', async () => {
  const { clock, keys, saved } = start();
  const [stays, leaves] = [openPage(keys), openPage(keys)];
  keys.release(leaves);
  await clock.advance(pageKeyLifeMs);
  const next = start(clock, saved.pages);
  const afterOne = [stays, leaves].map((name) => next.keys.find(name, origin) !== undefined);
  await clock.advance(pageKeyLifeMs);
  const afterTwo = start(clock, saved.pages).keys;
  expect({ afterOne, running: keys.find(stays, origin) !== undefined, killed: next.keys.find(stays, origin) }).toEqual({
    afterOne: [true, false],
    running: true,
    killed: undefined,
  });
  afterTwo.close();
});

it(`[LINK-33] beyond ${maxPageKeys} page keys the oldest go, but not those of open pages`, () => {
  const { keys, saved } = start();
  const [stays, leaves] = [openPage(keys), openPage(keys)];
  keys.release(leaves);
  for (let count = 0; count < maxPageKeys; count += 1) keys.release(openPage(keys));
  expect({
    count: saved.pages.length,
    known: [stays, leaves].map((name) => keys.find(name, origin) !== undefined),
  }).toEqual({ count: maxPageKeys, known: [true, false] });
});
