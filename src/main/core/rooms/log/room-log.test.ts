import { describe, expect, it } from 'vitest';
import { block, countedOf, createHeldLog, type TestBlock } from '../../../../../test/fixtures/held-log.ts';
import { maxHoles, raiseFloor } from './log-state.ts';
import { maxSpares } from './room-log.ts';

/** Every order of a few blocks gives these. */
function expectInAnyOrder(blocks: readonly TestBlock[], names: readonly string[]): void {
  const results = new Set(permutations(blocks).map((order) => countedOf(order).join(' ')));
  expect([...results]).toEqual([names.join(' ')]);
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe('what counts in a log', () => {
  it('[ROOM-15] of an honest author is everything, with holes where blocks are missing', () => {
    const a = block({ name: 'a', count: 2 });
    const b = block({ name: 'b', after: a });
    const c = block({ name: 'c', after: b });
    const log = createHeldLog();
    expect([c, a].map((one) => log.take(one).kind)).toEqual(['new', 'new']);
    expect(log.state).toMatchObject({ top: 4, holes: [{ from: 3, to: 3 }], brokenAt: undefined });
    log.take(b);
    expect(log.state).toMatchObject({ top: 4, holes: [] });
    expectInAnyOrder([a, b, c], ['a', 'b', 'c']);
  });

  it('[ROOM-16] at one place is the block with the lower clock, and what follows it', () => {
    const start = block({ name: 'start' });
    const early = block({ name: 'early', after: start, count: 2, ms: 20 });
    const late = block({ name: 'late', after: start, ms: 30 });
    expectInAnyOrder(
      [
        start,
        early,
        late,
        block({ name: 'early 2', after: early, ms: 40 }),
        block({ name: 'late 2', after: late, count: 3, ms: 35 }),
      ],
      ['start', 'early', 'early 2'],
    );
  });

  it('[ROOM-16] at one place and with one clock is the block with the lower hash', () => {
    const one = block({ name: 'one', hashByte: 1, ms: 5 });
    const two = block({ name: 'two', hashByte: 2, ms: 5 });
    expectInAnyOrder([one, two, block({ name: 'after two', after: two })], ['one']);
  });

  it('[ROOM-16] changes when a better block comes, which is said, with the proof', () => {
    const start = block({ name: 'start' });
    const late = block({ name: 'late', after: start, ms: 30 });
    const log = createHeldLog();
    for (const one of [start, late, block({ name: 'late 2', after: late })]) log.take(one);
    const early = block({ name: 'early', after: start, ms: 20 });
    const verdict = log.take(early);
    expect(verdict).toMatchObject({ kind: 'fork-wins', uncountFrom: 2, counts: [early], rival: late, isSpare: false });
    expect({ counted: log.names(), spares: log.spareNames(), top: log.state.top, brokenAt: log.state.brokenAt }).toEqual({
      counted: ['start', 'early'],
      spares: ['late', 'late 2'],
      top: 2,
      brokenAt: 2,
    });
    expect(log.take(block({ name: 'later', after: start, ms: 40 }))).toMatchObject({
      kind: 'fork-loses',
      counts: [],
      rival: { name: 'early' },
    });
  });

  it('[ROOM-17] is neither a block that does not fit the one before it, nor what follows', () => {
    const a = block({ name: 'a' });
    const unfit = block({ name: 'unfit', after: a, previous: new Uint8Array(16).fill(9) });
    const b = block({ name: 'b', after: unfit });
    expectInAnyOrder([a, unfit, b, block({ name: 'c', after: b })], ['a']);
    const back = block({ name: 'back', after: a, ms: 3 });
    expectInAnyOrder([a, back, block({ name: 'd', after: back })], ['a']);
  });

  it('[ROOM-17] is a block whose clock equals that of the one before it', () => {
    const a = block({ name: 'a' });
    expectInAnyOrder([a, block({ name: 'b', after: a, ms: a.clock.ms })], ['a', 'b']);
  });

  it('[ROOM-17] goes on when a block comes that fits', () => {
    const a = block({ name: 'a' });
    const unfit = block({ name: 'unfit', after: a, previous: new Uint8Array(16).fill(9) });
    const fit = block({ name: 'fit', after: a, ms: 90 });
    const log = createHeldLog();
    expect([a, unfit, block({ name: 'ahead', after: fit }), fit].map((one) => log.take(one).kind)).toEqual([
      'new',
      'unfit',
      'unfit',
      'new',
    ]);
    expect(log.names()).toEqual(['a', 'fit', 'ahead']);
  });

  it('[ROOM-18] from a contradiction on is an unbroken chain alone', () => {
    const a = block({ name: 'a' });
    const b = block({ name: 'b', after: a });
    const c = block({ name: 'c', after: b });
    const twin = block({ name: 'twin', after: a, ms: 70 });
    const log = createHeldLog();
    for (const one of [c, a, twin]) log.take(one);
    // `c` may follow either: until its predecessor comes, nobody can tell.
    expect(log.names()).toEqual(['a', 'twin']);
    log.take(b);
    expect(log.names()).toEqual(['a', 'b', 'c']);
  });

  it('[ROOM-16] is found with a few reads when a fork of a long log loses', () => {
    const log = createHeldLog();
    let last = block({ name: 'b1' });
    const blocks = [last];
    for (let number = 2; number <= 500; number += 1) blocks.push((last = block({ name: `b${number}`, after: last })));
    for (const one of blocks) log.take(one);
    const before = log.lookups();
    const twin = block({ name: 'twin', after: blocks[0], ms: 9_000 });
    expect(log.take(twin)).toMatchObject({ kind: 'fork-loses', counts: [], isSpare: true });
    expect({ counted: log.names().length, fewReads: log.lookups() - before < 10 }).toEqual({ counted: 500, fewReads: true });
  });

  it('[ROOM-18] below a contradiction stays', () => {
    const a = block({ name: 'a', first: 3 });
    const b = block({ name: 'b', first: 7, ms: 50 });
    const twins = [block({ name: 'one', first: 9, ms: 60 }), block({ name: 'two', first: 9, ms: 61 })];
    expectInAnyOrder([a, b, ...twins], ['a', 'b', 'one']);
  });
});

describe('a verdict', () => {
  it('[ROOM-19] on a known block is `duplicate`, whether it counts or not', () => {
    const a = block({ name: 'a' });
    const unfit = block({ name: 'unfit', after: a, previous: new Uint8Array(16).fill(9) });
    const log = createHeldLog();
    expect([a, unfit, a, unfit].map((one) => log.take(one).kind)).toEqual(['new', 'unfit', 'duplicate', 'duplicate']);
    expect([log.names(), log.spareNames()]).toEqual([['a'], ['unfit']]);
  });

  it('[ROOM-14, ROOM-19] on a block that was removed here is `below-floor`', () => {
    const a = block({ name: 'a', count: 4 });
    const b = block({ name: 'b', after: a });
    const log = createHeldLog();
    for (const one of [a, b]) log.take(one);
    log.state = raiseFloor(log.state, 4);
    expect(log.take(block({ name: 'old', first: 3 }))).toMatchObject({ kind: 'below-floor', counts: [], next: log.state });
  });

  it('[ROOM-14] on a block at the floor is `below-floor`, and on the one above it is not', () => {
    const blocks = [block({ name: 'a' })];
    for (const name of ['b', 'c']) blocks.push(block({ name, after: blocks.at(-1) }));
    const log = createHeldLog();
    for (const one of blocks) log.take(one);
    // Two of the three were removed from the store.
    const bare = createHeldLog();
    bare.state = raiseFloor(log.state, 2);
    expect(blocks.map((one) => bare.take(one).kind)).toEqual(['below-floor', 'below-floor', 'new']);
  });

  it('[ROOM-14] on a block older than the first pull is `new`', () => {
    const log = createHeldLog(500);
    const kinds = [block({ name: 'a', first: 501, ms: 90 }), block({ name: 'b', first: 300, ms: 40 })].map(
      (one) => log.take(one).kind,
    );
    expect({ kinds, floor: log.state.floor, holes: log.state.holes }).toEqual({
      kinds: ['new', 'new'],
      floor: 299,
      holes: [{ from: 301, to: 500 }],
    });
  });

  it('[ROOM-14] on a block that would open too many holes is `full`, until some are filled', () => {
    const log = createHeldLog();
    for (let index = 1; index <= maxHoles; index += 1) log.take(block({ name: `b${index}`, first: 2 * index, ms: index }));
    const more = block({ name: 'more', first: 1_000, ms: 5_000 });
    expect([log.state.holes.length, log.take(more).kind, log.names().length]).toEqual([maxHoles, 'full', maxHoles]);
    log.take(block({ name: 'b0', first: 1, ms: 0, previous: new Uint8Array(16) }));
    expect(log.state.brokenAt).toBe(2);
  });

  it('[ROOM-19] keeps a limited number of blocks that do not count', () => {
    const log = createHeldLog();
    const a = block({ name: 'a' });
    log.take(a);
    const verdicts = Array.from({ length: maxSpares + 2 }, (_, index) =>
      log.take(block({ name: `unfit ${index}`, first: 2, ms: 50, previous: new Uint8Array(16).fill(9) })),
    );
    expect(verdicts.filter(({ isSpare }) => isSpare).length).toBe(maxSpares);
    expect(log.take(block({ name: 'b', after: a })).kind).toBe('new');
  });
});
