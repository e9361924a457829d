/** Waits before another attempt: they grow while nothing succeeds. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createRetries } from './retries.ts';

test('[XFER-44] a peer that accepts connections and closes them is asked less and less often', async () => {
  const clock = createFakeClock();
  let attempts = 0;
  const retries = createRetries(
    clock,
    () => {
      attempts += 1;
      retries.backOff('rogue');
    },
    { firstMs: 1_000, maxMs: 60_000 },
  );
  retries.backOff('rogue');
  const counts: number[] = [];
  for (const untilMs of [1_000, 3_000, 7_000, 63_000, 123_000, 183_000]) {
    await clock.advance(untilMs - clock.monotonicMs());
    counts.push(attempts);
  }
  expect(counts).toEqual([1, 2, 3, 6, 7, 8]);
  retries.cancel('rogue');
  retries.reset('rogue');
  retries.backOff('rogue');
  await clock.advance(1_000);
  expect(attempts).toBe(9);
  retries.close();
  await clock.advance(600_000);
  expect(attempts).toBe(9);
});
