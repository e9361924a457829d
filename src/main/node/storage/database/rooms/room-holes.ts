/**
 * The holes of logs: ranges of numbers between floor and top that no counting block covers
 * (ROOM-45). They are kept maximal: no two of them touch.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { NumberRange } from '../../../../core/rooms/ports.ts';
import type { Row } from '../message-rows.ts';

export interface RoomHoles {
  /** Lowest first. */
  list(logId: number, limit: number): readonly NumberRange[];
  /** Adds a hole, and joins it with those that it touches. An empty range is no hole. */
  open(logId: number, range: NumberRange): void;
  /** Takes numbers out of the holes. */
  cover(logId: number, range: NumberRange): void;
}

export function createRoomHoles(database: DatabaseSync): RoomHoles {
  const list = database.prepare('SELECT first, last FROM room_hole WHERE log_id = ? ORDER BY first LIMIT ?');
  const downFrom = database.prepare('SELECT first, last FROM room_hole WHERE log_id = ? AND first <= ? ORDER BY first DESC');
  const insert = database.prepare('INSERT INTO room_hole VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM room_hole WHERE log_id = ? AND first = ?');

  return {
    list: (logId, limit) => list.all(logId, limit).map(toRange),
    open(logId, { first, last }) {
      if (first > last) return;
      let [lowest, highest] = [first, last];
      for (const hole of touching(logId, { first: first - 1, last: last + 1 })) {
        remove.run(logId, hole.first);
        lowest = Math.min(lowest, hole.first);
        highest = Math.max(highest, hole.last);
      }
      insert.run(logId, lowest, highest);
    },
    cover(logId, { first, last }) {
      for (const hole of touching(logId, { first, last })) {
        remove.run(logId, hole.first);
        if (hole.first < first) insert.run(logId, hole.first, first - 1);
        if (hole.last > last) insert.run(logId, last + 1, hole.last);
      }
    },
  };

  /** Those with a number in the range. */
  function touching(logId: number, { first, last }: NumberRange): readonly NumberRange[] {
    const found: NumberRange[] = [];
    for (const row of downFrom.iterate(logId, last)) {
      const hole = toRange(row);
      if (hole.last < first) break;
      found.push(hole);
    }
    return found;
  }
}

function toRange(row: Row): NumberRange {
  return { first: Number(row['first']), last: Number(row['last']) };
}
