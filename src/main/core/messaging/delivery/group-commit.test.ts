import { expect, test } from 'vitest';
import { createBreakableStore } from '../../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createGroupCommit } from './group-commit.ts';
import { StoreError } from '../ports.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';

function makeCommits() {
  const clock = createFakeClock();
  const store = createBreakableStore({ clock });
  const commits = createGroupCommit({ clock, store });
  const write = (text: string): Promise<number> =>
    commits.run(() => {
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
  return { clock, store, commits, write, texts };
}

test('[KEEP-1] writes of one turn are one transaction, and their callers wait for its commit', async () => {
  const { clock, store, write, texts } = makeCommits();
  const heard: number[] = [];
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
  const { clock, store, write, texts } = makeCommits();
  store.unkeepable.add('b');
  const settled = Promise.allSettled(['a', 'b', 'c'].map(write));
  await clock.advance(0);
  const outcomes = await settled;
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(StoreError);
  expect(texts()).toEqual(['a', 'c']);
});

test('[KEEP-2] an exception in one write reaches its caller alone', async () => {
  const { clock, commits, write, texts } = makeCommits();
  const bug = commits.run(() => {
    throw new TypeError('a bug');
  });
  const settled = Promise.allSettled([write('a'), bug, write('b')]);
  await clock.advance(0);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await expect(bug).rejects.toThrow(TypeError);
  expect(texts()).toEqual(['a', 'b']);
});

test('[KEEP-2] a full disk fails every write, and later writes succeed once there is space', async () => {
  const { clock, store, write, texts } = makeCommits();
  store.refuseWrites = 'full';
  const refused = Promise.allSettled([write('a'), write('b')]);
  await clock.advance(0);
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  store.refuseWrites = undefined;
  const kept = write('c');
  await clock.advance(0);
  await kept;
  expect(texts()).toEqual(['c']);
});

test('[KEEP-1] many writes take several turns, in order', async () => {
  const { clock, store, write, texts } = makeCommits();
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

test('[KEEP-1] waiting writes can be committed at once, and leave no timer', async () => {
  const { clock, commits, write, texts } = makeCommits();
  const kept = Promise.all([write('a'), write('b')]);
  commits.flush();
  expect({ texts: texts(), timers: clock.pendingTimers() }).toEqual({ texts: ['a', 'b'], timers: 0 });
  await kept;
});
