import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { createDrafts, maxDrafts, maxStoredLength, saveDelayMs } from './drafts.ts';
import { conversationOf, conversationOfRoom } from '../../shared/lib/ids.ts';

function createStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

test('a draft survives a reload, separate for each contact and profile', async () => {
  const storage = createStorage();
  const clock = createFakeClock();
  const drafts = createDrafts({ storage, setTimer: clock.setTimer });
  drafts.set('me', conversationOf('ana'), 'half a');
  drafts.set('me', conversationOf('ana'), 'half a thought');
  drafts.set('other me', conversationOf('ana'), 'another');
  await clock.advance(saveDelayMs);
  const reloaded = createDrafts({ storage, setTimer: clock.setTimer });
  expect([
    reloaded.of('me', conversationOf('ana')),
    reloaded.of('other me', conversationOf('ana')),
    reloaded.of('me', conversationOf('bo')),
  ]).toEqual(['half a thought', 'another', '']);
});

test('reads drafts of an earlier version, keyed by peer, and writes them back in that form', () => {
  const storage = createStorage();
  const ana = 'a'.repeat(52);
  storage.items.set('hallway.drafts.me', JSON.stringify([[ana, 'half a thought']]));
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  const before = drafts.of('me', conversationOf(ana));
  drafts.set('me', conversationOfRoom('lunch'), 'soup?');
  drafts.flush();
  expect({ before, kept: JSON.parse(storage.items.get('hallway.drafts.me') ?? '') }).toEqual({
    before: 'half a thought',
    kept: [
      [ana, 'half a thought'],
      ['#lunch', 'soup?'],
    ],
  });
});

test('flushes the latest text when the page closes', () => {
  const storage = createStorage();
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  drafts.set('me', conversationOf('ana'), 'just now');
  drafts.flush();
  expect(createDrafts({ storage, setTimer: createFakeClock().setTimer }).of('me', conversationOf('ana'))).toBe('just now');
});

test('an emptied draft is removed from storage', () => {
  const storage = createStorage();
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  drafts.set('me', conversationOf('ana'), 'x');
  drafts.flush();
  drafts.set('me', conversationOf('ana'), '');
  drafts.flush();
  expect(storage.items.size).toBe(0);
});

test('over the limit, the least recently used draft goes', () => {
  const drafts = createDrafts({ storage: createStorage(), setTimer: createFakeClock().setTimer });
  for (let number = 0; number < maxDrafts; number += 1) drafts.set('me', conversationOf(`p${number}`), 'x');
  drafts.set('me', conversationOf('p0'), 'touched again');
  drafts.set('me', conversationOf('one more'), 'x');
  expect([
    drafts.of('me', conversationOf('p0')),
    drafts.of('me', conversationOf('p1')),
    drafts.of('me', conversationOf('one more')),
  ]).toEqual(['touched again', '', 'x']);
});

test('a draft that is too long for storage lasts as long as the page', () => {
  const storage = createStorage();
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  drafts.set('me', conversationOf('ana'), 'x'.repeat(maxStoredLength + 1));
  drafts.flush();
  expect([drafts.of('me', conversationOf('ana')).length, storage.items.size]).toEqual([maxStoredLength + 1, 0]);
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
])('with a storage that is %s, drafts only do not survive a reload', (_what, storage) => {
  const drafts = createDrafts({ storage, setTimer: createFakeClock().setTimer });
  const before = drafts.of('me', conversationOf('ana'));
  drafts.set('me', conversationOf('ana'), 'x');
  drafts.flush();
  expect([before, drafts.of('me', conversationOf('ana'))]).toEqual(['', 'x']);
});

describe('several tabs', () => {
  /** Tabs on one storage: a change is reported to all but its author, as browsers do. */
  function createTabs() {
    const storage = createStorage();
    const listeners: ((key: string | null) => void)[] = [];
    function createTab() {
      const clock = createFakeClock();
      const number = listeners.length;
      const report = (key: string): void => {
        for (const [at, listener] of listeners.entries()) if (at !== number) listener(key);
      };
      const own = {
        ...storage,
        setItem(key: string, value: string) {
          storage.setItem(key, value);
          report(key);
        },
        removeItem(key: string) {
          storage.removeItem(key);
          report(key);
        },
      };
      listeners.push(() => undefined);
      const watchStorage = (listener: (key: string | null) => void): void => void (listeners[number] = listener);
      return { clock, drafts: createDrafts({ storage: own, setTimer: clock.setTimer, watchStorage }) };
    }
    return [createTab(), createTab()] as const;
  }

  test('keep the drafts of both, also over a reload', async () => {
    const [a, b] = createTabs();
    a.drafts.of('me', conversationOf('bo'));
    b.drafts.of('me', conversationOf('bo'));
    a.drafts.set('me', conversationOf('bo'), 'to Bo');
    b.drafts.set('me', conversationOf('cleo'), 'to Cleo');
    await a.clock.advance(saveDelayMs);
    await b.clock.advance(saveDelayMs);
    const [atA, atB] = [a, b].map(({ drafts }) => [
      drafts.of('me', conversationOf('bo')),
      drafts.of('me', conversationOf('cleo')),
    ]);
    expect({ atA, atB }).toEqual({ atA: ['to Bo', 'to Cleo'], atB: ['to Bo', 'to Cleo'] });
  });

  test('a draft that one sent disappears in the other, which is told', async () => {
    const [a, b] = createTabs();
    const shown: string[] = [];
    b.drafts.subscribe(() => shown.push(b.drafts.of('me', conversationOf('bo'))));
    b.drafts.of('me', conversationOf('bo'));
    a.drafts.set('me', conversationOf('bo'), 'once');
    a.drafts.flush();
    a.drafts.set('me', conversationOf('bo'), '');
    a.drafts.flush();
    expect(shown).toEqual(['once', '']);
  });

  test('a text that is typed in both stays as typed in each, until it is stored', () => {
    const [a, b] = createTabs();
    b.drafts.set('me', conversationOf('bo'), 'of B');
    a.drafts.set('me', conversationOf('bo'), 'of A');
    a.drafts.flush();
    expect(b.drafts.of('me', conversationOf('bo'))).toBe('of B');
  });
});
