import { expect, it } from 'vitest';
import { createKeptRoom, lunch } from '../../../../../test/fixtures/block-author.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { defaultRoomLimits } from '../ports.ts';

it('[ROOM-13] a keeper that starts again knows the same tops, holes and digest', () => {
  const { keeper, restart, author } = createKeptRoom();
  const [ana, ben] = [author('Ana'), author('Ben')];
  const [a1, , a3] = [ana.say(['1']), ana.say(['2']), ana.say(['3'])];
  const b1 = ben.say(['4', '5']);
  for (const block of [a1, a3, b1]) expect(keeper.keep(block, false).kind).toBe('new');
  const again = restart();
  expect(again.digest()).toEqual(keeper.digest());
  expect([again.heldThrough(a1.tag), again.heldThrough(b1.tag)]).toEqual([1, 2]);
  expect(again.logs.get(a1.tag)?.state).toEqual(keeper.logs.get(a1.tag)?.state);
  expect(again.lastOf(a1.tag)).toMatchObject({ last: 3, hash: a3.hash });
});

it('[ROOM-38] a transaction that failed leaves no trace in the digest, and its block can come again', () => {
  const { keeper, store, author } = createKeptRoom();
  const ana = author('Ana');
  const [a1, a2] = [ana.say(['1']), ana.say(['2'])];
  store.batch(() => keeper.keep(a1, false));
  keeper.settled(true);
  const before = keeper.digest();
  expect(() =>
    store.batch(() => {
      keeper.keep(a2, false);
      throw new Error('the disk is full');
    }),
  ).toThrow('the disk is full');
  keeper.settled(false);
  expect([keeper.digest(), keeper.heldThrough(a1.tag)]).toEqual([before, 1]);
  expect(keeper.keep(a2, false)).toMatchObject({ kind: 'new', messages: [{ text: '2' }] });
});

it('[ROOM-20] a log that the store has no place for takes none in the table, and is in no digest', () => {
  const { keeper, author } = createKeptRoom({ ...defaultRoomLimits, logs: 1 });
  const [a1, b1] = [author('Ana').say(['1']), author('Ben').say(['2'])];
  expect(keeper.keep(a1, false).kind).toBe('new');
  const before = keeper.digest();
  expect(keeper.keep(b1, false)).toEqual({ kind: 'refused' });
  expect([[...keeper.logs.entries()].length, keeper.digest()]).toEqual([1, before]);
});

it('[ROOM-20] logs that no longer count are in no digest after a start either', () => {
  const { keeper, restart, author, clock } = createKeptRoom();
  const ana = author('Ana');
  for (let index = 0; index < 18; index += 1) {
    const epoch = clock.wallMs() + index;
    keeper.keep(ana.say([`${index}`], { epoch, clock: { ms: epoch, count: 0 } }), false);
  }
  const again = restart();
  expect([...again.logs.entries()].length).toBe(16);
  expect(again.digest()).toEqual(keeper.digest());
});

it('[ROOM-27] clocks ahead do not hide the newest one that counts, however many come', () => {
  const { keeper, author, clock } = createKeptRoom();
  const nowMs = clock.wallMs();
  keeper.keep(author('Ana', nowMs).say(['now']), false);
  const far = author('Far', nowMs + 86_400_000);
  for (let index = 0; index < 100; index += 1) keeper.keep(far.say([`${index}`]), false);
  expect(keeper.newestClock(nowMs)).toEqual({ ms: nowMs, count: 0 });
  expect(keeper.newestClock(nowMs + 86_400_000)).toEqual({ ms: nowMs + 86_400_099, count: 0 });
});

it('[ROOM-16] a key that signs two blocks at one place: all orders and a start in between end alike', () => {
  const run = (order: readonly number[], restartsAt: number): unknown => {
    const room = createKeptRoom();
    const ana = room.author('Ana');
    const start = ana.say(['start']);
    const blocks = [
      start,
      ana.say(['one'], { clock: { ms: start.clock.ms + 5, count: 0 } }),
      ana.say(['other'], { clock: { ms: start.clock.ms + 9, count: 0 } }),
      ana.say(['far'], { first: 5, previous: new Uint8Array(16).fill(7), clock: { ms: start.clock.ms + 20, count: 0 } }),
    ];
    let keeper = room.keeper;
    for (const [at, index] of order.entries()) {
      if (at === restartsAt) keeper = room.restart();
      keeper.keep(blocks[index] as (typeof blocks)[number], false);
    }
    return { digest: keeper.digest(), again: room.restart().digest(), through: keeper.heldThrough(start.tag) };
  };
  const orders = [
    [0, 1, 2, 3],
    [0, 2, 1, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ];
  const ends = orders.flatMap((order) => [9, 3].map((restartsAt) => JSON.stringify(run(order, restartsAt))));
  expect(new Set(ends).size).toBe(1);
  expect(ends[0]).toContain('"through":2');
});

it('[ROOM-231] a log that lost two blocks to another copy takes what follows the winner, in any order', () => {
  const run = (order: readonly number[]): unknown => {
    const { author, keeper, store } = createKeptRoom();
    const ana = author('Ana');
    const start = ana.say(['start']);
    const after = (ms: number, from: typeof start, text: string) =>
      ana.say([text], { first: from.last + 1, previous: from.hash.slice(0, 16), clock: { ms: start.clock.ms + ms, count: 0 } });
    const won = after(10, start, 'three');
    const lost = after(20, start, 'five');
    const blocks = [start, lost, after(21, lost, 'six'), won, after(11, won, 'four')];
    for (const index of order) keeper.keep(blocks[index] as typeof start, true);
    const counting = store.history(conversationOfRoom('lunch'), { limit: 9 }).filter(({ place }) => place?.counts !== false);
    return [keeper.heldThrough(start.tag), counting.map(({ text }) => text).reverse()];
  };
  const orders = [
    [0, 1, 2, 3, 4],
    [0, 1, 2, 4, 3],
    [0, 3, 4, 1, 2],
    [0, 1, 3, 2, 4],
  ];
  expect(orders.map(run)).toEqual(orders.map(() => [3, ['start', 'three', 'four']]));
});

it('[ROOM-41] of a blocked author numbers count and no text is kept; the same block is had then', () => {
  const { keeper, store, blocked, restart, author } = createKeptRoom();
  const ana = author('Ana');
  const [a1, a2] = [ana.say(['1']), ana.say(['2'])];
  blocked.add(ana.peerId);
  expect(keeper.keep(a1, false)).toMatchObject({ kind: 'new', messages: [] });
  expect(store.rooms.blocks(lunch, a1.tag, { first: 1, last: 9, maxBytes: 9_999 })).toEqual([]);
  const again = restart();
  expect(again.keep(a1, false)).toEqual({ kind: 'had' });
  expect(again.keep(a2, false).kind).toBe('new');
  expect([again.heldThrough(a1.tag), again.digest()]).toEqual([2, restart().digest()]);
});

it('[ROOM-14] what was removed here is had: it comes back neither as new nor as refused', () => {
  const { keeper, store, author, clock } = createKeptRoom();
  const ana = author('Ana');
  const [a1, a2] = [ana.say(['1']), ana.say(['2'])];
  keeper.keep(a1, false);
  keeper.keep(a2, false);
  store.rooms.removeOld(lunch, clock.wallMs() + 1);
  keeper.reload();
  expect(keeper.keep(a1, false)).toEqual({ kind: 'had' });
});

it('[ROOM-13] a young log is held from its beginning, also one whose epoch is not much ahead', () => {
  const { keeper, author, clock } = createKeptRoom();
  const floorOf = (startMs: number): number | undefined => {
    const ana = author(`Ana ${startMs}`, startMs);
    ana.say(['1']);
    const second = ana.say(['2']);
    keeper.keep(second, false);
    return keeper.logs.get(second.tag)?.state.floor;
  };
  const nowMs = clock.wallMs();
  expect([nowMs, nowMs + 60_000, nowMs - 86_400_000, nowMs + 86_400_000].map(floorOf)).toEqual([0, 0, 1, 1]);
});
