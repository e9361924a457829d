import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createConnectionHealth } from './connection-health.ts';
import { createHealthBoard } from './health-board.ts';

async function openConnectionHealth() {
  const clock = createFakeClock();
  const board = createHealthBoard({ clock });
  const counts = { tooMany: 0, busy: 0, failed: 0 };
  const counters = () => ({
    refused: { 'too-many': counts.tooMany, 'handshake-failed': counts.failed },
    ended: { 'us busy': counts.busy, 'us idle': counts.failed },
  });
  const stopping = new AbortController();
  const running = createConnectionHealth({ clock, health: board, counters }).run(stopping.signal);
  await clock.advance(1);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  return { clock, counts, codes: () => board.list().map(({ code }) => code), stop };
}

test.each(['tooMany', 'busy'] as const)(
  '[TLS-12] many connections turned away (%s) are one health entry until 10 s after the last',
  async (counter) => {
    const { clock, counts, codes, stop } = await openConnectionHealth();
    for (let second = 0; second < 30; second += 1) {
      counts[counter] += 200;
      await clock.advance(1_000);
      expect(codes()).toEqual(['connections-refused']);
    }
    await clock.advance(9_000);
    expect(codes()).toEqual(['connections-refused']);
    await clock.advance(2_000);
    expect(codes()).toEqual([]);
    await stop();
  },
);

test('[TLS-12] a few, and handshakes that failed, are none', async () => {
  const { clock, counts, codes, stop } = await openConnectionHealth();
  for (let second = 0; second < 30; second += 1) {
    counts.tooMany += 5;
    counts.failed += 200;
    await clock.advance(1_000);
    expect(codes()).toEqual([]);
  }
  await stop();
});
