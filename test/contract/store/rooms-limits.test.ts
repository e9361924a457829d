/** The limits of a room, and removal in slices, on both stores with small limits. */
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { defaultRoomLimits, type HistoryStore, type RoomLimits } from '../../../src/main/core/rooms/ports.ts';
import { migrate } from '../../../src/main/node/storage/database/message-schema.ts';
import { createSqliteStore } from '../../../src/main/node/storage/database/sqlite-store.ts';
import { createMemoryStore } from '../../../src/main/node/storage/memory/memory-store.ts';
import type { Cursor } from '../../../src/shared/lib/ids.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { clearAll } from '../../fakes/store-slices.ts';
import { addBlock, block, den, inDen, tagOf } from './sample-blocks.ts';
import { ana, ben, mallory, self } from './sample-messages.ts';

type Open = (limits?: Partial<RoomLimits>) => HistoryStore;

function withLimits(limits: Partial<RoomLimits> = {}): RoomLimits {
  return { ...defaultRoomLimits, ...limits };
}

const openOnDisk: Open = (limits) => {
  const database = new DatabaseSync(':memory:');
  migrate(database, 0);
  const options = { isReadOnly: false, onDamage: () => undefined, roomLimits: withLimits(limits) };
  return createSqliteStore(database, { clock: createFakeClock() }, options);
};
const openInMemory: Open = (limits) => createMemoryStore({ clock: createFakeClock() }, { roomLimits: withLimits(limits) });

const size = block({ from: ana, first: 1, ms: 1 }).bytes.length;

describe.each([
  ['in a database', openOnDisk],
  ['in memory', openInMemory],
])('limits of rooms %s', (_where, open) => {
  it('[ROOM-52] strangers have few messages, bytes and logs together, until they were here', () => {
    const store = open({ strangerMessages: 3, strangerBytes: 99_999, strangerLogs: 2, logs: 3 });
    store.rooms.join(den);
    const add = (from: string, first: number, count = 1, isStranger = true) => {
      const result = addBlock(store.rooms, block({ from, first, count, ms: first }), { isStranger });
      return result.ok || result.reason;
    };
    expect([add(ana, 1, 2), add(ben, 1), add(ben, 2), add(mallory, 1)]).toEqual([true, true, 'strangers-full', 'too-many-logs']);
    store.rooms.noteHere(ana);
    expect([add(ben, 2, 2), add(ben, 4), add(ana, 3, 9)]).toEqual([true, 'strangers-full', true]);
    expect([add(mallory, 1, 1, false), add('n'.repeat(52), 1, 1, false)]).toEqual([true, 'too-many-logs']);
    expect(
      store.rooms
        .logs(den.id)
        .filter(({ isStranger }) => isStranger)
        .map(({ tag }) => tag),
    ).toEqual([tagOf(ben)]);
  });

  it('[ROOM-52] bytes of strangers are limited apart', () => {
    const store = open({ strangerBytes: 2 * size });
    store.rooms.join(den);
    const add = (first: number) => addBlock(store.rooms, block({ from: ana, first, ms: 1 }), { isStranger: true }).ok;
    expect([add(1), add(2), add(3)]).toEqual([true, true, false]);
  });

  it('[ROOM-52] a full room takes only our own, and trimming takes from strangers, then from the log that fills most', () => {
    const store = open({ roomBytes: 10 * size });
    const { rooms } = store;
    rooms.join(den);
    const add = (from: string, first: number, receivedAtMs: number, isStranger = false) => {
      const result = addBlock(rooms, block({ from, first, ms: first }), {
        isStranger,
        receivedAtMs,
        ...(from === self && { state: 'sent' }),
      });
      return result.ok || result.reason;
    };
    for (let first = 1; first <= 6; first += 1) add(ana, first, first);
    for (let first = 1; first <= 3; first += 1) add(ben, first, first);
    add(mallory, 1, 99, true);
    expect([add(ben, 4, 9), add(self, 1, 9), add(self, 2, 9)]).toEqual(['room-full', true, true]);
    expect(trimAll(store, 6)).toBe(3);
    const floors = [ana, ben, mallory, self].map((from) => rooms.log(den.id, tagOf(from))?.floor);
    expect(floors).toEqual([2, 0, 1, 0]);
    expect(trimAll(store, 6)).toBe(0);
    expect([add(ana, 7, 99), add(ana, 8, 99)]).toEqual([true, 'room-full']);
    // Of ana nothing is old enough.
    expect([trimAll(store, 1), trimAll(store, 3), rooms.log(den.id, tagOf(ben))?.floor]).toEqual([0, 1, 1]);
  });

  it('[ROOM-51] a slice may end between two blocks of which the second was kept first', () => {
    const store = open();
    store.rooms.join(den);
    // One block fills a slice.
    const word = 'x'.repeat(1_200_000);
    addBlock(store.rooms, block({ from: ana, first: 2, ms: 2, word }));
    addBlock(store.rooms, block({ from: ana, first: 1, ms: 1, word }));
    expect([clearAll(store, inDen), store.history(inDen, { limit: 9 })]).toEqual([2, []]);
  });

  it('[ROOM-51] a log whose first blocks came last is removed whole, in slices', () => {
    const store = open();
    store.rooms.join(den);
    const count = 4_000;
    store.batch(() => {
      for (let first = count; first > 0; first -= 1) addBlock(store.rooms, block({ from: ana, first, ms: first }));
      addBlock(store.rooms, block({ from: ben, first: 1, ms: 1 }), { receivedAtMs: 200 });
    });
    const first = store.rooms.removeOld(den.id, 150);
    expect(first.next).toBeDefined();
    expect(first.deleted).toBeLessThan(count / 2);
    expect(store.conversations(1)[0]?.unread).toBe(count + 1 - first.deleted);
    let { next, deleted } = first;
    while (next !== undefined) {
      const slice: { readonly next?: Cursor; readonly deleted: number } = store.rooms.removeOld(den.id, 150, next);
      deleted += slice.deleted;
      next = slice.next;
    }
    expect([deleted, store.rooms.log(den.id, tagOf(ana))?.floor]).toEqual([count, count]);
    expect(clearAll(store, inDen)).toBe(1);
  });
});

function trimAll(store: HistoryStore, keptBeforeMs: number): number {
  let deleted = 0;
  for (;;) {
    const slice = store.rooms.trim(den.id, keptBeforeMs);
    deleted += slice.deleted;
    if (slice.next === undefined) return deleted;
  }
}
