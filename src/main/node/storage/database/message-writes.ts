/**
 * Adds messages, marks them as read and deletes them: the statements behind these parts of a
 * MessageStore. Each function expects to be called inside a transaction, whose commit flushes the
 * conversations.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortNameOf } from '../../../../shared/lib/ids.ts';
import { StoreError, type DeletionSlice, type MessageStore, type StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { cursorAt, positionOf } from '../query/cursor.ts';
import { fromStoredId, stateNumbers, toStoredId, type Row } from './message-rows.ts';
import { createRemoval } from './message-removal.ts';
import type { ConversationRow, Conversations } from './conversations.ts';
import type { SearchIndex } from './search-index.ts';
import { toRowLimit } from '../query/row-limit.ts';

export type MessageWrites = Pick<MessageStore, 'addOutgoing' | 'addIncoming' | 'markRead' | 'clear' | 'deleteOlderThan'>;

interface Deps {
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
  readonly isPlaced: (conversationId: number) => boolean;
}

export function createMessageWrites(database: DatabaseSync, { clock, conversations, search, isPlaced }: Deps): MessageWrites {
  const insert = database.prepare(
    'INSERT INTO message VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id, author_id) DO NOTHING',
  );
  const queue = database.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?)');
  const findTombstone = database.prepare('SELECT 1 FROM forgotten WHERE message_id = ? AND author_id = ?');
  const remove = createRemoval(database, { clock, conversations, search, isPlaced });
  let hasTombstones = database.prepare('SELECT 1 FROM forgotten LIMIT 1').get() !== undefined;

  return {
    addOutgoing(draft, state = 'queued') {
      const author = conversations.findOrAdd(draft.from);
      const conversation = conversations.findOrAdd(shortNameOf(draft.conversation));
      const sequence = conversations.takeSequence(conversation, author);
      const receivedAtMs = clock.wallMs();
      const message = { ...draft, sequence, receivedAtMs };
      const position = add(message, conversation, author, stateNumbers.delivered);
      if (position === undefined) throw new StoreError('failed', 'that message was added before');
      queue.run(conversation.rowId, sequence, position, stateNumbers[state]);
      return { ...message, position, cursor: cursorAt(position), state };
    },
    addIncoming(message) {
      const author = conversations.findOrAdd(message.from);
      const name = shortNameOf(message.conversation);
      const conversation = name === message.from ? author : conversations.findOrAdd(name);
      const position = add(message, conversation, author, null);
      if (position === undefined) return undefined;
      conversation.unread += 1;
      return { ...message, position, cursor: cursorAt(position) };
    },
    markRead: createMarkRead(database, conversations),
    clear(id, after) {
      const afterPosition = after === undefined ? 0 : positionOf(after);
      const conversation = conversations.find(shortNameOf(id));
      return conversation ? noteTombstones(remove.ofConversation(conversation.rowId, afterPosition)) : { deleted: 0 };
    },
    deleteOlderThan: (receivedAtMs, after) =>
      noteTombstones(remove.olderThan(receivedAtMs, after === undefined ? 0 : positionOf(after))),
  };

  /** @returns undefined if that author's message is here, or has a tombstone */
  function add(
    message: Omit<StoredMessage, 'position' | 'cursor'>,
    conversation: ConversationRow,
    author: ConversationRow,
    finalState: number | null,
  ): number | undefined {
    const { fromName, sequence, text, sentAtMs, receivedAtMs } = message;
    const id = toStoredId(message.messageId);
    if (hasTombstones && findTombstone.get(id, author.rowId)) return undefined;
    const { changes, lastInsertRowid } = insert.run(
      conversation.rowId,
      author.rowId,
      id,
      sequence,
      fromName,
      text,
      sentAtMs,
      receivedAtMs,
      finalState,
    );
    if (changes === 0) return undefined;
    const position = Number(lastInsertRowid);
    conversation.lastPosition = position;
    conversations.noteChange(conversation);
    return position;
  }

  function noteTombstones(slice: DeletionSlice): DeletionSlice {
    if (slice.deleted > 0) hasTombstones = true;
    return slice;
  }
}

function createMarkRead(database: DatabaseSync, conversations: Conversations): MessageStore['markRead'] {
  const unread = database.prepare(`SELECT m.position, m.message_id, a.name AS author
    FROM message AS m CROSS JOIN party AS a ON a.party_id = m.author_id
    WHERE m.conversation_id = ? AND m.position > ? AND m.position <= ? AND m.settled IS NULL ORDER BY m.position LIMIT ?`);
  return (id, seen, limit = Infinity) => {
    const seenPosition = positionOf(seen);
    const conversation = conversations.find(shortNameOf(id));
    if (!conversation) return [];
    // A later message is unread, whatever position the caller gives.
    const through = Math.min(seenPosition, conversation.lastPosition);
    if (!(through > conversation.readPosition)) return [];
    const rowLimit = toRowLimit(limit);
    // Skips the query when nothing is unread, however many of our own messages lie between.
    const rows: readonly Row[] =
      conversation.unread === 0 ? [] : unread.all(conversation.rowId, conversation.readPosition, through, rowLimit);
    const mayBeMore = rows.length === rowLimit;
    conversation.readPosition = mayBeMore ? Number(rows.at(-1)?.['position'] ?? conversation.readPosition) : through;
    conversation.unread -= rows.length;
    conversations.noteChange(conversation);
    return rows.map((row) => ({ messageId: fromStoredId(row['message_id']), from: String(row['author']) }));
  };
}
