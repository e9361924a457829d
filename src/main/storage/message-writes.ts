/**
 * Adds messages, moves their states forward, marks them read, deletes them: the statements behind those parts of a MessageStore. Each function
 * expects to be called inside a transaction, and counts on the ledger being written before it is committed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError, type DeliveryState, type MessageStore, type StoredMessage } from '../messaging/ports.ts';
import type { Clock } from '../ports.ts';
import { fromMessages, selectMessages, stateNumbers, toMessage, toStoredId, type Row } from './message-rows.ts';
import type { PartyLedger } from './party-ledger.ts';
import type { SearchIndex } from './search-index.ts';

export type MessageWrites = Pick<
  MessageStore,
  'addOutgoing' | 'addIncoming' | 'setState' | 'markRead' | 'clear' | 'deleteOlderThan'
>;

/**
 * Deleted messages that are remembered, per author and conversation, so that none is taken for new when it comes again. An author sends again
 * only what was on its way without an answer, and these are the latest; it has at most some thousands on their way.
 */
export const maxForgotten = 10_000;

interface Deps {
  readonly clock: Clock;
  readonly ledger: PartyLedger;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
}

export function createMessageWrites(database: DatabaseSync, { clock, ledger, search }: Deps): MessageWrites {
  const insert = database.prepare(
    'INSERT INTO message VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id, author_id) DO NOTHING',
  );
  const queue = database.prepare(`INSERT INTO outbox VALUES (?, ?, ?, ${stateNumbers.queued})`);
  const isForgotten = database.prepare('SELECT 1 FROM forgotten WHERE message_id = ? AND author_id = ?');
  const unread = database.prepare(`${selectMessages} FROM ${fromMessages}
    WHERE m.conversation_id = ? AND m.position > ? AND m.position <= ? AND m.settled IS NULL ORDER BY m.position`);
  const setState = createSetState(database);
  const remove = createRemoval(database, { ledger, search });
  let anyForgotten = hasForgotten();

  return {
    addOutgoing(draft) {
      const conversation = ledger.findOrAdd(draft.conversation);
      const author = ledger.findOrAdd(draft.from);
      const sequence = ledger.takeSequence(conversation, author);
      const receivedAtMs = clock.wallMs();
      const message = { ...draft, sequence, receivedAtMs };
      const position = add(message, stateNumbers.delivered);
      if (position === undefined) throw new StoreError('failed', 'that message was added before');
      queue.run(conversation.partyId, sequence, position);
      return { ...message, position, state: 'queued' };
    },
    addIncoming(message) {
      const position = add(message, null);
      if (position === undefined) return undefined;
      ledger.findOrAdd(message.conversation).unread += 1;
      return { ...message, position };
    },
    setState,
    markRead(name, throughPosition) {
      const conversation = ledger.find(name);
      if (!conversation) return [];
      // What comes later is not read by what was said before it came.
      const through = Math.min(throughPosition, conversation.lastPosition);
      if (!(through > conversation.readPosition)) return [];
      const rows: readonly Row[] = unread.all(conversation.partyId, conversation.readPosition, through);
      conversation.readPosition = through;
      conversation.unread -= rows.length;
      ledger.changed(conversation);
      return rows.map(toMessage);
    },
    clear(name) {
      const conversation = ledger.find(name);
      return conversation ? deleted(remove.ofConversation(conversation.partyId)) : 0;
    },
    deleteOlderThan: (receivedAtMs) => deleted(remove.olderThan(receivedAtMs)),
  };

  /** @returns undefined if that author's message is here, or was */
  function add(message: Omit<StoredMessage, 'position'>, settled: number | null): number | undefined {
    const conversation = ledger.findOrAdd(message.conversation);
    const author = message.from === message.conversation ? conversation : ledger.findOrAdd(message.from);
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
  const ofOwn = (columns: string): string => `(SELECT ${columns} FROM message WHERE message_id = ?1 AND settled IS NOT NULL)`;
  const inOutbox = `(conversation_id, sequence, position) = ${ofOwn('conversation_id, sequence, position')}`;
  const leaveOutbox = database.prepare(`DELETE FROM outbox WHERE ${inOutbox}`);
  const markSent = database.prepare(
    `UPDATE outbox SET state = ${stateNumbers.sent} WHERE ${inOutbox} AND state < ${stateNumbers.sent}`,
  );
  const settle = database.prepare('UPDATE message SET settled = ?2 WHERE message_id = ?1 AND settled IS NOT NULL');
  const markRead = database.prepare(
    `UPDATE message SET settled = ${stateNumbers.read} WHERE message_id = ? AND settled = ${stateNumbers.delivered}`,
  );

  return (messageId: string, state: DeliveryState) => {
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
        return leaveOutbox.run(id).changes !== 0 && settle.run(id, stateNumbers[state]).changes !== 0;
    }
  };
}

interface Removal {
  ofConversation(conversationId: number): number;
  olderThan(receivedAtMs: number): number;
}

function createRemoval(database: DatabaseSync, { ledger, search }: Pick<Deps, 'ledger' | 'search'>): Removal {
  // The latest of each author in each conversation: `recent` counts back from the last.
  const recent = 'row_number() OVER (PARTITION BY conversation_id, author_id ORDER BY position DESC)';
  const trim = database.prepare(`DELETE FROM forgotten WHERE (message_id, author_id) IN (
    SELECT message_id, author_id FROM (SELECT message_id, author_id, ${recent} AS recent FROM forgotten) WHERE recent > ${maxForgotten})`);

  return {
    ofConversation: prepareRemoval('conversation_id = ?1', 'party_id = ?1'),
    olderThan: prepareRemoval('received_at_ms < ?1', 'last_position > 0 AND ?1 IS NOT NULL'),
  };

  function prepareRemoval(condition: string, affected: string): (value: number) => number {
    const doomed = `message AS m WHERE ${condition} AND NOT EXISTS (
      SELECT 1 FROM outbox AS o WHERE o.conversation_id = m.conversation_id AND o.sequence = m.sequence AND o.position = m.position)`;
    const remember = database.prepare(`INSERT OR IGNORE INTO forgotten
      SELECT message_id, author_id, conversation_id, position FROM (SELECT *, ${recent} AS recent FROM ${doomed})
      WHERE recent <= ${maxForgotten}`);
    const remove = database.prepare(`DELETE FROM ${doomed}`);
    const recount = database.prepare(`UPDATE party SET
      last_position = coalesce((SELECT max(m.position) FROM message AS m WHERE m.conversation_id = party_id), 0),
      unread = (SELECT count(*) FROM message AS m
        WHERE m.conversation_id = party_id AND m.position > read_position AND m.settled IS NULL)
      WHERE ${affected}`);
    return (value) => {
      remember.run(value);
      const count = Number(remove.run(value).changes);
      if (count === 0) return 0;
      trim.run();
      ledger.write();
      recount.run(value);
      ledger.forget();
      search.noteDeleted(count);
      return count;
    };
  }
}
