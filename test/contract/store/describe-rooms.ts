/**
 * The contract of a store for rooms: rooms, logs, blocks, and their messages in the order of places.
 * Part of store-suite.ts. Limits, files and slices are in rooms-limits.test.ts and rooms-file.test.ts.
 */
import { expect, it } from 'vitest';
import { StoreError, type StoredMessage } from '../../../src/main/core/messaging/ports.ts';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import { cursorAtPlace } from '../../../src/main/node/storage/query/cursor.ts';
import { compareCursors } from '../../../src/shared/lib/ids.ts';
import { behindAll } from '../../fakes/cursors.ts';
import { clearAll, searchAll } from '../../fakes/store-slices.ts';
import { addBlock, block, den, idsOf, inDen, tagOf } from './sample-blocks.ts';
import { ana, ben, incoming, texts, withAna } from './sample-messages.ts';

export function describeRooms(getStore: () => HistoryStore): void {
  it('[ROOM-40] the user is in at most 64 rooms, each with its marks and its topic', () => {
    const { rooms } = getStore();
    const topic = { text: 'tea', from: ana, fromName: 'Ana', tag: tagOf(ana), number: 3, clock: { ms: 5, count: 1 } };
    expect(rooms.join(den)).toBe('joined');
    expect(rooms.join(den)).toBe('already');
    expect(rooms.update(den.id, { isMuted: true, lastSeenMs: 20, topic })).toBe(true);
    expect(rooms.rooms()).toEqual([{ ...den, isMuted: true, lastSeenMs: 20, topic }]);
    for (let number = 1; number < 64; number += 1) rooms.join({ id: String(number), name: `r${number}`, joinedAtMs: 1 });
    expect(rooms.join({ id: 'more', name: 'more', joinedAtMs: 1 })).toBe('too-many');
    expect(rooms.leave('5')).toBe(true);
    expect([rooms.leave('5'), rooms.update('5', { isMuted: true })]).toEqual([false, false]);
    expect(rooms.join({ id: 'more', name: 'more', joinedAtMs: 1 })).toBe('joined');
    expect(rooms.rooms().length).toBe(64);
  });

  it('[ROOM-40] a room that was left keeps its history and its logs, and takes no blocks', () => {
    const store = withDen(getStore);
    addBlock(store.rooms, block({ from: ana, first: 1, count: 2, ms: 5 }));
    store.rooms.leave(den.id);
    expect(addBlock(store.rooms, block({ from: ana, first: 3, ms: 6 }))).toEqual({ ok: false, reason: 'not-joined' });
    expect(texts(store.history(inDen, { limit: 9 }))).toEqual(['a2 said', 'a1 said']);
    store.rooms.join({ ...den, joinedAtMs: 50 });
    expect(store.rooms.log(den.id, tagOf(ana))).toMatchObject({ floor: 0, top: 2 });
  });

  it('[ROOM-41] the mark of a run stays until the run ends', () => {
    const { rooms } = getStore();
    expect([rooms.beginRun(), rooms.beginRun()]).toEqual([false, true]);
    rooms.endRun();
    expect(rooms.beginRun()).toBe(false);
  });

  it('[ROOM-203] logs that are closed stay so, of one author or one by one', () => {
    const { rooms } = getStore();
    rooms.join(den);
    for (const from of [ana, ben]) addBlock(rooms, block({ from, first: 1, ms: 5 }));
    expect(rooms.closedLogs(den.id)).toEqual([]);
    rooms.closeLogs(ana);
    rooms.closeLogs(ana);
    expect([rooms.closedLogs(den.id), rooms.closedLogs('other')]).toEqual([[tagOf(ana)], []]);
    rooms.closeLog(den.id, tagOf(ben));
    expect([...rooms.closedLogs(den.id)].sort()).toEqual([tagOf(ana), tagOf(ben)].sort());
  });

  it('[MENT-2] the unread messages of a room come newest first, with late ones at their places', () => {
    const store = withDen(getStore);
    addBlock(store.rooms, block({ from: ana, first: 1, count: 2, ms: 5 }));
    addBlock(store.rooms, block({ from: ben, first: 1, count: 3, ms: 9 }));
    const all = texts(store.rooms.unread(den.id, 9));
    for (const { cursor } of store.history(inDen, { limit: 2 }).slice(1)) store.markRead(inDen, cursor);
    addBlock(store.rooms, block({ from: ana, first: 3, ms: 7 }));
    expect({
      all,
      two: texts(store.rooms.unread(den.id, 2)),
      late: texts(store.rooms.unread(den.id, 9)),
      other: store.rooms.unread('other', 9),
    }).toEqual({
      all: ['b3 said', 'b2 said', 'b1 said', 'a2 said', 'a1 said'],
      two: ['b3 said', 'a3 said'],
      late: ['b3 said', 'a3 said'],
      other: [],
    });
  });

  it('[ROOM-42] a block is kept with its messages and its log, or not at all', () => {
    const store = withDen(getStore);
    const added = block({ from: ana, first: 1, count: 2, ms: 5, clockCount: 7 });
    const fail = (): void => {
      store.batch(() => {
        addBlock(store.rooms, added);
        throw new Error('no');
      });
    };
    expect(fail).toThrow('no');
    expect([store.rooms.logs(den.id), store.history(inDen, { limit: 9 })]).toEqual([[], []]);
    const result = addBlock(store.rooms, added, { isStranger: true });
    const first: StoredMessage = {
      messageId: idsOf(added)[0] ?? '',
      conversation: inDen,
      from: ana,
      fromName: 'Name of a',
      sequence: 1,
      text: 'a1 said',
      sentAtMs: 5,
      receivedAtMs: 100,
      position: expect.any(Number) as number,
      cursor: cursorAtPlace({ ...added, number: 1 }),
      place: { tag: added.tag, clock: added.clock, counts: true },
    };
    expect(result).toMatchObject({ ok: true, messages: [first, { sequence: 2 }] });
    expect(store.get(first.messageId)).toEqual(first);
    expect(store.rooms.logs(den.id)).toEqual([
      {
        ...{ tag: added.tag, authorId: ana, publicKey: added.publicKey, epoch: 1, floor: 0, removed: 0, top: 2 },
        ...{ topHash: added.hash, messages: 2, bytes: added.bytes.length, isStranger: true, namedAtMs: 100 },
      },
    ]);
  });

  it('[ROOM-42] a message is kept though its author used its ID for another one', () => {
    const store = withDen(getStore);
    const added = block({ from: ana, first: 1, count: 2, ms: 5 });
    const messageId = idsOf(added)[0] ?? '';
    store.addIncoming({ ...incoming(1, ana), messageId });
    expect(addBlock(store.rooms, added)).toMatchObject({ ok: true, messages: [{ text: 'a1 said' }, { text: 'a2 said' }] });
    expect(texts(store.history(inDen, { limit: 9 }))).toEqual(['a2 said', 'a1 said']);
    expect(store.get(messageId)?.text).toBe('message 1');
    expect(clearAll(store, inDen)).toBe(2);
    expect(store.conversations(9).map(({ conversation, unread }) => [conversation, unread])).toEqual([[withAna, 1]]);
  });

  it('[ROOM-43] history is in the order of places, whatever came first', () => {
    const store = withDen(getStore);
    addBlock(store.rooms, block({ from: ben, first: 1, count: 2, ms: 7 }));
    addBlock(store.rooms, block({ from: ana, first: 3, count: 2, ms: 9 }));
    addBlock(store.rooms, block({ from: ana, first: 1, count: 2, ms: 7, clockCount: 1 }));
    const history = store.history(inDen, { limit: 9 });
    expect(texts(history)).toEqual(['a4 said', 'a3 said', 'a2 said', 'a1 said', 'b2 said', 'b1 said']);
    expect(history.map(({ cursor }) => cursor)).toEqual(
      history.map(({ cursor }) => cursor).toSorted((a, b) => compareCursors(b, a)),
    );
    const [, third, , first] = history;
    expect(texts(store.history(inDen, { limit: 2, before: third?.cursor ?? behindAll }))).toEqual(['a2 said', 'a1 said']);
    expect(texts(store.history(inDen, { limit: 2, after: first?.cursor ?? behindAll }))).toEqual(['a3 said', 'a2 said']);
    expect(store.conversations(9)[0]).toMatchObject({ conversation: inDen, last: { text: 'a4 said' }, unread: 6 });
    expect(() => store.history(inDen, { limit: 1, before: behindAll })).toThrow(StoreError);
    expect(() => store.history(withAna, { limit: 1, before: history[0]?.cursor ?? behindAll })).toThrow(StoreError);
    expect(texts(searchAll(store, 'said', { limit: 2, conversation: inDen }))).toEqual(['a2 said', 'a1 said']);
  });

  it('[ROOM-44] blocks are the same bytes, by number, by clock, and at their neighbours', () => {
    const { rooms } = withDen(getStore);
    const all = [1, 4, 7].map((first) => block({ from: ana, first, count: 3, ms: first }));
    const other = block({ from: ben, first: 1, ms: 5 });
    for (const added of [...all, other]) addBlock(rooms, added);
    const size = all[0]?.bytes.length ?? 0;
    const read = (query: Partial<Parameters<typeof rooms.blocks>[2]>) =>
      rooms.blocks(den.id, tagOf(ana), { first: 1, last: 9, maxBytes: 9_999, ...query }).map(({ first }) => first);
    expect(rooms.blocks(den.id, tagOf(ana), { first: 5, last: 5, maxBytes: 0 })).toEqual([
      {
        ...{ tag: tagOf(ana), first: 4, last: 6, clock: { ms: 4, count: 0 }, hash: all[1]?.hash, receivedAtMs: 100 },
        ...{ counts: true, bytes: all[1]?.bytes },
      },
    ]);
    expect([read({ first: 3 }), read({ last: 4 }), read({ maxBytes: 2 * size }), read({ isBackward: true, last: 5 })]).toEqual([
      [1, 4, 7],
      [1, 4],
      [1, 4],
      [4, 1],
    ]);
    expect(rooms.neighbours(den.id, tagOf(ana), 5)).toMatchObject({
      before: { first: 1 },
      covering: { first: 4 },
      after: { first: 7 },
    });
    expect(Object.keys(rooms.neighbours(den.id, tagOf(ana), 12))).toEqual(['before']);
    const newest = rooms.newestBlocks(den.id, { limit: 3, maxBytes: 9_999 });
    expect(newest.map(({ tag, first }) => [tag, first])).toEqual([
      [tagOf(ana), 7],
      [tagOf(ben), 1],
      [tagOf(ana), 4],
    ]);
    const before = rooms.newestBlocks(den.id, { limit: 3, maxBytes: 9_999, before: { ms: 5, count: 0 } });
    expect(before.map(({ first }) => first)).toEqual([4, 1]);
    const clocks = [
      before[0]?.clock,
      rooms.newestClock(den.id, { ms: 5, count: 0 }),
      rooms.newestClock(den.id, { ms: 0, count: 0 }),
    ];
    expect(clocks).toEqual([{ ms: 4, count: 0 }, { ms: 4, count: 0 }, undefined]);
  });

  it('[ROOM-45] what lies between the blocks of a log is a hole, until a block covers it', () => {
    const { rooms } = withDen(getStore);
    const add = (first: number, count: number) => addBlock(rooms, block({ from: ana, first, count, ms: first }), { floor: 0 });
    const seen = () => [rooms.log(den.id, tagOf(ana))?.top, rooms.holes(den.id, tagOf(ana), 9)];
    add(5, 2);
    add(12, 1);
    expect(seen()).toEqual([
      12,
      [
        { first: 1, last: 4 },
        { first: 7, last: 11 },
      ],
    ]);
    add(8, 2);
    expect(seen()).toEqual([
      12,
      [
        { first: 1, last: 4 },
        { first: 7, last: 7 },
        { first: 10, last: 11 },
      ],
    ]);
    add(1, 4);
    add(7, 1);
    add(10, 2);
    expect(seen()).toEqual([12, []]);
  });

  it('[ROOM-45] the floor of a new log goes down with older blocks', () => {
    const { rooms } = withDen(getStore);
    addBlock(rooms, block({ from: ana, first: 9, ms: 9 }));
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ floor: 8, top: 9 });
    addBlock(rooms, block({ from: ana, first: 4, ms: 4 }));
    expect(rooms.log(den.id, tagOf(ana))).toMatchObject({ floor: 3, top: 9 });
    expect(rooms.holes(den.id, tagOf(ana), 9)).toEqual([{ first: 5, last: 8 }]);
  });
}

export function withDen(getStore: () => HistoryStore): HistoryStore {
  const store = getStore();
  store.rooms.join(den);
  return store;
}
