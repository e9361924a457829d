import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { shortTag } from './ranges.ts';
import { ana, ben, createTestReceiver, range, testRoom as room } from '../../../../../test/fixtures/room-model/test-receiver.ts';

const setUp = (options: { readonly holders?: readonly string[] } = {}) =>
  createTestReceiver({ clock: createFakeClock(), random: createSeededRandom('rounds') }, options);

describe('asks', () => {
  it('[ROOM-67] five asks follow the backoff, and none once the message is here', async () => {
    const { asks, hear, listen } = setUp();
    hear(ana, 1);
    hear(ana, 3);
    await listen(5_000);
    const [first = 0, ...later] = asks.map(({ atMs }) => atMs);
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThanOrEqual(50);
    expect(later.length).toBe(4);
    for (const [index, offset] of [60, 120, 240, 480].entries()) {
      const afterMs = (later[index] ?? NaN) - first;
      expect(afterMs).toBeGreaterThanOrEqual(offset * 0.75);
      expect(afterMs).toBeLessThanOrEqual(offset * 1.25);
    }
    const found = setUp();
    for (const number of [1, 3, 2]) found.hear(ana, number);
    await found.listen(2_000);
    expect(found.asks).toEqual([]);
  });

  it('[ROOM-67] hearsay is asked of its source while the author is not here', async () => {
    const { asks, gaps, gone, hear, listen } = setUp();
    hear(ana, 1);
    gone.add('ana');
    gaps.heardSay('ben', room, [{ tag: shortTag(ana), number: 2 }]);
    await listen(55);
    expect(asks.map(({ to }) => to)).toEqual(['ben']);
  });

  it('[ROOM-69] 20 asks a second leave, and further ones carry what waits', async () => {
    const { asks, gaps, listen } = setUp({ holders: ['cleo', 'dan'] });
    for (let log = 0; log < 60; log += 1) {
      const reference = { tag: `${log}`.padStart(8, 'f'), number: 1 };
      gaps.heardSay(`peer${log % 10}`, room, [reference]);
    }
    await listen(60);
    expect(asks.length).toBeLessThanOrEqual(21);
    await listen(940);
    expect(asks.length).toBeLessThanOrEqual(40);
    const asked = new Set(asks.flatMap(({ ranges }) => ranges.map(({ log }) => log)));
    expect(asked.size).toBe(60);
    expect(Math.max(...asks.map(({ ranges }) => ranges.length))).toBe(16);
  });

  it('[ROOM-69] four rounds per author are open, and the youngest takes further gaps', async () => {
    const { asks, hear, listen } = setUp();
    for (let number = 1; number <= 21; number += 2) hear(ana, number);
    await listen(55);
    const firsts = asks.filter(
      ({ ranges }, index) => asks.findIndex((other) => other.ranges[0]?.from === ranges[0]?.from) === index,
    );
    expect(firsts.map(({ ranges }) => ranges.length).sort((one, two) => one - two)).toEqual([1, 1, 1, 7]);
  });

  it('[ROOM-70] into a dead radio it asks once, until the group is heard', async () => {
    const { asks, clock, gaps, hear } = setUp();
    hear(ana, 1);
    hear(ana, 3);
    await clock.advance(4_000);
    expect(asks.length).toBe(1);
    gaps.heardGroup();
    expect(gaps.missing()).toBe(1);
    await clock.advance(100);
    expect(asks.length).toBe(1);
    const heard = setUp();
    heard.hear(ana, 1);
    heard.hear(ana, 3);
    await heard.clock.advance(200);
    heard.gaps.heardGroup();
    await heard.clock.advance(100);
    expect(heard.asks.length).toBe(2);
  });
});

describe('sessions', () => {
  it('[ROOM-71] 64 missing messages lead to one want and no asks', async () => {
    const { asks, wants, hear, listen } = setUp({ holders: ['cleo'] });
    hear(ana, 1);
    hear(ben, 1);
    hear(ana, 40);
    hear(ben, 40);
    await listen(200);
    expect({ asks, count: wants.length }).toEqual({ asks: [], count: 1 });
    expect(wants[0]).toMatchObject({ ranges: [range(ana, 2, 39), range(ben, 2, 39)], holders: ['cleo'] });
    expect(wants[0]?.atMs).toBeGreaterThanOrEqual(50);
    expect(wants[0]?.atMs).toBeLessThanOrEqual(150);
  });

  it('[ROOM-71] one want has 256 ranges at most', async () => {
    const { wants, hear, listen } = setUp({ holders: ['cleo'] });
    for (let number = 1; number <= 601; number += 2) hear(ana, number);
    await listen(200);
    expect(wants.map(({ ranges }) => ranges.length)).toEqual([256]);
  });

  it('[ROOM-71] fewer than 64 missing messages by then are asked for', async () => {
    const { asks, wants, hear, listen } = setUp({ holders: ['cleo'] });
    hear(ana, 1);
    hear(ana, 66);
    for (let number = 2; number <= 60; number += 1) hear(ana, number, 'unicast');
    await listen(200);
    expect(wants).toEqual([]);
    expect(asks[0]).toMatchObject({ to: 'ana', ranges: [range(ana, 61, 65)] });
  });

  it('[ROOM-71] a round that could not ask for 2 s goes by session', async () => {
    const { asks, clock, wants, hear } = setUp();
    hear(ana, 1);
    hear(ana, 3);
    await clock.advance(5_200);
    expect({ asks: asks.length, wants: wants.length }).toEqual({ asks: 1, wants: 1 });
  });

  it('[ROOM-72] after five asks in vain author and holders are asked by session, then it is a hole', async () => {
    const { asks, gaps, wants, hear, heads, listen } = setUp({ holders: ['ana', 'cleo', 'dan', 'eve', 'finn'] });
    hear(ana, 1);
    hear(ana, 3);
    await listen(1_000);
    expect({ asks: asks.length, holders: wants[0]?.holders }).toEqual({ asks: 5, holders: ['ana', 'cleo', 'dan', 'eve'] });
    await listen(11_000);
    expect(gaps.missing()).toBe(1);
    await listen(1_000);
    expect(gaps.missing()).toBe(0);
    heads(ana, 3);
    expect(gaps.missing()).toBe(0);
    // A further gap goes by session until a new block arrives, one at a time.
    heads(ana, 4);
    heads(ana, 5);
    await listen(100);
    expect({ asks: asks.length, wants: wants.map(({ ranges }) => ranges) }).toEqual({
      asks: 5,
      wants: [[range(ana, 2)], [range(ana, 4)]],
    });
    hear(ana, 6);
    await listen(100);
    expect(asks.at(-1)?.ranges).toEqual([range(ana, 5)]);
  });

  it('[ROOM-72] the messages of an author who is not here go by session to a holder at once', async () => {
    const { asks, gone, wants, hear, listen } = setUp({ holders: ['cleo'] });
    hear(ana, 1);
    hear(ana, 3);
    gone.add('ana');
    await listen(60);
    expect({ asks, wants }).toMatchObject({ asks: [], wants: [{ ranges: [range(ana, 2)], holders: ['cleo'] }] });
  });

  it('[ROOM-73] a gap that a session shows waits for a pause of 2 s', async () => {
    const { asks, wants, hear, listen } = setUp();
    hear(ana, 1, 'session');
    hear(ana, 3, 'session');
    await listen(1_500);
    hear(ana, 4, 'session');
    await listen(1_900);
    expect({ asks, wants }).toEqual({ asks: [], wants: [] });
    await listen(200);
    expect({ asks, wants }).toMatchObject({ asks: [], wants: [{ ranges: [range(ana, 2)], holders: ['ana'] }] });
  });

  it('[ROOM-73] a block to the group makes it an ordinary gap, and heads by session make none', async () => {
    const { asks, wants, hear, heads, listen } = setUp();
    hear(ana, 1);
    heads(ana, 3, true);
    await listen(100);
    expect({ asks, wants }).toEqual({ asks: [], wants: [] });
    hear(ana, 4);
    await listen(55);
    expect(asks.map(({ ranges }) => ranges)).toEqual([[range(ana, 2, 3)]]);
  });

  it('closes without a timer left', async () => {
    const clock = createFakeClock();
    const { gaps, hear, heads } = createTestReceiver({ clock, random: createSeededRandom('close') });
    hear(ana, 1);
    hear(ana, 3);
    hear(ben, 1, 'session');
    hear(ben, 3, 'session');
    heads(ana, 200);
    gaps.close();
    expect(clock.pendingTimers()).toBe(0);
  });
});
