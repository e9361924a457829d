/**
 * A MessageStore on an open database: composes the parts. Opening a file, and its failures, are in
 * message-store.ts; the tables are in message-schema.ts.
 */
import type { DatabaseSync } from 'node:sqlite';
import { conversationOfShortName, peerOfConversation, shortNameOf } from '../../../../shared/lib/ids.ts';
import { StoreError, type Contact, type DeletionSlice, type MessageStore } from '../../../core/messaging/ports.ts';
import { defaultRoomLimits, type HistoryStore, type RoomLimits } from '../../../core/rooms/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { createMessageReads } from './message-reads.ts';
import { createMarkRows } from './mark-rows.ts';
import { toContact } from './message-rows.ts';
import { createMessageStates } from './message-states.ts';
import { createMessageWrites } from './message-writes.ts';
import { createConversations, type Conversations } from './conversations.ts';
import { isOfRoom } from './rooms/room-history.ts';
import { createRoomRows } from './rooms/room-rows.ts';
import { createRooms, type Rooms } from './rooms/room-store.ts';
import { createDraftRows } from './draft-rows.ts';
import { createTransferRows } from './transfer-rows.ts';
import { createSearchIndex } from './search-index.ts';
import { createTransactions, type Transactions } from './transactions.ts';
import { createMaintenance } from './maintenance.ts';
import { positionOf } from '../query/cursor.ts';
import { toRowLimit } from '../query/row-limit.ts';

interface Deps {
  readonly clock: Clock;
}

interface Options {
  /** Maintenance never runs on a file that cannot be written. */
  readonly isReadOnly: boolean;
  /** Called when SQLite finds damage. */
  readonly onDamage: () => void;
  /** Smaller ones for tests. */
  readonly roomLimits?: RoomLimits;
}

/** @throws the database's error if the tables are not as expected */
export function createSqliteStore(
  database: DatabaseSync,
  { clock }: Deps,
  { isReadOnly, onDamage, roomLimits = defaultRoomLimits }: Options,
): HistoryStore {
  const conversations = createConversations(database);
  const transactions = createTransactions(database, {
    beforeCommit() {
      conversations.flush();
      rooms.flush();
    },
    afterCommit: () => maintenance.noteWrite(),
    afterRollback() {
      conversations.clearCache();
      rooms.clearCache();
      search.reload();
    },
    onError: (error) => error.code === 'corrupt' && onDamage(),
  });
  const { batch, write, read } = transactions;
  const search = createSearchIndex(database, { clock, write });
  const roomRows = createRoomRows(database, conversations);
  const rooms = createRooms(database, { clock, conversations, search, transactions }, roomRows, roomLimits);
  const writes = createMessageWrites(database, { clock, conversations, search, isPlaced: roomRows.isPlaced });
  const states = createMessageStates(database, conversations, roomRows.isPlaced);
  const reads = createMessageReads(database, { clock, conversations, read });
  const runCheckpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  const maintenance = createMaintenance({
    clock,
    indexSlice: () => attempt(() => write(() => search.indexSlice())) ?? false,
    checkpoint: () => void attempt(() => read(() => runCheckpoint.get())),
  });
  let isClosed = false;
  if (!isReadOnly) maintenance.noteWrite();

  return {
    batch,
    addOutgoing: (message, state) => write(() => writes.addOutgoing(message, state)),
    addIncoming: (message) => write(() => writes.addIncoming(message)),
    setState: (messageId, state) => write(() => states.setState(messageId, state)),
    setStatesOf: (messages, state) => write(() => states.setStatesOf(messages, state)),
    markRead: (id, through, limit) =>
      write(() => rooms.markRead(id, through, limit ?? Infinity) ?? writes.markRead(id, through, limit)),
    clear: (conversation, after) => write(() => rooms.clear(conversation, after) ?? writes.clear(conversation, after)),
    deleteOlderThan: (receivedAtMs, after) =>
      write(() => rooms.deleteOlderThan(receivedAtMs, after) ?? thenRooms(writes.deleteOlderThan(receivedAtMs, after), rooms)),
    ...reads,
    ...createPlacedReads(reads, { rooms, read }),
    rooms: rooms.store,
    drafts: createDraftRows(database, transactions),
    ...createTransferRows(database, transactions),
    search: (text, { limit, conversation, before }) =>
      read(() => {
        const beforePosition = before === undefined ? Infinity : positionOf(before);
        const found = conversation === undefined ? undefined : conversations.find(shortNameOf(conversation));
        if (conversation !== undefined && !found) return { found: [] };
        const slice = search.find(text, {
          limit: toRowLimit(limit),
          beforePosition,
          ...(found && { conversationId: found.rowId }),
        });
        return { ...slice, found: slice.found.map(rooms.locate) };
      }),
    ...createContactRows(database, conversations, transactions),
    ...createMarkRows(database, transactions),
    close() {
      if (isClosed) return;
      isClosed = true;
      maintenance.close();
      transactions.close();
      database.close();
    },
  };
}

/** The messages of rooms go after the others. */
function thenRooms(slice: DeletionSlice, rooms: Pick<Rooms, 'firstBlock'>): DeletionSlice {
  const next = slice.next ?? rooms.firstBlock();
  return { ...slice, ...(next !== undefined && { next }) };
}

/** The reads of messages, with those of rooms at their places. */
function createPlacedReads(
  reads: Pick<MessageStore, 'get' | 'history' | 'conversations' | 'exportMessages'>,
  { rooms, read }: { readonly rooms: Rooms; readonly read: Transactions['read'] },
): Pick<MessageStore, 'get' | 'history' | 'conversations' | 'exportMessages'> {
  return {
    get(messageId, from) {
      const message = reads.get(messageId, from);
      return message && isOfRoom(message) ? read(() => rooms.locate(message)) : message;
    },
    history: (id, options) => read(() => rooms.history(id, options) ?? reads.history(id, options)),
    conversations: (limit, here) =>
      reads.conversations(limit, here).map((summary) => {
        const [last] = read(() => rooms.history(summary.conversation, { limit: 1 })) ?? [];
        return last ? { ...summary, last } : summary;
      }),
    *exportMessages(id, afterPosition) {
      for (const message of reads.exportMessages(id, afterPosition))
        yield isOfRoom(message) ? read(() => rooms.locate(message)) : message;
    },
  };
}

/** A failure is retried after the next write, whose caller learns what is wrong. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function createContactRows(
  database: DatabaseSync,
  conversations: Pick<Conversations, 'flush'>,
  { write, read }: Transactions,
): Pick<MessageStore, 'putContact' | 'removeContacts' | 'contacts' | 'correspondents'> {
  const put = database.prepare(`INSERT OR REPLACE INTO known_peer
    (peer_id, name, name_since_ms, first_seen_ms, last_seen_ms, verified, blocked) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const remove = database.prepare('DELETE FROM known_peer WHERE peer_id = ?');
  const all = database.prepare('SELECT * FROM known_peer ORDER BY peer_id');
  const correspondents = database.prepare(`
    SELECT name, answered FROM (
      SELECT name,
        EXISTS (SELECT 1 FROM own_sequence WHERE conversation_id = party_id) AS answered,
        EXISTS (SELECT 1 FROM message WHERE conversation_id = party_id) AS filled
      FROM party)
    WHERE answered OR filled`);

  return {
    putContact: ({ peerId, name, nameSinceMs, firstSeenMs, lastSeenMs, verified, blocked }: Contact) =>
      write(() => void put.run(peerId, name, nameSinceMs, firstSeenMs, lastSeenMs, Number(verified), Number(blocked))),
    removeContacts: (peerIds) =>
      write(() => {
        for (const peerId of peerIds) remove.run(peerId);
      }),
    contacts: () => read(() => all.all().map(toContact)),
    correspondents: () =>
      read(() => {
        conversations.flush();
        return correspondents.all().flatMap(({ name, answered }) => {
          const peerId = peerOfConversation(conversationOfShortName(String(name)));
          return peerId === undefined ? [] : { peerId, isAnswered: answered === 1 };
        });
      }),
  };
}
