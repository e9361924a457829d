/**
 * Moves the states of our messages forward (STORE-4): the statements behind that part of a
 * MessageStore. Of our own messages only, so that no sender can change one by its ID (STORE-3).
 * Each function expects to be called inside a transaction.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortNameOf } from '../../../../shared/lib/ids.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../../../core/messaging/ports.ts';
import type { Conversations } from './conversations.ts';
import { stateNumbers, toStoredId, type Row } from './message-rows.ts';

export type MessageStates = Pick<MessageStore, 'setState' | 'setStatesOf'>;

/** With its conversation, the key of the outbox. */
interface Place {
  readonly sequence: number;
  readonly position: number;
}

/** Where messages of one conversation begin and end that have consecutive sequences. */
interface Range {
  readonly conversationId: number;
  readonly first: Place;
  readonly last: Place;
}

/** @param isPlaced whether a conversation is a room: blocks have the states of its messages (rooms/room-history.ts) */
export function createMessageStates(
  database: DatabaseSync,
  conversations: Pick<Conversations, 'find'>,
  isPlaced: (conversationId: number) => boolean,
): MessageStates {
  const findOwn = database.prepare(
    'SELECT conversation_id, sequence, position FROM message WHERE message_id = ? AND settled IS NOT NULL',
  );
  // The position too: a file that was repaired may have a sequence twice.
  const inRange = 'conversation_id = ? AND sequence BETWEEN ? AND ? AND position BETWEEN ? AND ?';
  const sumBelow = database.prepare(`SELECT count(*) AS count, sum(position) AS sum FROM outbox WHERE ${inRange} AND state < ?`);
  const leaveOutbox = database.prepare(`DELETE FROM outbox WHERE ${inRange}`);
  const markSent = database.prepare(
    `UPDATE outbox SET state = ${stateNumbers.sent} WHERE ${inRange} AND state < ${stateNumbers.sent}`,
  );
  const setFinalState = database.prepare('UPDATE message SET settled = ? WHERE position = ?');
  const markRead = database.prepare(
    `UPDATE message SET settled = ${stateNumbers.read} WHERE position = ? AND settled = ${stateNumbers.delivered}`,
  );

  return {
    setState(messageId, state) {
      const row: Row | undefined = findOwn.get(toStoredId(messageId));
      if (!row || isPlaced(Number(row['conversation_id']))) return false;
      const place = { sequence: Number(row['sequence']), position: Number(row['position']) };
      return change(Number(row['conversation_id']), place, state);
    },
    setStatesOf(messages, state) {
      return runsOf(messages).flatMap((run) => {
        const [first, last] = [run[0] as StoredMessage, run.at(-1) as StoredMessage];
        const conversation = conversations.find(shortNameOf(first.conversation));
        if (!conversation) return run.map(() => false);
        const range = { conversationId: conversation.rowId, first, last };
        if (state === 'failed' || !changesAll(range, run, state))
          return run.map((message) => change(conversation.rowId, message, state));
        if (state === 'sent') markSent.run(...valuesOf(range));
        else leaveOutbox.run(...valuesOf(range));
        return run.map(() => true);
      });
    },
  };

  /** Whether the outbox holds exactly these: a sequence may be there twice, or no longer. */
  function changesAll(range: Range, run: readonly StoredMessage[], state: DeliveryState): boolean {
    const found: Row | undefined = sumBelow.get(...valuesOf(range), stateNumbers[state]);
    const sum = run.reduce((positions, { position }) => positions + position, 0);
    return found?.['count'] === run.length && found['sum'] === sum;
  }

  function change(conversationId: number, place: Place, state: DeliveryState): boolean {
    const values = valuesOf({ conversationId, first: place, last: place });
    switch (state) {
      case 'queued':
        return false;
      case 'sent':
        return markSent.run(...values).changes !== 0;
      case 'delivered':
        return leave();
      case 'read':
        leave();
        return markRead.run(place.position).changes !== 0;
      case 'failed':
      case 'cancelled':
        return leave() && setFinalState.run(stateNumbers[state], place.position).changes !== 0;
    }

    function leave(): boolean {
      return leaveOutbox.run(...values).changes !== 0;
    }
  }
}

function valuesOf({ conversationId, first, last }: Range): readonly number[] {
  return [conversationId, first.sequence, last.sequence, first.position, last.position];
}

/** In the given order. A single message is a run too. */
function runsOf(messages: readonly StoredMessage[]): readonly (readonly StoredMessage[])[] {
  const runs: StoredMessage[][] = [];
  let before: StoredMessage | undefined;
  for (const message of messages) {
    const follows =
      before !== undefined &&
      message.sequence === before.sequence + 1 &&
      message.position > before.position &&
      message.conversation === before.conversation;
    if (follows) runs.at(-1)?.push(message);
    else runs.push([message]);
    before = message;
  }
  return runs;
}
