/**
 * Reads logs and blocks of rooms as others ask for them: the stored bytes, by number or by clock
 * (ROOM-44 to ROOM-46). Nothing here changes the database.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { BlockRecord, RoomStore, StoredBlock } from '../../../../core/rooms/ports.ts';
import type { RoomClock } from '../../../../core/rooms/wire/block.ts';
import { toRowLimit } from '../../query/row-limit.ts';
import type { Row } from '../message-rows.ts';
import { toLogRecord, type RoomLogs } from './room-logs.ts';
import type { RoomRows } from './room-rows.ts';

export type RoomBlockReads = Pick<
  RoomStore,
  'logs' | 'log' | 'holes' | 'blocks' | 'neighbours' | 'newestBlocks' | 'newestClock' | 'proof'
>;

interface Deps {
  readonly rooms: RoomRows;
  readonly logs: RoomLogs;
}

export function createRoomBlockReads(database: DatabaseSync, { rooms, logs }: Deps): RoomBlockReads {
  const statements = prepareBlockReads(database);
  const find: RoomStore['log'] = (roomId, tag) => {
    const log = findRow(roomId, tag);
    return log && toLogRecord(log);
  };

  return {
    logs(roomId) {
      const room = rooms.find(roomId);
      return room ? logs.all(room).map(toLogRecord) : [];
    },
    log: find,
    holes(roomId, tag, limit) {
      const log = findRow(roomId, tag);
      return log ? logs.holes.list(log.logId, toRowLimit(limit)) : [];
    },
    blocks(roomId, tag, { first, last, maxBytes, isBackward = false }) {
      const log = findRow(roomId, tag);
      if (!log) return [];
      if (isBackward) return take(backFrom(log.logId, first, last), maxBytes);
      const covering: Row | undefined = statements.startingBefore.get(log.logId, first);
      const start = covering && Number(covering['last']) >= first ? Number(covering['first']) : first;
      return take(statements.up.iterate(log.logId, start, last), maxBytes);
    },
    neighbours(roomId, tag, number) {
      const log = findRow(roomId, tag);
      if (!log) return {};
      const rows: readonly Row[] = statements.twoBefore.all(log.logId, number);
      const [nearest, next] = rows.map(toRecord);
      const above: Row | undefined = statements.after.get(log.logId, number);
      const covers = nearest !== undefined && nearest.last >= number;
      const before = covers ? next : nearest;
      return { ...(covers && { covering: nearest }), ...(before && { before }), ...(above && { after: toRecord(above) }) };
    },
    newestBlocks(roomId, { limit, maxBytes, before }) {
      const room = rooms.find(roomId);
      if (!room) return [];
      const { ms, count } = before ?? { ms: Number.MAX_SAFE_INTEGER, count: 0 };
      return take(statements.newest.iterate(room.conversationId, ms, count, room.rowId, toRowLimit(limit)), maxBytes);
    },
    newestClock(roomId, { ms, count }) {
      const room = rooms.find(roomId);
      const row: Row | undefined = room && statements.newestClock.get(room.conversationId, ms, count, room.rowId);
      return row && toClock(row);
    },
    proof(roomId, tag) {
      const log = findRow(roomId, tag);
      const row: Row | undefined = log && statements.proof.get(log.logId);
      return row && (row['bytes'] as Uint8Array);
    },
  };

  function findRow(roomId: string, tag: string) {
    const room = rooms.find(roomId);
    return room && logs.find(room, tag);
  }

  function* backFrom(logId: number, first: number, last: number): Generator<Row> {
    for (const row of statements.down.iterate(logId, last)) {
      if (Number(row['last']) < first) return;
      yield row;
    }
  }
}

function prepareBlockReads(database: DatabaseSync) {
  const facts = 'SELECT b.tag, b.first, b.last, b.clock_ms, b.clock_count, b.hash, b.received_at_ms, b.standing';
  const newest = `FROM room_block AS b CROSS JOIN room_log AS l ON l.log_id = b.log_id
      WHERE b.conversation_id = ? AND (b.clock_ms, b.clock_count) < (?, ?) AND b.standing = 0 AND length(b.bytes) > 0
        AND l.room_row = ?
      ORDER BY b.clock_ms DESC, b.clock_count DESC, b.tag DESC, b.first DESC`;
  const ofLog = 'FROM room_block AS b WHERE b.log_id = ? AND b.standing < 2';
  return {
    up: database.prepare(`${facts}, b.bytes ${ofLog} AND b.first >= ? AND b.first <= ? ORDER BY b.first`),
    down: database.prepare(`${facts}, b.bytes ${ofLog} AND b.first <= ? ORDER BY b.first DESC`),
    startingBefore: database.prepare(`${facts} ${ofLog} AND b.first <= ? ORDER BY b.first DESC LIMIT 1`),
    twoBefore: database.prepare(`${facts} ${ofLog} AND b.first <= ? ORDER BY b.first DESC LIMIT 2`),
    after: database.prepare(`${facts} ${ofLog} AND b.first > ? ORDER BY b.first LIMIT 1`),
    newest: database.prepare(`${facts}, b.bytes ${newest} LIMIT ?`),
    // Before each block of ours: without the bytes, which may fill many pages.
    newestClock: database.prepare(`SELECT b.clock_ms, b.clock_count ${newest} LIMIT 1`),
    proof: database.prepare('SELECT bytes FROM room_proof WHERE log_id = ?'),
  };
}

/** At least one block, if there is one. Blocks without bytes are left out. */
function take(rows: Iterable<Row>, maxBytes: number): readonly StoredBlock[] {
  const taken: StoredBlock[] = [];
  let left = maxBytes;
  for (const row of rows) {
    const bytes = row['bytes'] as Uint8Array;
    if (bytes.length === 0) continue;
    if (taken.length > 0 && bytes.length > left) break;
    left -= bytes.length;
    taken.push({ ...toRecord(row), bytes });
  }
  return taken;
}

function toClock(row: Row): RoomClock {
  return { ms: Number(row['clock_ms']), count: Number(row['clock_count']) };
}

function toRecord(row: Row): BlockRecord {
  return {
    tag: String(row['tag']),
    first: Number(row['first']),
    last: Number(row['last']),
    clock: toClock(row),
    hash: row['hash'] as Uint8Array,
    receivedAtMs: Number(row['received_at_ms']),
    counts: row['standing'] === 0,
  };
}
