/**
 * A RoomStore that lasts as long as the process, on the messages of a memory store. It passes the
 * suite of the one on disk (test/contract/store). Removal is in memory-room-removal.ts.
 */
import { conversationOfRoom, isLater, type ConversationId, type Cursor, type MessageId } from '../../../../shared/lib/ids.ts';
import type { DeletionSlice, ReadMessage, StoredMessage } from '../../../core/messaging/ports.ts';
import {
  maxJoinedRooms,
  type AddBlockResult,
  type PrivateRoomRecord,
  type RoomLimits,
  type RoomRecord,
  type RoomStore,
} from '../../../core/rooms/ports.ts';
import type { LogTag, RoomId } from '../../../core/rooms/wire/block.ts';
import { cursorAtBlock, placeOf } from '../query/cursor.ts';
import { toRowLimit } from '../query/row-limit.ts';
import { createMemoryBlocks, type MemoryBlock } from './memory-blocks.ts';
import { createMemoryBlockWrites } from './memory-block-writes.ts';
import { createMemoryBlockReads } from './memory-block-reads.ts';
import type { MemoryMessages } from './memory-messages.ts';
import { createMemoryRoomRemoval } from './memory-room-removal.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

interface PlacedPage {
  readonly limit: number;
  readonly before?: Cursor | undefined;
  readonly after?: Cursor | undefined;
}

export interface MemoryRooms {
  readonly store: RoomStore;
  /** Whether its messages are in the order of places. */
  isPlaced(conversation: ConversationId): boolean;
  history(conversation: ConversationId, page: PlacedPage): readonly StoredMessage[];
  unread(conversation: ConversationId): number;
  markRead(conversation: ConversationId, through: Cursor, limit: number): readonly ReadMessage[];
  clear(conversation: ConversationId, after: Cursor | undefined): DeletionSlice;
  removeOlder(receivedAtMs: number, after: Cursor): DeletionSlice;
  firstBlock(): Cursor | undefined;
}

/** A room of the user, now or before. */
export interface MemoryRoom {
  readonly record: RoomRecord;
  readonly isJoined: boolean;
  readonly conversation: ConversationId;
}

const forgottenPerSlice = 256;

export function createMemoryRooms(transactions: MemoryTransactions, messages: MemoryMessages, limits: RoomLimits): MemoryRooms {
  const { read, write, put } = transactions;
  const rooms = new Map<RoomId, MemoryRoom>();
  const blocks = createMemoryBlocks(transactions);
  const proofs = new Map<string, Uint8Array>();
  const closed = new Map<string, LogTag>();
  const deps = { transactions, messages, blocks, rooms, proofs, limits };
  const writes = createMemoryBlockWrites(deps);
  const reads = createMemoryBlockReads(deps);
  const removal = createMemoryRoomRemoval(deps);

  return {
    store: {
      ...createRoomList(transactions, rooms),
      ...createPrivateRoomList(transactions),
      ...createRunMark(transactions),
      addBlock: (block, options): AddBlockResult => write(() => writes.addBlock(block, options)),
      discount: (room, tag, from) => write(() => writes.discount(room, tag, from)),
      keepProof: (block) => write(() => writes.keepProof(block)),
      setStates: (room, tag, range, state) => write(() => setStates(blocks.ofLog(room, tag), range, state)),
      ...reads,
      noteNamed: (room, tags, atMs) =>
        write(() => {
          for (const tag of tags) {
            const log = blocks.log(room, tag);
            if (log && log.namedAtMs < atMs) blocks.putLog({ ...log, namedAtMs: atMs });
          }
        }),
      noteHere: (author) =>
        write(() => {
          for (const log of blocks.allLogs()) {
            if (log.isStranger && log.authorId === author) blocks.putLog({ ...log, isStranger: false });
          }
        }),
      forgetLogs: (namedBeforeMs) =>
        write(() => {
          const empty = blocks.allLogs().filter(({ messages: count, namedAtMs }) => count === 0 && namedAtMs < namedBeforeMs);
          const forgotten = empty.slice(0, forgottenPerSlice);
          for (const log of forgotten) blocks.removeLog(log);
          return forgotten.length;
        }),
      closeLogs: (author) =>
        write(() => {
          for (const log of blocks.allLogs()) if (log.authorId === author) put(closed, `${log.room} ${log.tag}`, log.tag);
        }),
      unread: (room, limit) =>
        read(() => {
          const placed = blocks.placed(rooms.get(room)?.conversation ?? conversationOfRoom(''));
          return placed.flatMap(unreadIn).reverse().slice(0, toRowLimit(limit));
        }),
      closeLog: (room, tag) => write(() => put(closed, `${room} ${tag}`, tag)),
      closedLogs: (room) => read(() => [...closed].flatMap(([key, tag]) => (key.startsWith(`${room} `) ? [tag] : []))),
      removeOld: (id, keptBeforeMs, after) =>
        write(() => {
          const conversation = rooms.get(id)?.conversation;
          if (conversation === undefined) return { deleted: 0 };
          return removal.walk({ keptBeforeMs, removesUnread: true, conversation }, after);
        }),
      trim: (id, keptBeforeMs, maxBytes) => write(() => removal.trim(id, keptBeforeMs, maxBytes)),
    },
    isPlaced,
    history(conversation, { limit, before, after }) {
      const placed = blocks.placed(conversation);
      for (const cursor of [before, after]) if (cursor !== undefined) placeOf(cursor);
      if (after !== undefined) return readUp(placed, after, limit).reverse();
      return readDown(placed, before, limit);
    },
    unread: (conversation) => blocks.placed(conversation).reduce((sum, block) => sum + unreadIn(block).length, 0),
    markRead,
    clear: (conversation, after) => removal.walk({ keptBeforeMs: Infinity, removesUnread: true, conversation }, after),
    removeOlder: (keptBeforeMs, after) => removal.walk({ keptBeforeMs, removesUnread: false }, after),
    firstBlock: () => (blocks.kept().length === 0 ? undefined : cursorAtBlock(0)),
  };

  function isPlaced(conversation: ConversationId): boolean {
    return [...rooms.values()].some((room) => room.conversation === conversation);
  }

  function rowsOf(block: MemoryBlock): readonly StoredMessage[] {
    return block.positions.flatMap((position) => messages.peek(position) ?? []);
  }

  function unreadIn(block: MemoryBlock): readonly StoredMessage[] {
    return rowsOf(block).filter(({ sequence, state }) => state === undefined && sequence > block.readThrough);
  }

  function readDown(placed: readonly MemoryBlock[], before: Cursor | undefined, limit: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (let index = placed.length - 1; index >= 0 && found.length < limit; index -= 1) {
      const block = placed[index] as MemoryBlock;
      if (before !== undefined && !isLater(before, block.cursor)) continue;
      const rows = rowsOf(block).filter(({ cursor }) => before === undefined || isLater(before, cursor));
      found.push(...rows.toReversed());
    }
    return found.slice(0, limit);
  }

  /** Oldest first. */
  function readUp(placed: readonly MemoryBlock[], after: Cursor, limit: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    const start = Math.max(
      placed.findLastIndex(({ cursor }) => !isLater(cursor, after)),
      0,
    );
    for (let index = start; index < placed.length && found.length < limit; index += 1) {
      found.push(...rowsOf(placed[index] as MemoryBlock).filter(({ cursor }) => isLater(cursor, after)));
    }
    return found.slice(0, limit);
  }

  function markRead(conversation: ConversationId, through: Cursor, limit: number): readonly ReadMessage[] {
    placeOf(through);
    const found: ReadMessage[] = [];
    for (const block of [...blocks.placed(conversation)]) {
      if (found.length >= limit || isLater(block.cursor, through)) break;
      const newlyRead = unreadIn(block)
        .filter(({ cursor }) => !isLater(cursor, through))
        .slice(0, limit - found.length);
      const last = newlyRead.at(-1);
      if (!last) continue;
      blocks.put({ ...block, readThrough: last.sequence });
      found.push(...newlyRead.map(({ messageId, from }) => ({ messageId, from })));
    }
    return found;
  }

  function setStates(
    ofLog: readonly MemoryBlock[],
    { first, last }: { readonly first: number; readonly last: number },
    state: 'sent' | 'delivered',
  ): readonly MessageId[] {
    const inRange = ofLog.filter((block) => block.first >= first && block.last <= last && block.positions.length > 0);
    const changed = inRange.filter((block) => block.state === 'queued' || (block.state === 'sent' && state === 'delivered'));
    return changed.flatMap((block) => {
      blocks.put({ ...block, state });
      for (const position of block.positions) messages.moveState(position, state);
      return block.messageIds;
    });
  }
}

function createRoomList(
  { read, write, put }: MemoryTransactions,
  rooms: Map<RoomId, MemoryRoom>,
): Pick<RoomStore, 'rooms' | 'knows' | 'known' | 'join' | 'leave' | 'update'> {
  const joined = (): readonly MemoryRoom[] => [...rooms.values()].filter(({ isJoined }) => isJoined);
  return {
    rooms: () =>
      read(() =>
        joined()
          .map(({ record }) => record)
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    knows: (id) => read(() => rooms.has(id)),
    known: () => read(() => [...rooms.keys()]),
    join: ({ id, name, joinedAtMs }) =>
      write(() => {
        const before = rooms.get(id);
        if (before?.isJoined) return 'already';
        if (joined().length >= maxJoinedRooms) return 'too-many';
        const record = before
          ? { ...before.record, joinedAtMs }
          : { id, name, joinedAtMs, isMuted: false, lastSeenMs: joinedAtMs };
        put(rooms, id, { record, isJoined: true, conversation: conversationOfRoom(name) });
        return 'joined';
      }),
    leave: (id) =>
      write(() => {
        const room = rooms.get(id);
        if (!room?.isJoined) return false;
        put(rooms, id, { ...room, isJoined: false });
        return true;
      }),
    update: (id, changes) =>
      write(() => {
        const room = rooms.get(id);
        if (!room?.isJoined) return false;
        put(rooms, id, { ...room, record: { ...room.record, ...changes } });
        return true;
      }),
  };
}

function createPrivateRoomList({
  read,
  write,
  put,
  change,
}: MemoryTransactions): Pick<RoomStore, 'privateRooms' | 'putPrivateRoom' | 'deletePrivateRoom'> {
  const records = new Map<RoomId, PrivateRoomRecord>();
  return {
    privateRooms: () => read(() => [...records.values()].sort((a, b) => (a.id < b.id ? -1 : 1))),
    putPrivateRoom: (record) => write(() => put(records, record.id, { ...record, list: record.list.slice() })),
    deletePrivateRoom: (room) =>
      write(() => {
        const before = records.get(room);
        change(
          () => void records.delete(room),
          () => void (before && records.set(room, before)),
        );
      }),
  };
}

function createRunMark({ write, change }: MemoryTransactions): Pick<RoomStore, 'beginRun' | 'endRun'> {
  let isMarked = false;
  const mark = (value: boolean): boolean => {
    const before = isMarked;
    change(
      () => void (isMarked = value),
      () => void (isMarked = before),
    );
    return before;
  };
  return { beginRun: () => write(() => mark(true)), endRun: () => write(() => void mark(false)) };
}
