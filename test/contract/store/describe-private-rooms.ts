/** The contract of a store for private rooms: their lists, and their messages as of any room. Part of store-suite.ts. */
import { expect, it } from 'vitest';
import type { HistoryStore, PrivateRoomRecord } from '../../../src/main/core/rooms/ports.ts';
import { conversationOfRoom } from '../../../src/shared/lib/ids.ts';
import { clearAll, searchAll } from '../../fakes/store-slices.ts';
import { addBlock, block } from './sample-blocks.ts';
import { ana, ben, texts } from './sample-messages.ts';

const id = '0123456789abcdef';
const inPlans = conversationOfRoom(`&${id}`);

export function describePrivateRooms(getStore: () => HistoryStore): void {
  const record = (changes: Partial<PrivateRoomRecord> = {}): PrivateRoomRecord => ({
    ...{ id, standing: 'member', by: ana, sinceMs: 5, list: Uint8Array.of(1, 2, 3), ...changes },
  });
  const plain = (records: readonly PrivateRoomRecord[]): unknown => records.map((one) => ({ ...one, list: [...one.list] }));

  it('[ROOM-186] keeps where the user stands and the list of each private room, by ID', () => {
    const { rooms } = getStore();
    rooms.putPrivateRoom(record({ id: 'ffffffffffffffff', standing: 'invited', by: ben }));
    rooms.putPrivateRoom(record());
    rooms.putPrivateRoom(record({ standing: 'removed', by: ben, sinceMs: 9, list: Uint8Array.of(4) }));
    expect(plain(rooms.privateRooms())).toEqual([
      { id, standing: 'removed', by: ben, sinceMs: 9, list: [4] },
      { id: 'ffffffffffffffff', standing: 'invited', by: ben, sinceMs: 5, list: [1, 2, 3] },
    ]);
    rooms.deletePrivateRoom(id);
    expect(rooms.privateRooms().map((one) => one.id)).toEqual(['ffffffffffffffff']);
  });

  it('[ROOM-186] a change of a list is kept with what belongs to it, or not at all', () => {
    const store = getStore();
    store.rooms.putPrivateRoom(record());
    expect(() =>
      store.batch(() => {
        store.rooms.putPrivateRoom(record({ standing: 'left' }));
        store.rooms.putPrivateRoom(record({ id: 'ffffffffffffffff' }));
        store.rooms.deletePrivateRoom(id);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(plain(store.rooms.privateRooms())).toEqual(plain([record()]));
  });

  it('[ROOM-186] messages of a private room are kept, searched, exported and cleared like those of any room', () => {
    const store = getStore();
    expect(store.rooms.join({ id, name: `&${id}`, joinedAtMs: 1 })).toBe('joined');
    expect(store.rooms.rooms()).toMatchObject([{ id, name: `&${id}` }]);
    const said = block({ from: ana, first: 1, count: 2, ms: 5, room: id });
    expect(addBlock(store.rooms, said)).toMatchObject({ ok: true });
    expect(texts(store.history(inPlans, { limit: 9 }))).toEqual(['a2 said', 'a1 said']);
    expect(texts(searchAll(store, 'said', { limit: 9, conversation: inPlans }))).toEqual(['a2 said', 'a1 said']);
    expect(Array.from(store.exportMessages(inPlans), ({ conversation }) => conversation)).toEqual([inPlans, inPlans]);
    expect(store.conversations(9).map(({ conversation, unread }) => ({ conversation, unread }))).toEqual([
      { conversation: inPlans, unread: 2 },
    ]);
    expect(clearAll(store, inPlans)).toBe(2);
    expect(texts(store.history(inPlans, { limit: 9 }))).toEqual([]);
    expect(addBlock(store.rooms, said)).toEqual({ ok: false, reason: 'below-floor' });
  });
}
