import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPace, createTokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  test('[FLOW-2] allows a burst, then its rate per second', () => {
    const bucket = createTokenBucket({ perSecond: 10, burst: 3 });
    expect([0, 0, 0, 0].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, true, false]);
    expect([99, 100, 199, 200, 201].map((nowMs) => bucket.take(nowMs))).toEqual([false, true, false, true, false]);
  });

  test('[FLOW-10] leaves a reserve to those that may use it', () => {
    const bucket = createTokenBucket({ perSecond: 1, burst: 4 });
    expect([2, 2, 2, 0, 0, 0].map((reserve) => bucket.take(0, reserve))).toEqual([true, true, false, true, true, false]);
  });

  test('[FLOW-2] never holds more tokens than the burst, after any idle time', () => {
    const bucket = createTokenBucket({ perSecond: 1_000, burst: 2 });
    bucket.take(0);
    expect([1e9, 1e9, 1e9].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, false]);
  });

  test('[FLOW-2] gives at most burst + rate × time, and that much if asked often enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 200 }),
        (perSecond, burst, waits) => {
          const bucket = createTokenBucket({ perSecond, burst });
          let nowMs = 0;
          const given: number[] = [];
          for (const waitMs of waits) {
            nowMs += waitMs;
            if (bucket.take(nowMs)) given.push(nowMs);
          }
          for (const [index, fromMs] of given.entries()) {
            const within = given.slice(index).map((toMs, more) => more + 1 - burst - ((toMs - fromMs) * perSecond) / 1_000);
            expect(Math.max(...within)).toBeLessThanOrEqual(1e-6);
          }
          expect(given.length).toBeGreaterThanOrEqual(Math.min(waits.length, burst));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a pace', () => {
  test('[SESS-8] needs no wait within the burst, then the time until the tokens are available', () => {
    const pace = createPace({ perSecond: 10, burst: 2 });
    expect([pace.take(0), pace.take(0), pace.take(0), pace.take(0, 3)]).toEqual([0, 0, 100, 400]);
    // All tokens taken count, even those taken in advance.
    expect([pace.take(400), pace.take(1_000)]).toEqual([100, 0]);
  });
});
