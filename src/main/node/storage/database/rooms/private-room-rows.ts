/** The private rooms of the user, each with its member list (rule ROOM-186). */
import type { DatabaseSync } from 'node:sqlite';
import type { PrivateRoomRecord, RoomStore } from '../../../../core/rooms/ports.ts';
import type { Row } from '../message-rows.ts';
import type { Transactions } from '../transactions.ts';

type Calls = Pick<RoomStore, 'privateRooms' | 'putPrivateRoom' | 'deletePrivateRoom'>;

const standings: readonly string[] = ['member', 'invited', 'removed', 'left'] satisfies readonly PrivateRoomRecord['standing'][];

export function createPrivateRoomRows(database: DatabaseSync, { read, write }: Pick<Transactions, 'read' | 'write'>): Calls {
  const select = database.prepare('SELECT * FROM private_room ORDER BY room_id');
  const put = database.prepare('INSERT OR REPLACE INTO private_room VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM private_room WHERE room_id = ?');
  return {
    privateRooms: () => read(() => select.all().flatMap(toRecord)),
    putPrivateRoom: ({ id, standing, by, sinceMs, list }) => write(() => void put.run(id, standing, by, sinceMs, list)),
    deletePrivateRoom: (room) => write(() => void remove.run(room)),
  };
}

function toRecord(row: Row): readonly PrivateRoomRecord[] {
  const standing = String(row['standing']);
  const list = row['list'];
  if (!isStanding(standing) || !(list instanceof Uint8Array)) return [];
  return [{ id: String(row['room_id']), standing, by: String(row['by_peer']), sinceMs: Number(row['since_ms']), list }];
}

function isStanding(text: string): text is PrivateRoomRecord['standing'] {
  return standings.includes(text);
}
