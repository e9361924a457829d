/**
 * Removes blocks in memory, oldest kept first, from the fronts of their logs on. The same decisions
 * as database/rooms/room-removal.ts.
 */
import type { ConversationId, Cursor } from '../../../../shared/lib/ids.ts';
import type { DeletionSlice } from '../../../core/messaging/ports.ts';
import type { RoomId } from '../../../core/rooms/wire/block.ts';
import { blockOfCursor, cursorAtBlock } from '../query/cursor.ts';
import type { MemoryBlock, MemoryLog } from './memory-blocks.ts';
import type { MemoryRoomDeps } from './memory-block-writes.ts';

interface Rules {
  readonly keptBeforeMs: number;
  readonly removesUnread: boolean;
  /** Absent means all. */
  readonly conversation?: ConversationId;
}

export interface MemoryRoomRemoval {
  walk(rules: Rules, after: Cursor | undefined): DeletionSlice;
  trim(room: RoomId, keptBeforeMs: number, maxBytes?: number): DeletionSlice;
}

/** Messages deleted at a time, or a block more. */
const deletedPerSlice = 1_000;
/** A room that is full is emptied to this share. */
const trimmedShare = 0.9;

export function createMemoryRoomRemoval({ messages, blocks, limits }: MemoryRoomDeps): MemoryRoomRemoval {
  return {
    walk(rules, after) {
      const start = (after === undefined ? undefined : blockOfCursor(after)) ?? 0;
      const kept = blocks
        .kept()
        .filter(({ id, conversation }) => id > start && conversation === (rules.conversation ?? conversation));
      let deleted = 0;
      for (const block of kept) {
        if (block.receivedAtMs >= rules.keptBeforeMs) break;
        deleted += block.standing === 'counts' ? removeFronts(block, rules, deletedPerSlice - deleted) : remove(block, rules);
        // A log that was passed may have a front to remove now.
        if (deleted >= deletedPerSlice) return { deleted, next: cursorAtBlock(0) };
      }
      return { deleted };
    },
    trim(room, keptBeforeMs, maxBytes = Infinity) {
      let deleted = 0;
      const limit = Math.min(limits.roomBytes, maxBytes) * trimmedShare;
      const isFull = (): boolean => blocks.logs(room).reduce((total, { bytes }) => total + bytes, 0) > limit;
      const giveOne = (log: MemoryLog): boolean => {
        const [front] = blocks.ofLog(room, log.tag);
        if (!front || mustStay(front, { keptBeforeMs: log.isStranger ? Infinity : keptBeforeMs, removesUnread: true }))
          return false;
        deleted += removeBlock(front);
        return true;
      };
      const order = (a: MemoryLog, b: MemoryLog): number => Number(b.isStranger) - Number(a.isStranger) || b.bytes - a.bytes;
      while (isFull()) {
        if (!blocks.logs(room).toSorted(order).some(giveOne)) break;
        if (deleted >= deletedPerSlice) return { deleted, ...(isFull() && { next: cursorAtBlock(0) }) };
      }
      return { deleted };
    },
  };

  /** @returns how many messages */
  function removeFronts({ room, tag }: MemoryBlock, rules: Rules, limit: number): number {
    let deleted = 0;
    while (deleted < limit) {
      const [front] = blocks.ofLog(room, tag);
      if (!front || mustStay(front, rules)) break;
      deleted += removeBlock(front);
    }
    return deleted;
  }

  function remove(block: MemoryBlock, rules: Rules): number {
    return mustStay(block, rules) ? 0 : removeBlock(block);
  }

  function removeBlock(block: MemoryBlock): number {
    const deleted = messages.erase(block.positions);
    blocks.remove(block);
    const log = blocks.log(block.room, block.tag);
    if (!log || block.standing === 'lost') return deleted;
    const [count, floor] = [block.last - block.first + 1, block.last];
    const raised = block.standing === 'counts' ? { floor, removed: floor, top: Math.max(log.top, floor) } : {};
    blocks.putLog({ ...log, messages: log.messages - count, bytes: log.bytes - block.bytes.length, ...raised });
    return deleted;
  }

  function mustStay(block: MemoryBlock, { keptBeforeMs, removesUnread }: Rules): boolean {
    if (block.receivedAtMs >= keptBeforeMs) return true;
    if (block.state === 'queued' || block.state === 'sent') return true;
    return !removesUnread && hasUnread(block);
  }

  function hasUnread({ positions, readThrough, state }: MemoryBlock): boolean {
    return state === undefined && positions.some((position) => (messages.peek(position)?.sequence ?? 0) > readThrough);
  }
}
