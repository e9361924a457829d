import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { randomBackoffMs } from './backoff.ts';

it('[ROOM-67] a backoff is from 0 to T, and grows with the chance', () => {
  const fraction = () => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fraction(),
      fraction(),
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      (one, other, size, maxMs) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((value) => randomBackoffMs(value, maxMs, size));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(maxMs);
        expect(low).toBeLessThanOrEqual((high as number) + 1e-9);
      },
    ),
  );
});

it('[ROOM-67] of 50 that lost the same datagram few ask before the first repair is there', () => {
  const random = createSeededRandom('backoff');
  const tries = 500;
  let [asks, firstMs] = [0, 0];
  for (let round = 0; round < tries; round += 1) {
    const waits = Array.from({ length: 49 }, () => randomBackoffMs(random.fraction(), 40, 49));
    const first = Math.min(...waits);
    firstMs += first;
    asks += waits.filter((ms) => ms <= first + 2).length;
  }
  expect(asks / tries).toBeLessThan(2);
  expect(firstMs / tries).toBeLessThan(15);
});
