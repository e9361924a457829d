/**
 * Random histories of one key, honest or not, that arrive in random orders: what counts agrees with
 * the rule as it is said.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, countedOf, createHeldLog, type TestBlock } from '../../../../../test/fixtures/held-log.ts';

/** The rule as it is said, from the whole set: all pairs, then a walk. */
function expectedNames(blocks: readonly TestBlock[]): readonly string[] {
  const sorted = [...new Map(blocks.map((one) => [one.name, one])).values()].sort(
    (a, b) => a.first - b.first || rivalOrder(a, b),
  );
  const brokenAt = Math.min(
    ...sorted.flatMap((a, index) =>
      sorted.slice(index + 1).map((b) => (contradict(a, b) ? Math.max(a.first, b.first) : Infinity)),
    ),
    Infinity,
  );
  const chain = sorted.filter(({ first }) => first < brokenAt);
  const before = chain.at(-1);
  let place = before && before.last + 1 > brokenAt ? before.last + 1 : brokenAt;
  for (let next = nextAt(place); next; next = nextAt(place)) {
    chain.push(next);
    place = next.last + 1;
  }
  return chain.map(({ name }) => name);

  function nextAt(number: number): TestBlock | undefined {
    const last = chain.at(-1);
    return sorted.find((one) => one.first === number && !(last && contradict(last, one)));
  }
}

function rivalOrder(a: TestBlock, b: TestBlock): number {
  return a.clock.ms - b.clock.ms || Buffer.compare(a.hash, b.hash);
}

function contradict(a: TestBlock, b: TestBlock): boolean {
  const isUnchained = a.last + 1 === b.first && !Buffer.from(a.hash).subarray(0, 16).equals(b.previous);
  return a.last >= b.first || b.clock.ms < a.clock.ms || isUnchained;
}

/** Histories of one key: each block follows any earlier one, or none, truly or not. */
const history = fc
  .array(
    fc.record({
      after: fc.nat({ max: 12 }),
      count: fc.integer({ min: 1, max: 3 }),
      laterMs: fc.constantFrom(-15, 0, 5, 10, 10, 10, 20),
      fault: fc.constantFrom('none', 'none', 'none', 'none', 'previous', 'shifted', 'fork'),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((shapes) => {
    const blocks: TestBlock[] = [];
    for (const [index, { after, count, laterMs, fault }] of shapes.entries()) {
      const parent = fault === 'fork' ? blocks[after % (blocks.length + 1)] : blocks.at(-1);
      const first = (parent?.last ?? 0) + 1 + (fault === 'shifted' ? 1 : 0);
      const ms = (parent?.clock.ms ?? 100) + laterMs;
      const previous = fault === 'previous' && first > 1 ? { previous: new Uint8Array(16).fill(3) } : {};
      blocks.push(block({ name: `b${index}`, after: parent, first, count, ms, ...previous }));
    }
    return blocks;
  });

describe('what counts in a log', () => {
  it('[ROOM-15] does not depend on the order of arrival, nor on repetitions, nor on what was lost', () => {
    let broken = 0;
    let honest = 0;
    const arrivals = history.chain((blocks) =>
      fc.record({
        present: fc.subarray(blocks, { minLength: 1 }),
        orders: fc.array(fc.infiniteStream(fc.nat({ max: 1_000_000 })), { minLength: 2, maxLength: 2 }),
      }),
    );
    fc.assert(
      fc.property(arrivals, ({ present, orders }) => {
        const expected = expectedNames(present);
        for (const chances of orders) {
          const order = [...present, ...present]
            .map((one) => ({ one, at: chances.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one);
          expect(countedOf(order)).toEqual(expected);
        }
        if (expected.length < present.length) broken += 1;
        else honest += 1;
      }),
      { numRuns: process.env['HALLWAY_LONG'] === '1' ? 100_000 : 5_000 },
    );
    // Histories of one kind alone would prove little.
    expect({ broken: broken > 500, honest: honest > 500 }).toEqual({ broken: true, honest: true });
  });

  it('[ROOM-13, ROOM-15] gives the same floor, top, holes and contradiction in any order', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat({ max: 1_000_000 })), (blocks, chances) => {
        const one = createHeldLog();
        const other = createHeldLog();
        for (const each of blocks) one.take(each);
        const shuffled = blocks.map((each) => ({ each, at: chances.next().value as number })).sort((a, b) => a.at - b.at);
        for (const { each } of shuffled) other.take(each);
        expect(other.state).toEqual(one.state);
      }),
      { numRuns: 2_000 },
    );
  });
});
