import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { createDrafts, maxDrafts, maxStoredLength, saveDelayMs } from './drafts.ts';

function createStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

test('a draft outlives a reload, apart for each contact and each profile', async () => {
  const storage = createStorage();
  const clock = createFakeClock();
  const drafts = createDrafts({ storage, setTimer: clock.setTimer });
  drafts.set('me', 'ana', 'half a');
  drafts.set('me', 'ana', 'half a thought');
  drafts.set('other me', 'ana', 'another');
  await clock.advance(saveDelayMs);
  const reloaded = createDrafts({ storage, setTimer: clock.setTimer });
  expect([reloaded.of('me', 'ana'), reloaded.of('other me', 'ana'), reloaded.of('me', 'bo')]).toEqual([
    'half a thought',
    'another',
    '',
  ]);
});

test('what was typed last is written down when the page goes', () => {
  const storage = createStorage();
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  drafts.set('me', 'ana', 'just now');
  drafts.flush();
  expect(createDrafts({ storage, setTimer: createFakeClock().setTimer }).of('me', 'ana')).toBe('just now');
});

test('an emptied draft leaves nothing behind', () => {
  const storage = createStorage();
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  drafts.set('me', 'ana', 'x');
  drafts.flush();
  drafts.set('me', 'ana', '');
  drafts.flush();
  expect(storage.items.size).toBe(0);
});

test('no more are stored than the limit: the one touched longest ago goes', () => {
  const drafts = createDrafts({ storage: createStorage(), setTimer: createFakeClock().setTimer });
  for (let number = 0; number < maxDrafts; number += 1) drafts.set('me', `p${number}`, 'x');
  drafts.set('me', 'p0', 'touched again');
  drafts.set('me', 'one more', 'x');
  expect([drafts.of('me', 'p0'), drafts.of('me', 'p1'), drafts.of('me', 'one more')]).toEqual(['touched again', '', 'x']);
});

test('one that is too long to be stored stays while the page does', () => {
  const storage = createStorage();
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  drafts.set('me', 'ana', 'x'.repeat(maxStoredLength + 1));
  drafts.flush();
  expect([drafts.of('me', 'ana').length, storage.items.size]).toEqual([maxStoredLength + 1, 0]);
});

test.each([
  ['absent', undefined],
  [
    'full',
    {
      ...createStorage(),
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    },
  ],
  ['garbled', { ...createStorage(), getItem: () => '{"ana":' }],
  ['of another shape', { ...createStorage(), getItem: () => '[1,["ana"],["bo",2],null]' }],
])('a storage that is %s costs only the reload', (_what, storage) => {
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  const before = drafts.of('me', 'ana');
  drafts.set('me', 'ana', 'x');
  drafts.flush();
  expect([before, drafts.of('me', 'ana')]).toEqual(['', 'x']);
});
