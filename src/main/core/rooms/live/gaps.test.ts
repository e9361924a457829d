import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { shortTag } from './ranges.ts';
import { ana, ben, createTestReceiver, range, testRoom as room } from '../../../../../test/fixtures/room-model/test-receiver.ts';

const setUp = () => createTestReceiver({ clock: createFakeClock(), random: createSeededRandom('gaps') });

describe('the word of the author', () => {
  it('[ROOM-68] the number of a block and heads open a gap, each message once', async () => {
    const { gaps, asks, hear, heads, listen } = setUp();
    hear(ana, 1);
    hear(ana, 4);
    heads(ana, 4);
    hear(ana, 5);
    expect(gaps.missing()).toBe(2);
    heads(ana, 6);
    expect(gaps.missing()).toBe(3);
    await listen(55);
    expect(asks.map(({ to, ranges }) => ({ to, ranges })).sort((one, two) => one.ranges.length - two.ranges.length)).toEqual(
      expect.arrayContaining([
        { to: 'ana', ranges: [range(ana, 2, 3)] },
        { to: 'ana', ranges: [range(ana, 6)] },
      ]),
    );
  });

  it('[ROOM-68] a log that misses more than 1,024 messages leads to one pull and no asks', async () => {
    const { gaps, asks, wants, hear, heads, listen, pulls } = setUp();
    hear(ana, 1);
    for (let round = 0; round < 5; round += 1) heads(ana, 2 ** 24);
    await listen(2_000);
    expect({ pulls: pulls(), missing: gaps.missing(), asks, wants }).toEqual({ pulls: 1, missing: 0, asks: [], wants: [] });
  });

  it('[ROOM-68] heads of a log whose author is another peer do nothing', () => {
    const { gaps, hear } = setUp();
    hear(ana, 1);
    gaps.authorSays({ author: 'eve', room, log: shortTag(ana), top: 9 });
    expect(gaps.missing()).toBe(0);
  });

  it('[RATK-3] a number that no message can have opens no gap, whoever names it', async () => {
    const { gaps, asks, wants, hear, heads, listen } = setUp();
    hear(ana, 1);
    for (const number of [2 ** 24 + 1, 2 ** 31 - 1]) {
      heads(ana, number);
      heads(ben, number);
      gaps.heardSay('eve', room, [
        { tag: shortTag(ana), number },
        { tag: 'f0000000', number },
      ]);
    }
    await listen(10_000);
    expect({ missing: gaps.missing(), asks, wants }).toEqual({ missing: 0, asks: [], wants: [] });
    heads(ben, 2 ** 24);
    expect(gaps.missing()).toBe(1);
  });

  it('counts what came late as lost, and what came at first as received', async () => {
    const { loss, hear, listen } = setUp();
    for (const number of [1, 3]) hear(ana, number);
    await listen(30);
    hear(ana, 2);
    expect(loss).toEqual({ received: 2, lost: 1 });
  });
});

describe('hearsay', () => {
  const lie = (count: number, from = 2) =>
    Array.from({ length: count }, (_, index) => ({ tag: `f${index}`.padEnd(8, '0'), number: from }));

  it('[ROOM-63] a reference leads to an ask of the author, or of its source if the log is new', async () => {
    const { asks, hear, listen } = setUp();
    hear(ana, 1);
    hear(ben, 1, 'group', [
      { tag: shortTag(ana), number: 3 },
      { tag: 'cccccccc', number: 9 },
    ]);
    await listen(55);
    expect(asks.map(({ to, ranges }) => `${to} ${JSON.stringify(ranges)}`).sort()).toEqual([
      `ana ${JSON.stringify([range(ana, 2, 3)])}`,
      `ben ${JSON.stringify([{ log: 'cccccccc', from: 9, to: 9 }])}`,
    ]);
  });

  it('[ROOM-63] numbers more than 64 above ours, and our own log, do not count', () => {
    const { gaps, hear } = setUp();
    hear(ana, 1);
    gaps.heardSay('ben', room, [{ tag: shortTag(ana), number: 66 }]);
    expect(gaps.missing()).toBe(0);
    gaps.heardSay('ben', room, [{ tag: shortTag(ana), number: 65 }]);
    expect(gaps.missing()).toBe(64);
  });

  it('[ROOM-63] 8 items of a source and 64 in all are open', () => {
    const { gaps } = setUp();
    gaps.heardSay('eve', room, lie(20));
    expect(gaps.missing()).toBe(8);
    for (let index = 0; index < 20; index += 1) gaps.heardSay(`eve${index}`, room, lie(20, 100 + index));
    expect(gaps.missing()).toBe(64);
  });

  it('[ROOM-64] lower heads after our ask prove a lie: its source is ignored for 10 minutes, then 20', async () => {
    const { clock, gaps, hear, heads, listen } = setUp();
    const say = () => gaps.heardSay('eve', room, [{ tag: shortTag(ana), number: 5 }]);
    hear(ana, 1);
    say();
    heads(ana, 1);
    expect(gaps.missing(), 'heads before our ask may be older').toBe(4);
    await listen(55);
    heads(ana, 1);
    expect(gaps.missing()).toBe(0);
    say();
    expect(gaps.missing()).toBe(0);
    await clock.advance(600_000);
    say();
    expect(gaps.missing()).toBe(4);
    await listen(55);
    heads(ana, 1);
    await clock.advance(1_100_000);
    say();
    expect(gaps.missing()).toBe(0);
    await clock.advance(100_000);
    say();
    expect(gaps.missing()).toBe(4);
  });

  it('[ROOM-64] a source that does not bring the message by session is ignored', async () => {
    const { gaps, wants, listen } = setUp();
    gaps.heardSay('eve', room, lie(1));
    await listen(1_000);
    expect(wants.map(({ holders }) => holders)).toEqual([['eve']]);
    await listen(3_000);
    expect(gaps.missing()).toBe(0);
    gaps.heardSay('eve', room, lie(1, 7));
    expect(gaps.missing()).toBe(0);
    gaps.heardSay('ben', room, lie(1, 7));
    expect(gaps.missing()).toBe(1);
  });

  it('[ROOM-63] the word of the author turns hearsay into a gap, and its source is safe', async () => {
    const { gaps, wants, hear, heads, listen } = setUp();
    hear(ana, 1);
    gaps.heardSay('ben', room, [{ tag: shortTag(ana), number: 2 }]);
    heads(ana, 2);
    await listen(5_000);
    expect(wants.map(({ holders }) => holders)).toEqual([['ana']]);
    gaps.heardSay('ben', room, [{ tag: 'cccccccc', number: 2 }]);
    expect(gaps.missing()).toBe(1);
  });
});

describe('any evidence', () => {
  const tag = fc.constantFrom(ana, ben, 'cccccccc00000000');
  const number = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 100, 1_500, 2 ** 24));
  const source = fc.constantFrom('eve', 'finn', 'ben', 'ana');
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('block' as const),
      tag,
      number: fc.integer({ min: 1, max: 60 }),
      via: fc.constantFrom('group' as const, 'unicast' as const, 'session' as const),
    }),
    fc.record({ kind: fc.constant('heads' as const), tag, number, isBySession: fc.boolean() }),
    fc.record({ kind: fc.constant('say' as const), tag, number, source }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 4_000 }) }),
  );

  it('[ROOM-63, ROOM-68, ROOM-72] leads to an end: nothing stays open once all is quiet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const clock = createFakeClock();
        const receiver = createTestReceiver({ clock, random: createSeededRandom('any') }, { holders: ['cleo'] });
        for (const one of events) {
          if (one.kind === 'block') receiver.hear(one.tag, one.number, one.via);
          if (one.kind === 'heads') receiver.heads(one.tag, one.number, one.isBySession);
          if (one.kind === 'say') receiver.gaps.heardSay(one.source, room, [{ tag: shortTag(one.tag), number: one.number }]);
          if (one.kind === 'wait') await clock.advance(one.ms);
          expect(receiver.gaps.missing()).toBeLessThanOrEqual(4_096);
        }
        await clock.advance(7 * 3_600_000);
        expect({ missing: receiver.gaps.missing(), timers: clock.pendingTimers() }).toEqual({ missing: 0, timers: 0 });
        // All 64 places of hearsay are free again.
        const fresh = Array.from({ length: 8 }, (_, index) => ({ tag: `e${index}`.padEnd(8, '0'), number: 1 }));
        for (let index = 0; index < 8; index += 1)
          receiver.gaps.heardSay(
            `new${index}`,
            room,
            fresh.map((reference) => ({ ...reference, number: 1 + index })),
          );
        expect(receiver.gaps.missing()).toBe(64);
        receiver.gaps.close();
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
