/**
 * Queries for messages: one message, those that wait to be delivered, a conversation, all
 * conversations, and everything in order for an export. Nothing here changes the database. Search
 * is in search-index.ts.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortNameOf, type ConversationId } from '../../../../shared/lib/ids.ts';
import type { MessageStore, StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { positionOf } from '../query/cursor.ts';
import { createSlice } from '../query/slice.ts';
import { fromMessages, selectMessages, toMessage, toStoredId, type Row } from './message-rows.ts';
import type { Conversations } from './conversations.ts';
import type { Transactions } from './transactions.ts';
import { toRowLimit } from '../query/row-limit.ts';

export type MessageReads = Pick<
  MessageStore,
  'get' | 'undelivered' | 'history' | 'conversations' | 'hasWrittenTo' | 'exportMessages'
>;

/** Rooms, and people we know, come first: unknown senders must not push them out of a list. */
const firstConversations = `
  SELECT last_position, unread FROM party AS p WHERE last_position > 0
  ORDER BY CASE
    WHEN p.name LIKE '#%' OR EXISTS (SELECT 1 FROM own_sequence WHERE conversation_id = p.party_id)
      OR EXISTS (SELECT 1 FROM known_peer WHERE peer_id = p.name AND verified = 1) THEN 1
    WHEN p.name IN (SELECT value FROM json_each(?)) THEN 2
    ELSE 3 END, last_position DESC LIMIT ?`;

interface Page {
  readonly messages: readonly StoredMessage[];
  /** The next page begins after this position. */
  readonly next?: number;
}

interface Deps {
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly read: Transactions['read'];
}

export function createMessageReads(database: DatabaseSync, { clock, conversations, read }: Deps): MessageReads {
  const select = (rest: string) => database.prepare(`${selectMessages} FROM ${fromMessages} ${rest}`);
  // Our own message first, then the earliest, so that no sender can take the place of another.
  const byId = select('WHERE m.message_id = ? AND a.name = coalesce(?, a.name) ORDER BY m.settled IS NULL, m.position LIMIT 1');
  const newest = select('WHERE m.conversation_id = ? AND m.position < ? ORDER BY m.position DESC LIMIT ?');
  const next = select('WHERE m.conversation_id = ? AND m.position > ? ORDER BY m.position LIMIT ?');
  const inOrder = select('WHERE m.position > ? AND m.position <= ? ORDER BY m.position');
  const inOrderOfOne = select('WHERE m.position > ? AND m.position <= ? AND m.conversation_id = ? ORDER BY m.position');
  const undelivered = database.prepare(`${selectMessages} FROM outbox AS w CROSS JOIN ${fromMessages}
    WHERE w.conversation_id = ? AND w.sequence > ? AND m.position = w.position ORDER BY w.sequence, w.position LIMIT ?`);
  const latest = database.prepare(`${selectMessages}, p.unread FROM (${firstConversations}) AS p CROSS JOIN ${fromMessages}
    WHERE m.position = p.last_position ORDER BY p.last_position DESC`);
  const written = database.prepare('SELECT 1 FROM own_sequence WHERE conversation_id = ? LIMIT 1');
  const lastPosition = database.prepare('SELECT max(position) AS position FROM message');

  return {
    get: (messageId, from) =>
      read(() => {
        const row: Row | undefined = byId.get(toStoredId(messageId), from ?? null);
        return row && toMessage(row);
      }),
    undelivered: (recipient, { afterSequence, limit }) =>
      read(() => {
        const conversation = conversations.find(recipient);
        return conversation ? undelivered.all(conversation.rowId, afterSequence, toRowLimit(limit)).map(toMessage) : [];
      }),
    history: (id, { limit, before, after }) =>
      read(() => {
        const end = before === undefined ? Number.MAX_SAFE_INTEGER : positionOf(before);
        const start = after === undefined ? undefined : positionOf(after);
        const conversation = conversations.find(shortNameOf(id));
        if (!conversation) return [];
        if (start === undefined) return newest.all(conversation.rowId, end, toRowLimit(limit)).map(toMessage);
        return next.all(conversation.rowId, start, toRowLimit(limit)).map(toMessage).reverse();
      }),
    hasWrittenTo: (recipient) =>
      read(() => {
        conversations.flush();
        const conversation = conversations.find(recipient);
        return conversation !== undefined && written.get(conversation.rowId) !== undefined;
      }),
    conversations: (limit, here = []) =>
      read(() => {
        conversations.flush();
        return latest.all(JSON.stringify(here), toRowLimit(limit)).map((row) => {
          const last = toMessage(row);
          return { conversation: last.conversation, last, unread: Number(row['unread']) };
        });
      }),
    exportMessages,
  };

  function* exportMessages(id?: ConversationId, afterPosition = 0): Generator<StoredMessage> {
    const end = read(() => Number(lastPosition.get()?.['position'] ?? 0));
    let after: number | undefined = afterPosition;
    while (after !== undefined) {
      const from: number = after;
      // Other callers may write between two pages, and no statement stays open.
      const page = read(() => readPage(id, from, end));
      yield* page.messages;
      after = page.next;
    }
  }

  /** Reads one slice. */
  function readPage(id: ConversationId | undefined, after: number, end: number): Page {
    const conversation = id === undefined ? undefined : conversations.find(shortNameOf(id));
    if (id !== undefined && !conversation) return { messages: [] };
    const rows = conversation ? inOrderOfOne.iterate(after, end, conversation.rowId) : inOrder.iterate(after, end);
    const slice = createSlice(clock);
    const messages: StoredMessage[] = [];
    for (const row of rows) {
      const message = toMessage(row);
      messages.push(message);
      slice.spend(message.text.length);
      if (slice.isSpent()) return { messages, next: message.position };
    }
    return { messages };
  }
}
