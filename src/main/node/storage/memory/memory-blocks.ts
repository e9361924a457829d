/**
 * The logs and blocks of rooms in memory, in the order of numbers, of places and of keeping. Every
 * change can be undone. The rules are in memory-rooms.ts.
 */
import { compareCursors, type ConversationId, type Cursor, type MessageId } from '../../../../shared/lib/ids.ts';
import type { LogRecord, NumberRange, StoredBlock } from '../../../core/rooms/ports.ts';
import type { LogTag, RoomId, SignedBlock } from '../../../core/rooms/wire/block.ts';
import { cursorAtPlace } from '../query/cursor.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export interface MemoryLog extends LogRecord {
  readonly room: RoomId;
}

export type Standing = 'counts' | 'unfit' | 'lost';

export interface MemoryBlock extends Omit<StoredBlock, 'counts'> {
  /** In the order of keeping. */
  readonly id: number;
  readonly room: RoomId;
  readonly conversation: ConversationId;
  readonly standing: Standing;
  /** Of the message of its first number. */
  readonly cursor: Cursor;
  /** In the order of its numbers; 0 for none. Empty if it has no messages. */
  readonly positions: readonly number[];
  readonly messageIds: readonly MessageId[];
  readonly readThrough: number;
  readonly state: 'queued' | 'sent' | 'delivered' | undefined;
}

export interface MemoryBlocks {
  log(room: RoomId, tag: LogTag): MemoryLog | undefined;
  logs(room: RoomId): readonly MemoryLog[];
  allLogs(): readonly MemoryLog[];
  putLog(log: MemoryLog): void;
  removeLog(log: MemoryLog): void;
  /** Blocks that did not lose, by number. */
  ofLog(room: RoomId, tag: LogTag): readonly MemoryBlock[];
  /** Blocks with messages, by place; lost ones too. */
  placed(conversation: ConversationId): readonly MemoryBlock[];
  /** In the order of keeping. */
  kept(): readonly MemoryBlock[];
  /** Adds a block, or replaces the one with its id. */
  put(block: MemoryBlock): void;
  remove(block: MemoryBlock): void;
  nextId(): number;
}

export function createMemoryBlocks({ change, put }: MemoryTransactions): MemoryBlocks {
  const logs = new Map<string, MemoryLog>();
  const byId = new Map<number, MemoryBlock>();
  const byNumber = new Map<string, MemoryBlock[]>();
  const byPlace = new Map<ConversationId, MemoryBlock[]>();
  let lastId = 0;

  return {
    log: (room, tag) => logs.get(keyOf(room, tag)),
    logs: (room) => [...logs.values()].filter((log) => log.room === room),
    allLogs: () => [...logs.values()],
    putLog: (log) => put(logs, keyOf(log.room, log.tag), log),
    removeLog: (log) => take(logs, keyOf(log.room, log.tag)),
    ofLog: (room, tag) => byNumber.get(keyOf(room, tag)) ?? [],
    placed: (conversation) => byPlace.get(conversation) ?? [],
    kept: () => [...byId.values()].sort((a, b) => a.id - b.id),
    put(block) {
      const before = byId.get(block.id);
      if (before) leave(before);
      put(byId, block.id, block);
      if (block.standing !== 'lost') insert(listIn(byNumber, keyOf(block.room, block.tag)), block, (a, b) => a.first - b.first);
      if (block.positions.length > 0) {
        insert(listIn(byPlace, block.conversation), block, (a, b) => compareCursors(a.cursor, b.cursor));
      }
    },
    remove(block) {
      leave(block);
      take(byId, block.id);
    },
    nextId: () => (lastId += 1),
  };

  function leave(block: MemoryBlock): void {
    drop(listIn(byNumber, keyOf(block.room, block.tag)), block);
    drop(listIn(byPlace, block.conversation), block);
  }

  function listIn<Key>(lists: Map<Key, MemoryBlock[]>, key: Key): MemoryBlock[] {
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    return list;
  }

  function insert(list: MemoryBlock[], block: MemoryBlock, compare: (a: MemoryBlock, b: MemoryBlock) => number): void {
    const index = list.findLastIndex((other) => compare(other, block) <= 0) + 1;
    change(
      () => void list.splice(index, 0, block),
      () => void list.splice(index, 1),
    );
  }

  function drop(list: MemoryBlock[], block: MemoryBlock): void {
    const index = list.findLastIndex(({ id }) => id === block.id);
    const found = list[index];
    if (!found) return;
    change(
      () => void list.splice(index, 1),
      () => void list.splice(index, 0, found),
    );
  }

  function take<Key, Value>(map: Map<Key, Value>, key: Key): void {
    const before = map.get(key);
    change(
      () => void map.delete(key),
      () => before !== undefined && void map.set(key, before),
    );
  }
}

export function holesOf(log: MemoryLog, blocks: readonly MemoryBlock[]): readonly NumberRange[] {
  const holes: NumberRange[] = [];
  let next = log.floor + 1;
  for (const { first, last, standing } of blocks) {
    if (standing !== 'counts') continue;
    if (first > next) holes.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  return holes;
}

export function firstCursor(block: Pick<SignedBlock, 'clock' | 'tag' | 'first'>): Cursor {
  return cursorAtPlace({ ...block, number: block.first });
}

function keyOf(room: RoomId, tag: LogTag): string {
  return `${room} ${tag}`;
}
