/**
 * A RoomStore on an open database: composes the parts, and offers the calls of a MessageStore for
 * conversations whose messages are in the order of places. The tables are in message-schema.ts.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { ConversationId, Cursor } from '../../../../../shared/lib/ids.ts';
import { shortNameOf } from '../../../../../shared/lib/ids.ts';
import type { DeletionSlice, HistoryOptions, ReadMessage, StoredMessage } from '../../../../core/messaging/ports.ts';
import type { RoomLimits, RoomStore } from '../../../../core/rooms/ports.ts';
import type { Clock } from '../../../../core/ports.ts';
import { blockOfCursor, cursorAtBlock } from '../../query/cursor.ts';
import { toRowLimit } from '../../query/row-limit.ts';
import type { Conversations } from '../conversations.ts';
import { createRoomBlockReads } from './room-block-reads.ts';
import { createRoomBlocks } from './room-blocks.ts';
import { createRoomHistory } from './room-history.ts';
import { createRoomLogs, type RoomLogs } from './room-logs.ts';
import { createRoomRemoval } from './room-removal.ts';
import { createPrivateRoomRows } from './private-room-rows.ts';
import { createRunMark, type RoomRows } from './room-rows.ts';
import type { SearchIndex } from '../search-index.ts';
import type { Transactions } from '../transactions.ts';

interface Deps {
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
  readonly transactions: Pick<Transactions, 'read' | 'write'>;
}

/** Rows of empty logs that are removed at a time. */
const forgottenPerSlice = 256;

/** The answers of a conversation with places. Undefined: it is an ordinary one. */
export interface Rooms {
  readonly store: RoomStore;
  history(conversation: ConversationId, options: HistoryOptions): readonly StoredMessage[] | undefined;
  markRead(conversation: ConversationId, through: Cursor, limit: number): readonly ReadMessage[] | undefined;
  clear(conversation: ConversationId, after: Cursor | undefined): DeletionSlice | undefined;
  /** Undefined while the messages of ordinary conversations are to be deleted. */
  deleteOlderThan(receivedAtMs: number, after: Cursor | undefined): DeletionSlice | undefined;
  /** Where the deletion goes on after those. Undefined if there are no blocks. */
  firstBlock(): Cursor | undefined;
  /** Gives a message of a room its place and its state. */
  locate(message: StoredMessage): StoredMessage;
  flush(): void;
  clearCache(): void;
}

export function createRooms(
  database: DatabaseSync,
  { clock, conversations, search, transactions }: Deps,
  rows: RoomRows,
  limits: RoomLimits,
): Rooms {
  const logs = createRoomLogs(database, conversations);
  const deps = { conversations, rooms: rows, logs };
  const history = createRoomHistory(database, deps);
  const removal = createRoomRemoval(database, { clock, conversations, logs, search }, limits);
  const anyBlock = database.prepare('SELECT 1 FROM room_block LIMIT 1');
  const { read, write } = transactions;
  const blocks = createRoomBlocks(database, deps, limits);
  const reads = createRoomBlockReads(database, deps);
  const upkeep = createLogUpkeep(database, deps);

  return {
    store: {
      rooms: () => read(() => rows.rooms()),
      knows: (id) => read(() => rows.find(id) !== undefined),
      known: () => read(() => rows.known()),
      join: (room) => write(() => rows.join(room)),
      leave: (id) => write(() => rows.leave(id)),
      update: (id, changes) => write(() => rows.update(id, changes)),
      ...createPrivateRoomRows(database, transactions),
      ...createRunMark(database, transactions),
      addBlock: (block, options) => write(() => blocks.addBlock(block, options)),
      discount: (room, tag, from) => write(() => blocks.discount(room, tag, from)),
      keepProof: (block) => write(() => blocks.keepProof(block)),
      setStates: (room, tag, range, state) => write(() => history.setStates(room, tag, range, state)),
      unread: (room, limit) => read(() => history.unread(room, limit)),
      undelivered: (room, tag) => read(() => history.undelivered(room, tag)),
      proof: (room, tag) => read(() => reads.proof(room, tag)),
      logs: (room) => read(() => reads.logs(room)),
      log: (room, tag) => read(() => reads.log(room, tag)),
      holes: (room, tag, limit) => read(() => reads.holes(room, tag, limit)),
      blocks: (room, tag, query) => read(() => reads.blocks(room, tag, query)),
      neighbours: (room, tag, number) => read(() => reads.neighbours(room, tag, number)),
      newestBlocks: (room, query) => read(() => reads.newestBlocks(room, query)),
      newestClock: (room, before) => read(() => reads.newestClock(room, before)),
      noteNamed: (room, tags, atMs) => write(() => upkeep.noteNamed(room, tags, atMs)),
      noteHere: (author) => write(() => upkeep.noteHere(author)),
      forgetLogs: (beforeMs) => write(() => upkeep.forgetLogs(beforeMs)),
      closeLogs: (author) => write(() => upkeep.closeLogs(author)),
      closeLog: (room, tag) => write(() => upkeep.closeLog(room, tag)),
      closedLogs: (room) => read(() => upkeep.closedLogs(room)),
      removeOld: (id, keptBeforeMs, after) =>
        write(() => {
          const room = rows.find(id);
          return room
            ? removal.ofConversation(room.conversationId, { keptBeforeMs, removesUnread: true }, after)
            : { deleted: 0 };
        }),
      trim: (id, keptBeforeMs, maxBytes) =>
        write(() => {
          const room = rows.find(id);
          return room ? removal.trim(room, keptBeforeMs, maxBytes) : { deleted: 0 };
        }),
    },
    history(conversation, options) {
      const id = rows.placedId(conversation);
      return id === undefined ? undefined : history.history(id, options);
    },
    markRead(conversation, through, limit) {
      const row = rows.placedId(conversation) === undefined ? undefined : conversations.find(shortNameOf(conversation));
      return row && history.markRead(row, through, toRowLimit(limit));
    },
    clear(conversation, after) {
      const id = rows.placedId(conversation);
      if (id === undefined) return undefined;
      return removal.ofConversation(id, { keptBeforeMs: Infinity, removesUnread: true }, after);
    },
    deleteOlderThan: (receivedAtMs, after) =>
      after === undefined || blockOfCursor(after) === undefined ? undefined : removal.olderThan(receivedAtMs, after),
    firstBlock: () => (anyBlock.get() === undefined ? undefined : cursorAtBlock(0)),
    locate: (message) => history.locate(message),
    flush: () => logs.flush(),
    clearCache() {
      logs.clearCache();
      rows.clearCache();
    },
  };
}

function createLogUpkeep(
  database: DatabaseSync,
  { conversations, rooms, logs }: { readonly conversations: Conversations; readonly rooms: RoomRows; readonly logs: RoomLogs },
): Pick<RoomStore, 'noteNamed' | 'noteHere' | 'forgetLogs' | 'closeLogs' | 'closeLog' | 'closedLogs'> {
  const unstrange = database.prepare('UPDATE room_log SET stranger = 0 WHERE author_id = ? AND stranger = 1');
  const empty = database.prepare(`SELECT log_id FROM room_log WHERE messages = 0 AND named_at_ms < ? LIMIT ${forgottenPerSlice}`);
  const closeOf = database.prepare('INSERT OR IGNORE INTO room_closed_log SELECT log_id FROM room_log WHERE author_id = ?');
  const close = database.prepare('INSERT OR IGNORE INTO room_closed_log VALUES (?)');
  const closed = database.prepare(
    'SELECT tag FROM room_log WHERE room_row = ? AND log_id IN (SELECT log_id FROM room_closed_log)',
  );
  const parts = ['room_hole', 'room_proof', 'room_closed_log', 'room_log'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE log_id = ?`),
  );
  return {
    noteNamed(id, tags, atMs) {
      const room = rooms.find(id);
      for (const tag of room ? tags : []) {
        const log = room && logs.find(room, tag);
        if (!log || log.namedAtMs >= atMs) continue;
        log.namedAtMs = atMs;
        logs.noteChange(log);
      }
    },
    noteHere(peerId) {
      const author = conversations.find(peerId);
      if (!author) return;
      logs.flush();
      if (unstrange.run(author.rowId).changes !== 0) logs.clearCache();
    },
    closeLogs(peerId) {
      const author = conversations.find(peerId);
      if (author) closeOf.run(author.rowId);
    },
    closeLog(id, tag) {
      const room = rooms.find(id);
      const log = room && logs.find(room, tag);
      if (log) close.run(log.logId);
    },
    closedLogs(id) {
      const room = rooms.find(id);
      return room ? closed.all(room.rowId).map((row) => String(row['tag'])) : [];
    },
    forgetLogs(namedBeforeMs) {
      logs.flush();
      const found = empty.all(namedBeforeMs);
      for (const row of found) for (const part of parts) part.run(Number(row['log_id']));
      logs.clearCache();
      return found.length;
    },
  };
}
