/**
 * Adds blocks with their messages, and settles two blocks at one place (ROOM-42, ROOM-44 to
 * ROOM-47). Reading is in room-block-reads.ts, removal in room-removal.ts. Each function expects to
 * be called inside a transaction, whose commit flushes logs and conversations.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortNameOf } from '../../../../../shared/lib/ids.ts';
import type { AddBlockResult, BlockOptions, NumberRange, Refusal, RoomLimits, RoomStore } from '../../../../core/rooms/ports.ts';
import type { SignedBlock } from '../../../../core/rooms/wire/block.ts';
import type { Conversations } from '../conversations.ts';
import { stateNumbers, type Row } from '../message-rows.ts';
import type { LogRow, RoomLogs, RoomTotals } from './room-logs.ts';
import { createRoomMessageRows } from './room-message-rows.ts';
import type { RoomRow, RoomRows } from './room-rows.ts';

interface Deps {
  readonly conversations: Conversations;
  readonly rooms: RoomRows;
  readonly logs: RoomLogs;
}

export const standings = { counts: 0, unfit: 1, lost: 2 } as const;

interface Held extends NumberRange {
  readonly blockId: number;
  readonly hash: Uint8Array;
  readonly standing: number;
  readonly clockMs: number;
  /** Of the row of its first message; undefined if it has no rows. */
  readonly position: number | undefined;
  readonly unread: number;
  readonly sizeBytes: number;
}

export type RoomBlocks = Pick<RoomStore, 'addBlock' | 'discount' | 'keepProof'>;

const nothing = new Uint8Array();

export function createRoomBlocks(database: DatabaseSync, deps: Deps, limits: RoomLimits): RoomBlocks {
  const { rooms, logs } = deps;
  const statements = prepareBlocks(database);
  const addMessages = createRoomMessageRows(database, deps.conversations);

  return {
    addBlock(block, options) {
      const room = rooms.find(block.room);
      if (!room?.record) return refuse('not-joined');
      const log = logs.find(room, block.tag);
      if (log && block.first <= log.removed) return refuse('below-floor');
      const held = log ? overlapping(log, block) : [];
      const same = held.find((other) => isSame(other.hash, block.hash));
      if (log && same) return addAgain(room, log, same, block, options);
      if (held.length > 0 && !options.wins) return refuse('overlaps');
      const reason = reasonAgainst({ totals: logs.totals(room.rowId), limits }, log, block, options);
      return reason ? refuse(reason) : add(room, log, held, block, options);
    },
    discount(roomId, tag, from) {
      const log = findLog(roomId, tag);
      if (!log) return;
      statements.discount.run(log.logId, from);
      if (log.top >= from) lowerTop(log);
    },
    keepProof(block) {
      const log = findLog(block.room, block.tag);
      return log !== undefined && statements.keepProof.run(log.logId, block.bytes).changes !== 0;
    },
  };

  function add(
    room: RoomRow,
    found: LogRow | undefined,
    losers: readonly Held[],
    block: SignedBlock,
    options: BlockOptions,
  ): AddBlockResult {
    const { isStranger = false, receivedAtMs } = options;
    const floor = Math.min(options.floor ?? Infinity, block.first - 1);
    const log = found ?? logs.add(room, block, { floor, isStranger, namedAtMs: receivedAtMs });
    for (const loser of losers) lose(room, log, loser, loser.clockMs === block.clock.ms);
    const counts = options.counts !== false;
    const rows = addMessages(room, block, options);
    const bytes = options.keepsBytes === false ? nothing : block.bytes;
    statements.insert.run(
      room.conversationId,
      log.logId,
      block.tag,
      block.first,
      block.last,
      block.clock.ms,
      block.clock.count,
      receivedAtMs,
      rows.position,
      rows.isUnread ? block.first - 1 : block.last,
      rows.isUnread ? rows.messages.length : 0,
      options.state === undefined ? null : stateNumbers[options.state],
      counts ? standings.counts : standings.unfit,
      block.hash,
      bytes,
    );
    logs.fill(log, block.last - block.first + 1, bytes.length);
    if (counts) place(log, block);
    return { ok: true, messages: rows.messages };
  }

  /** The same block again: it may count now, and have messages now. */
  function addAgain(room: RoomRow, log: LogRow, same: Held, block: SignedBlock, options: BlockOptions): AddBlockResult {
    if (same.standing === standings.counts || options.counts === false) return refuse('known');
    statements.countAgain.run(same.blockId);
    place(log, block);
    if (same.position !== undefined) return { ok: true, messages: [] };
    const rows = addMessages(room, block, options);
    const readThrough = rows.isUnread ? block.first - 1 : block.last;
    statements.setRows.run(rows.position, readThrough, rows.isUnread ? rows.messages.length : 0, same.blockId);
    return { ok: true, messages: rows.messages };
  }

  /** Its numbers are held now. */
  function place(log: LogRow, { first, last, hash }: SignedBlock): void {
    const isEmpty = log.top === log.floor && log.topHash.length === 0 && log.removed === 0;
    if (isEmpty && last <= log.floor) {
      log.floor = first - 1;
      log.top = first - 1;
    }
    if (first <= log.floor) {
      logs.holes.open(log.logId, { first: last + 1, last: log.floor });
      log.floor = first - 1;
    }
    if (first <= log.top) logs.holes.cover(log.logId, { first, last });
    else logs.holes.open(log.logId, { first: log.top + 1, last: first - 1 });
    if (last > log.top) {
      log.top = last;
      log.topHash = hash;
    } else if (last === log.top) log.topHash = hash;
    logs.noteChange(log);
  }

  /**
   * The block is no longer held. Its messages stay, marked and read, unless the winner was signed
   * with the same time: then these have the same IDs. Its bytes are kept once per log.
   */
  function lose(room: RoomRow, log: LogRow, loser: Held, hasSameIds: boolean): void {
    statements.proveBy.run(loser.blockId);
    const conversation = deps.conversations.findOrAdd(shortNameOf(room.conversation));
    conversation.unread -= loser.unread;
    deps.conversations.noteChange(conversation);
    logs.fill(log, loser.first - loser.last - 1, -loser.sizeBytes);
    if (loser.position !== undefined && !hasSameIds) statements.lose.run(loser.blockId);
    else statements.remove.run(loser.blockId);
    if (loser.position !== undefined && hasSameIds) {
      statements.removeRows.run(loser.position, loser.position + loser.last - loser.first);
    }
    if (loser.standing !== standings.counts) return;
    if (loser.last === log.top) lowerTop(log);
    else logs.holes.open(log.logId, loser);
  }

  /** To the highest block that counts. */
  function lowerTop(log: LogRow): void {
    const row: Row | undefined = statements.highest.get(log.logId);
    const top = Math.max(Number(row?.['last'] ?? 0), log.floor);
    logs.holes.cover(log.logId, { first: top + 1, last: Math.max(log.top, top + 1) });
    log.top = top;
    log.topHash = row ? (row['hash'] as Uint8Array) : nothing;
    logs.noteChange(log);
  }

  /** Of those that did not lose, highest first. */
  function overlapping(log: LogRow, { first, last }: NumberRange): readonly Held[] {
    // Mostly there is none, and a single row costs far less than a walk.
    const nearest: Row | undefined = statements.nearest.get(log.logId, last);
    if (!nearest || Number(nearest['last']) < first) return [];
    const found: Held[] = [];
    for (const row of statements.downFrom.iterate(log.logId, last)) {
      const held = toHeld(row);
      if (held.last < first) break;
      found.push(held);
    }
    return found;
  }

  function findLog(roomId: string, tag: string): LogRow | undefined {
    const room = rooms.find(roomId);
    return room && logs.find(room, tag);
  }
}

interface Space {
  readonly totals: RoomTotals;
  readonly limits: RoomLimits;
}

function reasonAgainst(
  { totals, limits }: Space,
  log: LogRow | undefined,
  { bytes, first, last }: SignedBlock,
  { state, isStranger, keepsBytes }: BlockOptions,
): Refusal | undefined {
  // Our own come first: the user has just written them.
  if (state !== undefined) return undefined;
  const ofStranger = log?.isStranger ?? isStranger ?? false;
  const size = keepsBytes === false ? 0 : bytes.length;
  const hasPlace = totals.logs < limits.logs && !(ofStranger && totals.strangerLogs >= limits.strangerLogs);
  if (!log && !hasPlace) return 'too-many-logs';
  if (totals.bytes + size > limits.roomBytes) return 'room-full';
  if (!ofStranger) return undefined;
  const isFull =
    totals.strangerMessages + last - first + 1 > limits.strangerMessages || totals.strangerBytes + size > limits.strangerBytes;
  return isFull ? 'strangers-full' : undefined;
}

function prepareBlocks(database: DatabaseSync) {
  const ofLog = 'log_id = ? AND standing < 2';
  return {
    insert: database.prepare('INSERT INTO room_block VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    nearest: database.prepare(`SELECT last FROM room_block WHERE ${ofLog} AND first <= ? ORDER BY first DESC LIMIT 1`),
    downFrom: database.prepare(`SELECT block_id, first, last, hash, standing, clock_ms, position, unread, length(bytes) AS size
      FROM room_block WHERE ${ofLog} AND first <= ? ORDER BY first DESC`),
    highest: database.prepare(`SELECT last, hash FROM room_block WHERE ${ofLog} AND standing = 0 ORDER BY first DESC LIMIT 1`),
    discount: database.prepare(`UPDATE room_block SET standing = 1 WHERE ${ofLog} AND first >= ? AND standing = 0`),
    countAgain: database.prepare('UPDATE room_block SET standing = 0 WHERE block_id = ?'),
    setRows: database.prepare('UPDATE room_block SET position = ?, read_through = ?, unread = ? WHERE block_id = ?'),
    lose: database.prepare(`UPDATE room_block SET standing = 2, unread = 0, read_through = last, bytes = x'' WHERE block_id = ?`),
    remove: database.prepare('DELETE FROM room_block WHERE block_id = ?'),
    removeRows: database.prepare('DELETE FROM message WHERE position BETWEEN ? AND ?'),
    proveBy: database.prepare(`INSERT OR IGNORE INTO room_proof
      SELECT log_id, bytes FROM room_block WHERE block_id = ? AND length(bytes) > 0`),
    keepProof: database.prepare('INSERT OR IGNORE INTO room_proof VALUES (?, ?)'),
  };
}

function toHeld(row: Row): Held {
  return {
    blockId: Number(row['block_id']),
    first: Number(row['first']),
    last: Number(row['last']),
    hash: row['hash'] as Uint8Array,
    standing: Number(row['standing']),
    clockMs: Number(row['clock_ms']),
    position: row['position'] === null ? undefined : Number(row['position']),
    unread: Number(row['unread']),
    sizeBytes: Number(row['size']),
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function refuse(reason: Refusal): AddBlockResult {
  return { ok: false, reason };
}
