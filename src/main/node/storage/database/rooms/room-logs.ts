/**
 * The rows of the logs of rooms: floor, top, holes and what they fill (ROOM-44, ROOM-45). A
 * transaction changes a log with every block, so the rows stay in memory and are written once,
 * before the commit, as those of conversations. Blocks are in room-blocks.ts.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { LogRecord } from '../../../../core/rooms/ports.ts';
import type { LogTag, SignedBlock } from '../../../../core/rooms/wire/block.ts';
import type { Conversations } from '../conversations.ts';
import type { Row } from '../message-rows.ts';
import { createRoomHoles, type RoomHoles } from './room-holes.ts';
import type { RoomRow } from './room-rows.ts';

/** Rows in memory, some 300 bytes each. With more of them the memory is cleared after a commit. */
const maxCached = 20_000;

type Changeable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export interface LogRow extends Changeable<LogRecord> {
  readonly logId: number;
  readonly roomRow: number;
}

/** The size of the logs of a room. */
export interface RoomTotals {
  logs: number;
  strangerLogs: number;
  bytes: number;
  strangerMessages: number;
  strangerBytes: number;
}

export interface RoomLogs {
  readonly holes: RoomHoles;
  find(room: RoomRow, tag: LogTag): LogRow | undefined;
  byId(logId: number): LogRow;
  add(room: RoomRow, block: SignedBlock, facts: Pick<LogRecord, 'floor' | 'isStranger' | 'namedAtMs'>): LogRow;
  /** In no order. */
  all(room: RoomRow): readonly LogRow[];
  totals(roomRow: number): RoomTotals;
  /** To be called after a change of a row. */
  noteChange(log: LogRow): void;
  /** Notes that a block was added, or removed if both are negative. */
  fill(log: LogRow, messages: number, bytes: number): void;
  flush(): void;
  /** To be called after a rollback, and after another statement changed the table. */
  clearCache(): void;
}

const noHash = new Uint8Array();

export function createRoomLogs(database: DatabaseSync, conversations: Pick<Conversations, 'findOrAdd'>): RoomLogs {
  const columns = 'SELECT l.*, a.name AS author FROM room_log AS l JOIN party AS a ON a.party_id = l.author_id';
  const select = database.prepare(`${columns} WHERE l.room_row = ? AND l.tag = ?`);
  const selectById = database.prepare(`${columns} WHERE l.log_id = ?`);
  const selectAll = database.prepare(`${columns} WHERE l.room_row = ?`);
  const insert = database.prepare(`INSERT INTO room_log
    (room_row, tag, author_id, public_key, epoch, floor, removed, top, top_hash, messages, bytes, stranger, named_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, 0, ?, x'', 0, 0, ?, ?)`);
  const update = database.prepare(`UPDATE room_log SET floor = ?, removed = ?, top = ?, top_hash = ?, messages = ?, bytes = ?,
    named_at_ms = ? WHERE log_id = ?`);
  const sums = database.prepare(`SELECT count(*) AS logs, coalesce(sum(stranger), 0) AS stranger_logs,
    coalesce(sum(bytes), 0) AS bytes, coalesce(sum(messages) FILTER (WHERE stranger = 1), 0) AS messages,
    coalesce(sum(bytes) FILTER (WHERE stranger = 1), 0) AS stranger_bytes FROM room_log WHERE room_row = ?`);

  const byTag = new Map<string, LogRow>();
  const byId = new Map<number, LogRow>();
  const changed = new Set<LogRow>();
  const totalsOf = new Map<number, RoomTotals>();
  const remember = (row: Row): LogRow => {
    // A row in memory may be newer than the table.
    const log = byId.get(Number(row['log_id'])) ?? toLogRow(row);
    byTag.set(keyOf(log.roomRow, log.tag), log);
    byId.set(log.logId, log);
    return log;
  };

  return {
    holes: createRoomHoles(database),
    find(room, tag) {
      const cached = byTag.get(keyOf(room.rowId, tag));
      if (cached) return cached;
      const row: Row | undefined = select.get(room.rowId, tag);
      return row && remember(row);
    },
    byId(logId) {
      const row: Row | undefined = byId.has(logId) ? undefined : selectById.get(logId);
      const log = row ? remember(row) : byId.get(logId);
      if (!log) throw new Error(`there is no log ${logId}`);
      return log;
    },
    add(room, { tag, authorId, publicKey, epoch }, { floor, isStranger, namedAtMs }) {
      const author = conversations.findOrAdd(authorId);
      const values = [room.rowId, tag, author.rowId, publicKey, epoch, floor, floor, Number(isStranger), namedAtMs];
      const logId = Number(insert.run(...values).lastInsertRowid);
      // They are summed anew, with this one.
      totalsOf.delete(room.rowId);
      const facts = { tag, authorId, publicKey, epoch, floor, removed: 0, top: floor, topHash: noHash };
      const log: LogRow = { ...facts, messages: 0, bytes: 0, isStranger, namedAtMs, logId, roomRow: room.rowId };
      byTag.set(keyOf(room.rowId, tag), log);
      byId.set(logId, log);
      return log;
    },
    all: (room) => selectAll.all(room.rowId).map(remember),
    totals: totalsIn,
    noteChange: (log) => void changed.add(log),
    fill(log, messages, bytes) {
      const totals = totalsIn(log.roomRow);
      log.messages += messages;
      log.bytes += bytes;
      totals.bytes += bytes;
      if (log.isStranger) {
        totals.strangerMessages += messages;
        totals.strangerBytes += bytes;
      }
      changed.add(log);
    },
    flush() {
      writeChanges();
      if (byId.size > maxCached) clearCache();
    },
    clearCache,
  };

  function writeChanges(): void {
    for (const { logId, floor, removed, top, topHash, messages, bytes, namedAtMs } of changed) {
      update.run(floor, removed, top, topHash, messages, bytes, namedAtMs, logId);
    }
    changed.clear();
  }

  function clearCache(): void {
    byTag.clear();
    byId.clear();
    changed.clear();
    totalsOf.clear();
  }

  function totalsIn(roomRow: number): RoomTotals {
    const cached = totalsOf.get(roomRow);
    if (cached) return cached;
    writeChanges();
    const row: Row | undefined = sums.get(roomRow);
    const totals = {
      logs: Number(row?.['logs']),
      strangerLogs: Number(row?.['stranger_logs']),
      bytes: Number(row?.['bytes']),
      strangerMessages: Number(row?.['messages']),
      strangerBytes: Number(row?.['stranger_bytes']),
    };
    totalsOf.set(roomRow, totals);
    return totals;
  }
}

/** The part of a row that others may see. */
export function toLogRecord({ logId: _logId, roomRow: _roomRow, ...record }: LogRow): LogRecord {
  return record;
}

function keyOf(roomRow: number, tag: LogTag): string {
  return `${roomRow} ${tag}`;
}

function toLogRow(row: Row): LogRow {
  return {
    logId: Number(row['log_id']),
    roomRow: Number(row['room_row']),
    tag: String(row['tag']),
    authorId: String(row['author']),
    publicKey: row['public_key'] as Uint8Array,
    epoch: Number(row['epoch']),
    floor: Number(row['floor']),
    removed: Number(row['removed']),
    top: Number(row['top']),
    topHash: row['top_hash'] as Uint8Array,
    messages: Number(row['messages']),
    bytes: Number(row['bytes']),
    isStranger: row['stranger'] === 1,
    namedAtMs: Number(row['named_at_ms']),
  };
}
