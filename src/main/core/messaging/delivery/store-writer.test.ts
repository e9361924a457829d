/** The store writer: one transaction for the writes of a turn, and refusals as values. */
import { expect, test } from 'vitest';
import { createBreakableStore } from '../../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createStoreWriter } from './store-writer.ts';
import { StoreError, type StoreProblem } from '../ports.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';

function makeWriter() {
  const clock = createFakeClock();
  const store = createBreakableStore({ clock });
  const problems: (StoreProblem | undefined)[] = [];
  const writer = createStoreWriter({ clock, store, onProblem: (code) => problems.push(code) });
  /** @returns the position of the message, once it is persisted; undefined if it was refused */
  const write = (text: string): Promise<number | undefined> =>
    writer.persist(() => {
      const { position } = store.addOutgoing({
        messageId: text,
        conversation: conversationOf('bo'),
        from: 'ana',
        fromName: 'Ana',
        text,
        sentAtMs: 0,
      });
      return position;
    });
  const texts = (): readonly string[] => [...store.exportMessages()].map(({ text }) => text);
  return { clock, store, writer, problems, write, texts };
}

test('[KEEP-1] writes of one turn are one transaction, and their callers wait for its commit', async () => {
  const { clock, store, write, texts } = makeWriter();
  const heard: (number | undefined)[] = [];
  const all = ['a', 'b', 'c'].map((text) => write(text).then((position) => heard.push(position)));
  await Promise.resolve();
  expect({ heard, texts: texts(), commits: store.commits }).toEqual({
    heard: [],
    texts: [],
    commits: 0,
  });
  await clock.advance(0);
  await Promise.all(all);
  expect({ heard, texts: texts(), commits: store.commits }).toEqual({
    heard: [1, 2, 3],
    texts: ['a', 'b', 'c'],
    commits: 1,
  });
});

test('[KEEP-2] a write that fails changes nothing, and the others are persisted', async () => {
  const { clock, store, problems, write, texts } = makeWriter();
  store.unkeepable.add('b');
  const settled = Promise.all(['a', 'b', 'c'].map(write));
  await clock.advance(0);
  const isPersisted = (await settled).map((position) => position !== undefined);
  expect([isPersisted, texts()]).toEqual([
    [true, false, true],
    ['a', 'c'],
  ]);
  expect(problems).toEqual(['full', undefined]);
});

test('[KEEP-2] an exception in one write reaches its caller alone', async () => {
  const { clock, writer, problems, write, texts } = makeWriter();
  const bug = writer.persist(() => {
    throw new TypeError('a bug');
  });
  const settled = Promise.allSettled([write('a'), bug, write('b')]);
  await clock.advance(0);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await expect(bug).rejects.toThrow(TypeError);
  expect([texts(), problems]).toEqual([['a', 'b'], []]);
});

test('[KEEP-2] a full disk fails every write, and later writes succeed once there is space', async () => {
  const { clock, store, problems, write, texts } = makeWriter();
  store.refuseWrites = 'full';
  const refused = Promise.all([write('a'), write('b')]);
  await clock.advance(0);
  expect(await refused).toEqual([undefined, undefined]);
  store.refuseWrites = undefined;
  const kept = write('c');
  await clock.advance(0);
  await kept;
  expect([texts(), problems]).toEqual([['c'], ['full', undefined]]);
});

test('[KEEP-1] many writes take several turns, in order', async () => {
  const { clock, store, write, texts } = makeWriter();
  const names = Array.from({ length: 2_500 }, (_, index) => `m${index}`);
  const all = Promise.all(names.map(write));
  await clock.advance(0);
  await all;
  expect({ texts: texts(), commits: store.commits, timers: clock.pendingTimers() }).toEqual({
    texts: names,
    commits: 3,
    timers: 0,
  });
});

test.each([
  ['slow writes', () => 'persisted'],
  [
    'slow writes that all fail',
    () => {
      throw new StoreError('full', 'refused by the test');
    },
  ],
])('[KEEP-1] %s take several turns, so that other work runs between them', async (_what, write) => {
  const { clock, store } = makeWriter();
  let nowMs = 0;
  const writer = createStoreWriter({
    clock: { ...clock, monotonicMs: () => nowMs },
    store,
    onProblem: () => undefined,
  });
  let calls = 0;
  const slow = (): string => {
    calls += 1;
    nowMs += 10;
    return write();
  };
  const all = Promise.all(Array.from({ length: 9 }, () => writer.persist(slow)));
  let callsInOneTurn = 0;
  clock.setTimer(() => (callsInOneTurn = calls), 0);
  await clock.advance(0);
  expect([callsInOneTurn, (await all).length, clock.pendingTimers()]).toEqual([3, 9, 0]);
});

test('[KEEP-1] waiting writes can be committed at once, and leave no timer', async () => {
  const { clock, writer, write, texts } = makeWriter();
  const kept = Promise.all([write('a'), write('b')]);
  writer.flush();
  expect({ texts: texts(), timers: clock.pendingTimers() }).toEqual({ texts: ['a', 'b'], timers: 0 });
  await kept;
});
