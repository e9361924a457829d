import { expect, it } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { StoreError } from '../messaging/ports.ts';
import { createMemoryStore } from './memory-store.ts';
import { startRetention } from './retention.ts';

const dayMs = 86_400_000;
const log = { write: () => undefined };
const friend = 'a'.repeat(52);

function receive(store: ReturnType<typeof createMemoryStore>, sequence: number, receivedAtMs: number): void {
  const message = { conversation: friend, from: friend, fromName: 'Bo', text: `${sequence}`, sentAtMs: 0 };
  store.addIncoming({ ...message, messageId: `00000000-0000-7000-8000-00000000000${sequence}`, sequence, receivedAtMs });
}

it('deletes what is too old at the start and every day, by when it came here, and keeps what waits to be delivered', async () => {
  const clock = createFakeClock();
  const store = createMemoryStore({ clock });
  const own = { conversation: friend, from: 'b'.repeat(52), fromName: 'Me', sentAtMs: 0, text: 'waits' };
  store.addOutgoing({ ...own, messageId: '00000000-0000-7000-8000-000000000009' });
  receive(store, 1, clock.wallMs() - 8 * dayMs);
  receive(store, 2, clock.wallMs() - 6 * dayMs);
  const texts = (): readonly string[] => Array.from(store.exportMessages(), ({ text }) => text);

  const stop = startRetention({ clock, log, store }, 7);
  const atStart = texts();
  await clock.advance(dayMs);
  const afterOneDay = texts();
  await clock.advance(dayMs);
  stop();

  expect([atStart, afterOneDay, texts()]).toEqual([['waits', '2'], ['waits', '2'], ['waits']]);
  expect(clock.pendingTimers()).toBe(0);
});

it('keeps everything without a choice, and goes on after a store that fails', async () => {
  const clock = createFakeClock();
  let calls = 0;
  const store = {
    deleteOlderThan: () => {
      calls += 1;
      throw new StoreError('full', 'no space');
    },
  };
  startRetention({ clock, log, store }, undefined);
  const stop = startRetention({ clock, log, store }, 1);
  await clock.advance(2 * dayMs + 1);
  stop();
  expect(calls).toBe(3);
});
