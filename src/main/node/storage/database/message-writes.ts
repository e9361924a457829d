/**
 * Adds messages, moves their states forward, marks them read, deletes them: the statements behind those parts of a MessageStore. Each function
 * expects to be called inside a transaction, and counts on the ledger being written before it is committed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortNameOf, type MessageId } from '../../../../shared/lib/ids.ts';
import { StoreError, type DeliveryState, type MessageStore, type StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { cursorAt, positionOf } from '../cursor.ts';
import { fromStoredId, stateNumbers, toStoredId, type Row } from './message-rows.ts';
import { createRemoval } from './message-removal.ts';
import type { PartyLedger } from './party-ledger.ts';
import type { SearchIndex } from './search-index.ts';
import { toRowLimit } from '../query/row-limit.ts';

export type MessageWrites = Pick<
  MessageStore,
  'addOutgoing' | 'addIncoming' | 'setState' | 'markRead' | 'clear' | 'deleteOlderThan'
>;

interface Deps {
  readonly clock: Clock;
  readonly ledger: PartyLedger;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
}

export function createMessageWrites(database: DatabaseSync, { clock, ledger, search }: Deps): MessageWrites {
  const insert = database.prepare(
    'INSERT INTO message VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id, author_id) DO NOTHING',
  );
  const queue = database.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?)');
  const isForgotten = database.prepare('SELECT 1 FROM forgotten WHERE message_id = ? AND author_id = ?');
  const setState = createSetState(database);
  const remove = createRemoval(database, { ledger, search });
  let anyForgotten = hasForgotten();

  return {
    addOutgoing(draft, state = 'queued') {
      const conversation = ledger.findOrAdd(shortNameOf(draft.conversation));
      const author = ledger.findOrAdd(draft.from);
      const sequence = ledger.takeSequence(conversation, author);
      const receivedAtMs = clock.wallMs();
      const message = { ...draft, sequence, receivedAtMs };
      const position = add(message, stateNumbers.delivered);
      if (position === undefined) throw new StoreError('failed', 'that message was added before');
      queue.run(conversation.partyId, sequence, position, stateNumbers[state]);
      return { ...message, position, cursor: cursorAt(position), state };
    },
    addIncoming(message) {
      const position = add(message, null);
      if (position === undefined) return undefined;
      ledger.findOrAdd(shortNameOf(message.conversation)).unread += 1;
      return { ...message, position, cursor: cursorAt(position) };
    },
    setState,
    markRead: createMarkRead(database, ledger),
    clear(id) {
      const conversation = ledger.find(shortNameOf(id));
      return conversation ? deleted(remove.ofConversation(conversation.partyId)) : 0;
    },
    deleteOlderThan: (receivedAtMs) => deleted(remove.olderThan(receivedAtMs)),
  };

  /** @returns undefined if that author's message is here, or was */
  function add(message: Omit<StoredMessage, 'position' | 'cursor'>, settled: number | null): number | undefined {
    const name = shortNameOf(message.conversation);
    const conversation = ledger.findOrAdd(name);
    const author = message.from === name ? conversation : ledger.findOrAdd(message.from);
    const { fromName, sequence, text, sentAtMs, receivedAtMs } = message;
    const id = toStoredId(message.messageId);
    if (anyForgotten && isForgotten.get(id, author.partyId)) return undefined;
    const { changes, lastInsertRowid } = insert.run(
      conversation.partyId,
      author.partyId,
      id,
      sequence,
      fromName,
      text,
      sentAtMs,
      receivedAtMs,
      settled,
    );
    if (changes === 0) return undefined;
    const position = Number(lastInsertRowid);
    conversation.lastPosition = position;
    ledger.changed(conversation);
    return position;
  }

  function deleted(count: number): number {
    if (count > 0) anyForgotten = true;
    return count;
  }

  function hasForgotten(): boolean {
    return database.prepare('SELECT 1 FROM forgotten LIMIT 1').get() !== undefined;
  }
}

/** Only ever of our own messages: whoever sends us the id of one of them changes nothing of it (STORE-3). */
function createSetState(database: DatabaseSync): MessageStore['setState'] {
  const ofOwn = (columns: string): string => `(SELECT ${columns} FROM message WHERE message_id = ? AND settled IS NOT NULL)`;
  const inOutbox = `(conversation_id, sequence, position) = ${ofOwn('conversation_id, sequence, position')}`;
  const leaveOutbox = database.prepare(`DELETE FROM outbox WHERE ${inOutbox}`);
  const markSent = database.prepare(
    `UPDATE outbox SET state = ${stateNumbers.sent} WHERE ${inOutbox} AND state < ${stateNumbers.sent}`,
  );
  const settle = database.prepare('UPDATE message SET settled = ? WHERE message_id = ? AND settled IS NOT NULL');
  const markRead = database.prepare(
    `UPDATE message SET settled = ${stateNumbers.read} WHERE message_id = ? AND settled = ${stateNumbers.delivered}`,
  );

  return (messageId: MessageId, state: DeliveryState) => {
    const id = toStoredId(messageId);
    switch (state) {
      case 'queued':
        return false;
      case 'sent':
        return markSent.run(id).changes !== 0;
      case 'delivered':
        return leaveOutbox.run(id).changes !== 0;
      case 'read':
        leaveOutbox.run(id);
        return markRead.run(id).changes !== 0;
      case 'failed':
      case 'cancelled':
        return leaveOutbox.run(id).changes !== 0 && settle.run(stateNumbers[state], id).changes !== 0;
    }
  };
}

function createMarkRead(database: DatabaseSync, ledger: PartyLedger): MessageStore['markRead'] {
  const unread = database.prepare(`SELECT m.position, m.message_id, a.name AS author
    FROM message AS m CROSS JOIN party AS a ON a.party_id = m.author_id
    WHERE m.conversation_id = ? AND m.position > ? AND m.position <= ? AND m.settled IS NULL ORDER BY m.position LIMIT ?`);
  return (id, seen, limit = Infinity) => {
    const seenPosition = positionOf(seen);
    const conversation = ledger.find(shortNameOf(id));
    if (!conversation) return [];
    // What comes later is not read by what was said before it came.
    const through = Math.min(seenPosition, conversation.lastPosition);
    if (!(through > conversation.readPosition)) return [];
    const rowLimit = toRowLimit(limit);
    // Nothing to look for, however much of our own lies between.
    const rows: readonly Row[] =
      conversation.unread === 0 ? [] : unread.all(conversation.partyId, conversation.readPosition, through, rowLimit);
    const mayBeMore = rows.length === rowLimit;
    conversation.readPosition = mayBeMore ? Number(rows.at(-1)?.['position'] ?? conversation.readPosition) : through;
    conversation.unread -= rows.length;
    ledger.changed(conversation);
    return rows.map((row) => ({ messageId: fromStoredId(row['message_id']), from: String(row['author']) }));
  };
}
