import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { StoreError } from '../../../core/messaging/ports.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { createRetention } from './retention.ts';
import { behindAll } from '../../../../../test/fakes/cursors.ts';
import { conversationOf } from '../../../../shared/lib/ids.ts';

const dayMs = 86_400_000;
const friend = 'a'.repeat(52);

/** A store whose messages from a friend are read, and what is deleted of it. */
function createScene() {
  const clock = createFakeClock();
  const store = createMemoryStore({ clock });
  const notes: string[] = [];
  let last = 0;
  return {
    clock,
    store,
    notes,
    deps: { clock, store, log: { write: (_level: string, note: string) => void notes.push(note) } },
    receive(receivedAtMs: number): void {
      last += 1;
      const messageId = `00000000-0000-7000-8000-00000000000${last}`;
      const message = { conversation: conversationOf(friend), from: friend, fromName: 'Bo', text: `${last}`, sentAtMs: 0 };
      store.addIncoming({ ...message, messageId, sequence: last, receivedAtMs });
      store.markRead(conversationOf(friend), behindAll, Infinity);
    },
    texts: (): readonly string[] => Array.from(store.exportMessages(), ({ text }) => text),
  };
}

it('[STORE-11] deletes what is too old at the start and every day, by when it came here, and keeps what waits to be delivered', async () => {
  const { clock, store, deps, receive, texts } = createScene();
  const own = { conversation: conversationOf(friend), from: 'b'.repeat(52), fromName: 'Me', sentAtMs: 0, text: 'waits' };
  receive(clock.wallMs() - 8 * dayMs);
  receive(clock.wallMs() - 6 * dayMs);
  store.addOutgoing({ ...own, messageId: '00000000-0000-7000-8000-000000000009' });

  const retention = createRetention(deps);
  retention.keep(7);
  const atStart = texts();
  await clock.advance(dayMs);
  const afterOneDay = texts();
  await clock.advance(dayMs);
  retention.stop();

  expect([atStart, afterOneDay, texts()]).toEqual([['2', 'waits'], ['2', 'waits'], ['waits']]);
  expect(clock.pendingTimers()).toBe(0);
});

it('[STORE-11] deletes nothing at one start with a clock that is a year ahead', async () => {
  const { clock, deps, receive, texts, notes } = createScene();
  receive(clock.wallMs());
  clock.jumpWall(365 * dayMs);
  const retention = createRetention(deps);
  retention.keep(30);
  const atStart = texts();
  clock.jumpWall(-365 * dayMs);
  await clock.advance(3 * dayMs);
  retention.stop();
  expect([atStart, texts()]).toEqual([['1'], ['1']]);
  expect(notes).toEqual(['the clock is far ahead of the last message: nothing is deleted until it says so for a day']);
});

it('[STORE-11] deletes nothing when the clock of a running node is set a year ahead, until it says so for a day', async () => {
  const { clock, deps, receive, texts } = createScene();
  receive(clock.wallMs());
  const retention = createRetention(deps);
  retention.keep(30);
  clock.jumpWall(365 * dayMs);
  await clock.advance(dayMs);
  const afterOneDay = texts();
  await clock.advance(dayMs);
  retention.stop();
  expect([afterOneDay, texts()]).toEqual([['1'], []]);
});

it('[STORE-11] believes a clock after a silence of months once it says so for a day, sleep included', async () => {
  const { clock, deps, receive, texts } = createScene();
  receive(clock.wallMs() - 100 * dayMs);
  const retention = createRetention(deps);
  retention.keep(30);
  const atStart = texts();
  clock.jumpWall(2 * dayMs);
  await clock.advance(dayMs);
  retention.stop();
  expect([atStart, texts()]).toEqual([['1'], []]);
});

it('keeps everything without a choice, and goes on after a store that fails', async () => {
  const { clock, deps, receive, store, notes } = createScene();
  receive(clock.wallMs());
  const failing = {
    conversations: store.conversations,
    deleteOlderThan: () => {
      throw new StoreError('full', 'no space');
    },
  };
  const retention = createRetention({ ...deps, store: failing });
  await clock.advance(2 * dayMs + 1);
  expect(notes).toEqual([]);
  retention.keep(1);
  await clock.advance(2 * dayMs + 1);
  retention.stop();
  expect(notes).toEqual(Array(3).fill('old messages could not be deleted'));
});

it('[STORE-11] a shorter time deletes at once, and counts from then on; never keeps all again', async () => {
  const { clock, deps, receive, texts } = createScene();
  const retention = createRetention(deps);
  for (const days of [9, 5, 1]) receive(clock.wallMs() - days * dayMs);
  retention.keep(7);
  const first = texts();
  retention.keep(3);
  const shorter = texts();
  retention.keep(null);
  await clock.advance(30 * dayMs);
  retention.stop();
  expect({ first, shorter, never: texts() }).toEqual({ first: ['2', '3'], shorter: ['3'], never: ['3'] });
});

it('[STORE-11] a change of the time does not make a clock believed that was set a year ahead just now', async () => {
  const { clock, deps, receive, texts } = createScene();
  const retention = createRetention(deps);
  receive(clock.wallMs());
  clock.jumpWall(365 * dayMs);
  await clock.advance(60_000);
  retention.keep(30);
  retention.keep(7);
  retention.stop();
  expect(texts()).toEqual(['1']);
});
