import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beaconIntervalMs, helloDelayMs, nextBeaconDelayMs } from './beacon-interval.ts';
import { defaultPresenceOptions as options } from '../options.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const almostOne = 1 - Number.EPSILON;

describe('cadence', () => {
  test('[CAD-1] T is 5 s up to 50 peers, then grows with the population to 15 s', () => {
    const intervals = [0, 1, 49, 50, 51, 75, 100, 149, 150, 151, 1_000, 1_000_000].map((population) =>
      beaconIntervalMs(population, options),
    );
    expect(intervals).toEqual([5_000, 5_000, 5_000, 5_000, 5_100, 7_500, 10_000, 14_900, 15_000, 15_000, 15_000, 15_000]);
  });

  test('[CAD-1] all nodes together send at most 10 beacons a second until T reaches its maximum', () => {
    for (let population = 0; population <= 150; population += 1) {
      expect((population * 1_000) / beaconIntervalMs(population, options)).toBeLessThanOrEqual(10.001);
    }
  });

  test('[CAD-2] the next beacon follows after T ± 20 %, and never later than 15 s', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), chance, (population, drawn) => {
        const intervalMs = beaconIntervalMs(population, options);
        const delayMs = nextBeaconDelayMs(intervalMs, drawn, options);
        expect(delayMs).toBeGreaterThanOrEqual(intervalMs * 0.8 - 1e-6);
        expect(delayMs).toBeLessThanOrEqual(Math.min(intervalMs * 1.2, 15_000));
      }),
    );
    expect([0, 0.5, almostOne].map((drawn) => Math.round(nextBeaconDelayMs(5_000, drawn, options)))).toEqual([
      4_000, 5_000, 6_000,
    ]);
    expect(nextBeaconDelayMs(15_000, 0.9, options)).toBe(15_000);
  });

  test('[HS-1] the delay before a HELLO grows by 0.5 ms per peer, between 5 ms and 1 s', () => {
    const longest = [0, 1, 10, 11, 50, 1_000, 2_000, 2_001, 1_000_000].map((population) =>
      helloDelayMs(population, almostOne, options),
    );
    expect(longest.map((delayMs) => Math.round(delayMs * 10) / 10)).toEqual([5, 5, 5, 5.5, 25, 500, 1_000, 1_000, 1_000]);
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), chance, (population, drawn) => {
        const delayMs = helloDelayMs(population, drawn, options);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThan(Math.min(1_000, Math.max(5, population * 0.5)) + 1e-9);
      }),
    );
  });
});
