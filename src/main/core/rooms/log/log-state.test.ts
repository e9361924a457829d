import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { completeThrough, cutAfter, emptyLogState, missingCount, raiseFloor, withBlock, type BlockFacts } from './log-state.ts';

function block(first: number, last = first): BlockFacts {
  return { first, last, clock: { ms: first, count: 0 }, hash: Uint8Array.of(first), previous: new Uint8Array(16) };
}

function held(blocks: readonly BlockFacts[], floor = 0): ReturnType<typeof emptyLogState> {
  return blocks.reduce(withBlock, emptyLogState(floor));
}

describe('the numbers of a log', () => {
  it('[ROOM-13] are held between floor and top, but for the holes', () => {
    const state = held([block(3, 5), block(9), block(7)]);
    expect(state).toMatchObject({
      floor: 0,
      top: 9,
      topHash: Uint8Array.of(9),
      holes: [
        { from: 1, to: 2 },
        { from: 6, to: 6 },
        { from: 8, to: 8 },
      ],
    });
    expect({ missing: missingCount(state), through: completeThrough(state) }).toEqual({ missing: 4, through: 0 });
    expect(completeThrough(held([block(1, 5), block(6)]))).toBe(6);
  });

  it('[ROOM-13] are the same after any order of the same blocks', () => {
    const sizes = fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), isHeld: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, fc.nat({ max: 12 }), fc.infiniteStream(fc.nat({ max: 1_000 })), (some, floor, chances) => {
        let next = 1;
        const blocks = some.flatMap(({ size, isHeld }) => {
          next += size;
          return isHeld ? [block(next - size, next - 1)] : [];
        });
        fc.pre(blocks.length > 0);
        const shuffled = blocks.map((one) => ({ one, at: chances.next().value as number })).sort((a, b) => a.at - b.at);
        const state = held(shuffled.map(({ one }) => one));
        const numbers = new Set(
          blocks.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index)),
        );
        const isMissing = (number: number): boolean => state.holes.some(({ from, to }) => from <= number && number <= to);
        const expected = Array.from({ length: state.top }, (_, index) => !numbers.has(index + 1));
        expect(Array.from({ length: state.top }, (_, index) => isMissing(index + 1))).toEqual(expected);
        expect(state.top).toBe(Math.max(...numbers));
        const raised = raiseFloor(state, floor);
        const still = Array.from({ length: raised.top }, (_, index) => index + 1).filter(
          (number) => number > raised.floor && isMissing(number),
        );
        expect(missingCount(raised)).toBe(still.length);
      }),
      { numRuns: 500 },
    );
  });

  it('[ROOM-14] begin at the first pull, and reach down as older blocks come', () => {
    const first = held([block(501, 510)], 500);
    expect(first).toMatchObject({ floor: 500, top: 510, holes: [] });
    expect(withBlock(first, block(301, 320))).toMatchObject({ floor: 300, top: 510, holes: [{ from: 321, to: 500 }] });
    expect(held([block(301, 320), block(501, 510)], 500)).toEqual(withBlock(first, block(301, 320)));
    expect(withBlock(first, block(491, 500))).toMatchObject({ floor: 490, top: 510, holes: [] });
  });

  it('[ROOM-14] end at a floor that only rises, with the holes below it', () => {
    const state = held([block(1), block(4), block(9)]);
    const raised = raiseFloor(state, 6);
    expect(raised).toMatchObject({ floor: 6, firmFloor: 6, top: 9, holes: [{ from: 7, to: 8 }] });
    expect([raiseFloor(raised, 2), raiseFloor(raised, 99)]).toMatchObject([
      { floor: 6, firmFloor: 6 },
      { floor: 9, firmFloor: 9, top: 9, holes: [] },
    ]);
  });

  it('[ROOM-13] end with the last block that stays after a cut', () => {
    const state = held([block(2), block(5), block(9)]);
    expect(cutAfter(state, block(5))).toMatchObject({
      top: 5,
      topHash: Uint8Array.of(5),
      holes: [
        { from: 1, to: 1 },
        { from: 3, to: 4 },
      ],
    });
    expect(cutAfter(state, undefined)).toMatchObject({ top: 0, topHash: undefined, holes: [] });
  });
});
