/**
 * Removes blocks and their messages in slices, oldest kept first, from the fronts of their logs on
 * (ROOM-50 to ROOM-53). Floors rise, so that nothing is taken again. Our own blocks that are not
 * delivered stay, and all behind them. Expects to be called inside a transaction.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Cursor } from '../../../../../shared/lib/ids.ts';
import type { DeletionSlice } from '../../../../core/messaging/ports.ts';
import type { RoomLimits } from '../../../../core/rooms/ports.ts';
import type { Clock } from '../../../../core/ports.ts';
import { blockOfCursor, cursorAtBlock } from '../../query/cursor.ts';
import { createSlice, type Slice } from '../../query/slice.ts';
import type { Conversations } from '../conversations.ts';
import { stateNumbers, type Row } from '../message-rows.ts';
import { standings } from './room-blocks.ts';
import type { LogRow, RoomLogs } from './room-logs.ts';
import type { RoomRow } from './room-rows.ts';
import type { SearchIndex } from '../search-index.ts';

interface Deps {
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly logs: RoomLogs;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
}

/** The limits of a removal. */
interface Rules {
  /** Nothing that was kept at that time or later. */
  readonly keptBeforeMs: number;
  readonly removesUnread: boolean;
}

export interface RoomRemoval {
  ofConversation(conversationId: number, rules: Rules, after: Cursor | undefined): DeletionSlice;
  /** In all rooms, up to the first block that was kept later. Never an unread one. */
  olderThan(receivedAtMs: number, after: Cursor | undefined): DeletionSlice;
  trim(room: RoomRow, keptBeforeMs: number, maxBytes?: number): DeletionSlice;
}

/** Bytes that cost as much as one character of other work. They are freed, not read. */
const bytesPerLength = 16;
/** The cost of a message beside its text, in characters. */
const messageLength = 64;

/** A room that is full is emptied to this share, so that it is not full again at once. */
const trimmedShare = 0.9;
/** Blocks taken from the log that fills most, before the next look at which one does. */
const blocksPerLook = 32;

interface Work {
  readonly rules: Rules;
  readonly slice: Slice;
  readonly touched: Set<string>;
  deleted: number;
}

export function createRoomRemoval(database: DatabaseSync, deps: Deps, limits: RoomLimits): RoomRemoval {
  const { clock, conversations, logs, search } = deps;
  const statements = prepareRemoval(database);

  return {
    ofConversation: (conversationId, rules, after) =>
      walk(rules, after, (blockId) => statements.nextOfOne.get(conversationId, blockId)),
    olderThan: (keptBeforeMs, after) =>
      walk({ keptBeforeMs, removesUnread: false }, after, (blockId) => statements.next.get(blockId)),
    trim(room, keptBeforeMs, maxBytes = Infinity) {
      const strangers = begin({ keptBeforeMs: Infinity, removesUnread: true });
      const others = { ...strangers, rules: { keptBeforeMs, removesUnread: true } };
      const limit = Math.min(limits.roomBytes, maxBytes) * trimmedShare;
      const isFull = (): boolean => logs.totals(room.rowId).bytes > limit;
      let hasMore = true;
      while (hasMore && isFull() && !strangers.slice.isSpent()) {
        const filled = logs.all(room).filter(({ bytes }) => bytes > 0);
        const order = filled.sort((a, b) => Number(b.isStranger) - Number(a.isStranger) || b.bytes - a.bytes);
        hasMore = order.some((log) => {
          const work = log.isStranger ? strangers : others;
          return removeFronts(log, work, blocksPerLook, isFull) > 0;
        });
      }
      const deleted = strangers.deleted + others.deleted;
      finish({ ...strangers, deleted });
      return { deleted, ...(hasMore && isFull() && { next: cursorAtBlock(0) }) };
    },
  };

  function begin(rules: Rules): Work {
    return { rules, slice: createSlice(clock), touched: new Set(), deleted: 0 };
  }

  function walk(rules: Rules, after: Cursor | undefined, nextBlock: (blockId: number) => Row | undefined): DeletionSlice {
    const work = begin(rules);
    let blockId = (after === undefined ? undefined : blockOfCursor(after)) ?? 0;
    let next: number | undefined;
    for (;;) {
      const block = nextBlock(blockId);
      if (!block || Number(block['received_at_ms']) >= rules.keptBeforeMs) break;
      blockId = Number(block['block_id']);
      work.slice.spend(0);
      if (block['standing'] !== standings.counts) remove(block, work);
      else removeFronts(logs.byId(Number(block['log_id'])), work, Infinity, () => true);
      if (!work.slice.isSpent()) continue;
      next = resumeFrom(block, rules);
      break;
    }
    finish(work);
    return { deleted: work.deleted, ...(next !== undefined && { next: cursorAtBlock(next) }) };
  }

  /** The slice ended within the log of a block. Its front may be that block, or one that the walk has passed. */
  function resumeFrom(block: Row, rules: Rules): number {
    const blockId = Number(block['block_id']);
    const front: Row | undefined = statements.front.get(Number(block['log_id']));
    const isPassed = front !== undefined && Number(front['block_id']) <= blockId && !mustStay(front, rules);
    return isPassed ? Number(front['block_id']) - 1 : blockId;
  }

  /** @returns how many blocks */
  function removeFronts(log: LogRow, work: Work, maxBlocks: number, isWanted: () => boolean): number {
    let count = 0;
    while (count < maxBlocks && isWanted() && !work.slice.isSpent()) {
      const front: Row | undefined = statements.front.get(log.logId);
      if (!front || !remove(front, work)) break;
      count += 1;
    }
    return count;
  }

  /** @returns false if it must stay */
  function remove(block: Row, work: Work): boolean {
    if (mustStay(block, work.rules)) return false;
    const [first, last, size] = [Number(block['first']), Number(block['last']), Number(block['size'])];
    const count = last - first + 1;
    if (block['position'] !== null) {
      const position = Number(block['position']);
      const rows = Number(statements.removeRows.run(position, position + count - 1).changes);
      work.deleted += rows;
      noteUnread(block, work);
    }
    statements.remove.run(Number(block['block_id']));
    work.slice.spend(size / bytesPerLength + messageLength * count);
    if (block['standing'] === standings.lost) return true;
    const log = logs.byId(Number(block['log_id']));
    logs.fill(log, -count, -size);
    if (block['standing'] === standings.counts) raiseFloor(log, last);
    return true;
  }

  function noteUnread(block: Row, work: Work): void {
    const name = String(block['name']);
    const conversation = conversations.findOrAdd(name);
    conversation.unread -= Number(block['unread']);
    conversations.noteChange(conversation);
    work.touched.add(name);
  }

  function raiseFloor(log: LogRow, number: number): void {
    logs.holes.cover(log.logId, { first: log.floor + 1, last: number });
    log.floor = number;
    log.removed = number;
    log.top = Math.max(log.top, number);
    logs.noteChange(log);
  }

  function finish({ touched, deleted }: Work): void {
    for (const name of touched) {
      const conversation = conversations.findOrAdd(name);
      conversation.lastPosition = Number(statements.lastPosition.get(conversation.rowId)?.['position'] ?? 0);
    }
    if (deleted > 0) search.noteDeleted(deleted);
  }
}

function mustStay(block: Row, { keptBeforeMs, removesUnread }: Rules): boolean {
  if (Number(block['received_at_ms']) >= keptBeforeMs) return true;
  if (block['state'] !== null && Number(block['state']) < stateNumbers.delivered) return true;
  return !removesUnread && Number(block['unread']) > 0;
}

function prepareRemoval(database: DatabaseSync) {
  const columns = `SELECT b.block_id, b.log_id, b.first, b.last, b.position, b.unread, b.state, b.standing, b.received_at_ms,
    length(b.bytes) AS size, p.name FROM room_block AS b CROSS JOIN party AS p ON p.party_id = b.conversation_id`;
  return {
    next: database.prepare(`${columns} WHERE b.block_id > ? ORDER BY b.block_id LIMIT 1`),
    nextOfOne: database.prepare(`${columns} WHERE b.conversation_id = ? AND b.block_id > ? ORDER BY b.block_id LIMIT 1`),
    front: database.prepare(`${columns} WHERE b.log_id = ? AND b.standing < 2 ORDER BY b.first LIMIT 1`),
    remove: database.prepare('DELETE FROM room_block WHERE block_id = ?'),
    removeRows: database.prepare('DELETE FROM message WHERE position BETWEEN ? AND ?'),
    lastPosition: database.prepare('SELECT max(position) AS position FROM message WHERE conversation_id = ?'),
  };
}
