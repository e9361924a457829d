import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countNumbers, firstRanges, lackedRanges, rangeBelow, removeFrom, subtract, type Needs, type OwnHead } from './needs.ts';

const about = { publicKey: new Uint8Array(33), epoch: 1, hash8: new Uint8Array(8) };

function head(floor: number, top: number, holes: OwnHead['holes'] = [], removed?: number): OwnHead {
  return { ...about, tag: 'a', floor, top, holes, ...(removed !== undefined && { removed }) };
}

test('[ROOM-95] of a new log all is wanted that the peer says it holds', () => {
  expect(lackedRanges(head(4, 20, [{ from: 8, to: 9 }]), undefined)).toEqual([
    { from: 5, to: 7 },
    { from: 10, to: 20 },
  ]);
});

test.each([
  [
    'what is above our top, and fills our holes',
    head(0, 20, [{ from: 4, to: 5 }]),
    [
      { from: 6, to: 6 },
      { from: 11, to: 20 },
    ],
  ],
  ['nothing that it misses too', head(0, 10, [{ from: 5, to: 6 }]), []],
  ['nothing below a floor of ours', head(0, 10, []), [{ from: 5, to: 6 }]],
  ['nothing below its floor', head(5, 10, []), [{ from: 6, to: 6 }]],
])('[ROOM-95] of a log that we have, %s', (_what, theirs, wanted) => {
  expect(lackedRanges(theirs, head(2, 10, [{ from: 5, to: 6 }]))).toEqual(wanted);
});

test('[ROOM-95] older messages than our floor are wanted down to what was removed', () => {
  expect(lackedRanges(head(0, 10), head(6, 10, [], 3))).toEqual([{ from: 4, to: 6 }]);
});

test('[ROOM-104] logs are compared 32 numbers at a time, down to the floor', () => {
  const ours = head(10, 100);
  const theirs = head(0, 100);
  expect([rangeBelow(101, theirs, ours), rangeBelow(20, theirs, ours), rangeBelow(11, theirs, ours)]).toEqual([
    [{ from: 69, to: 100 }],
    [{ from: 11, to: 19 }],
    [],
  ]);
});

test('[ROOM-95] ranges without others are exactly the numbers in none of them', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(8)).map(([from, more]) => ({ from, to: from + more }));
  const numbers = (ranges: readonly { readonly from: number; readonly to: number }[]): Set<number> =>
    new Set(ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index)));
  fc.assert(
    fc.property(fc.array(range), fc.array(range), (some, others) => {
      const rest = subtract(some, others);
      expect(numbers(rest)).toEqual(new Set([...numbers(some)].filter((number) => !numbers(others).has(number))));
      expect(rest.every(({ from, to }) => from <= to)).toBe(true);
    }),
  );
});

test('[ROOM-96] a want has the first ranges, and what came is taken from both forms of a tag', () => {
  const needs: Needs = new Map([
    ['0123456789abcdef', [{ from: 1, to: 9 }]],
    ['01234567', [{ from: 3, to: 4 }, { from: 8, to: 8 }]], // prettier-ignore
  ]);
  expect(firstRanges(needs, 2).map(({ tag, from }) => [tag, from])).toEqual([
    ['0123456789abcdef', 1],
    ['01234567', 3],
  ]);
  removeFrom(needs, '0123456789abcdef', [{ from: 3, to: 8 }]);
  expect([...needs]).toEqual([['0123456789abcdef', [{ from: 1, to: 2 }, { from: 9, to: 9 }]]]); // prettier-ignore
  expect(countNumbers([...needs.values()].flat())).toBe(3);
});
