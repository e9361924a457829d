import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { RoomClock } from '../wire/block.ts';
import { clockAfter, compareClocks, isAhead, isFarAhead, maxAheadMs, maxNearMs, nextClock } from './room-clock.ts';

const nowMs = 1_700_000_000_000;
const at = (offsetMs: number, count = 0): RoomClock => ({ ms: nowMs + offsetMs, count });
const next = (seen: readonly RoomClock[], ownLast?: RoomClock): unknown => nextClock({ roomTimeMs: nowMs, seen, ownLast });

describe('the clock of a block', () => {
  it('[ROOM-27] is ahead if it is more than 60 s after room time', () => {
    expect([isAhead(at(maxAheadMs, 9), nowMs), isAhead(at(maxAheadMs + 1), nowMs)]).toEqual([false, true]);
  });

  it('[ROOM-28] is room time, unless something in the room is as late', () => {
    expect([next([]), next([at(-1, 7)], at(-5)), next([at(0)]), next([at(20, 3), at(9, 9)], at(-5)), next([], at(4, 1))]).toEqual(
      [at(0), at(0), at(0, 1), at(20, 4), at(4, 2)],
    );
  });

  it('[ROOM-28] carries a full count into the milliseconds', () => {
    expect([clockAfter(at(5, 65_534)), clockAfter(at(5, 65_535))]).toEqual([at(5, 65_535), at(6)]);
    expect(next([at(5, 65_535)])).toEqual(at(6));
  });

  it('[ROOM-28] is not moved by clocks ahead of room time', () => {
    expect(next([at(maxAheadMs + 1), at(86_400_000, 5)])).toEqual(at(0));
    expect(next([at(maxAheadMs, 2)])).toEqual(at(maxAheadMs, 3));
  });

  it('[ROOM-29] is that of a new log if our own last one is more than 150 s ahead of room time', () => {
    expect([next([at(3)], at(maxNearMs + 1)), next([at(3)], at(maxNearMs))]).toEqual(['new-log', at(maxNearMs, 1)]);
  });

  it('[ROOM-28, ROOM-29] is later than everything that counts, and 60 s ahead at most, or follows our own last one', () => {
    const clock = fc.record({
      ms: fc.integer({ min: nowMs - 90_000, max: nowMs + 180_000 }),
      count: fc.constantFrom(0, 1, 65_535),
    });
    fc.assert(
      fc.property(fc.array(clock, { maxLength: 6 }), fc.option(clock, { nil: undefined }), (seen, ownLast) => {
        const result = nextClock({ roomTimeMs: nowMs, seen, ownLast });
        if (result === 'new-log') return ownLast !== undefined && isFarAhead(ownLast, nowMs);
        const counting = [...seen.filter((one) => !isAhead(one, nowMs)), ...(ownLast ? [ownLast] : [])];
        const isLater = counting.every((one) => compareClocks(result, one) > 0) && compareClocks(result, at(0)) >= 0;
        return isLater && result.ms <= Math.max(nowMs + maxAheadMs, ownLast?.ms ?? 0) + 1;
      }),
    );
  });

  it('[ROOM-28] does not creep ahead when nodes answer one another', () => {
    let latest = at(maxAheadMs);
    for (let count = 0; count < 200_000; count += 1) {
      const result = nextClock({ roomTimeMs: nowMs, seen: [latest], ownLast: undefined });
      if (result !== 'new-log') latest = result;
    }
    expect(latest.ms).toBeLessThanOrEqual(nowMs + maxAheadMs + 1);
  });
});
