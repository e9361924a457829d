/**
 * Adds the messages of a block as ordinary rows, with consecutive positions. Most of the time of a
 * bulk transfer is spent here, so one statement adds several of them.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { shortNameOf, type MessageId } from '../../../../../shared/lib/ids.ts';
import { StoreError, type StoredMessage } from '../../../../core/messaging/ports.ts';
import type { BlockOptions } from '../../../../core/rooms/ports.ts';
import type { SignedBlock } from '../../../../core/rooms/wire/block.ts';
import { cursorsAt, otherId } from '../../query/cursor.ts';
import type { Conversations } from '../conversations.ts';
import { stateNumbers, toStoredId } from '../message-rows.ts';
import type { RoomRow } from './room-rows.ts';

export interface AddedRows {
  readonly messages: readonly StoredMessage[];
  /** Of the first one; null if there is none. */
  readonly position: number | null;
  readonly isUnread: boolean;
}

/** Rows of one statement: a third cheaper each than alone, and more gain nothing. */
const rowsAtOnce = 16;

/**
 * The columns that all rows of a block share: conversation, author, name, both times, `settled`.
 */
type Shared = readonly [number, number, string, number, number, number | null];

export function createRoomMessageRows(
  database: DatabaseSync,
  conversations: Conversations,
): (room: RoomRow, block: SignedBlock, options: BlockOptions) => AddedRows {
  const lastPosition = database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'message'`);
  const insertOne = prepareInsert(database, 1);
  const insertMany = prepareInsert(database, rowsAtOnce);
  const remove = database.prepare('DELETE FROM message WHERE position BETWEEN ? AND ?');

  return (room, block, { messageIds, receivedAtMs, state, counts = true }) => {
    if (messageIds.length === 0) return { messages: [], position: null, isUnread: false };
    const author = conversations.findOrAdd(block.authorId);
    const conversation = conversations.findOrAdd(shortNameOf(room.conversation));
    const start = Number(lastPosition.get()?.['seq'] ?? 0) + 1;
    const settled = state === undefined ? null : stateNumbers.delivered;
    const shared = [conversation.rowId, author.rowId, block.authorName, block.clock.ms, receivedAtMs, settled] as const;
    const ids = insert(shared, start, block, messageIds);
    const common = {
      conversation: room.conversation,
      from: block.authorId,
      fromName: block.authorName,
      sentAtMs: block.clock.ms,
      receivedAtMs,
      place: { tag: block.tag, clock: block.clock, counts },
      ...(state && { state }),
    };
    const cursorOf = cursorsAt(block);
    const messages = ids.map((messageId, index): StoredMessage => {
      const [sequence, position, text] = [block.first + index, start + index, block.texts[index] ?? ''];
      // Shared fields come first: objects are copied far faster so.
      return { ...common, messageId, sequence, text, position, cursor: cursorOf(sequence) };
    });
    const isUnread = state === undefined;
    conversation.lastPosition = start + messages.length - 1;
    if (isUnread) conversation.unread += messages.length;
    conversations.noteChange(conversation);
    return { messages, position: start, isUnread };
  };

  /** @returns the IDs that the messages have now */
  function insert(shared: Shared, start: number, block: SignedBlock, given: readonly MessageId[]): readonly MessageId[] {
    const ids: MessageId[] = [];
    const added = (statement: StatementSync, from: number, some: readonly MessageId[]): number => {
      const values: SQLInputValue[] = [...shared, start + from, block.first + from];
      for (const [index, id] of some.entries()) values.push(toStoredId(id), block.texts[from + index] ?? '');
      return Number(statement.run(...values).changes);
    };
    const addOne = (index: number, id: MessageId): boolean => added(insertOne, index, [id]) === 1;
    while (ids.length < given.length) {
      const from = ids.length;
      const some = given.slice(from, from + rowsAtOnce);
      if (some.length === rowsAtOnce) {
        if (added(insertMany, from, some) === rowsAtOnce) {
          ids.push(...some);
          continue;
        }
        // One of these IDs is taken. One by one it shows which.
        remove.run(start + from, start + from + rowsAtOnce - 1);
      }
      for (const [offset, givenId] of some.entries()) {
        const index = from + offset;
        const id = addOne(index, givenId) ? givenId : otherId(block, block.first + index);
        if (id !== givenId && !addOne(index, id)) throw new StoreError('failed', 'that message was added before');
        ids.push(id);
      }
    }
    return ids;
  }
}

/** Values that all rows share are bound once, and so are the first position and number. */
function prepareInsert(database: DatabaseSync, count: number): StatementSync {
  const rows = Array.from({ length: count }, (_, index) => {
    const [id, text] = [9, 10].map((parameter) => `?${parameter + 2 * index}`);
    return `(?7 + ${index}, ?1, ?2, ${id}, ?8 + ${index}, ?3, ${text}, ?4, ?5, ?6)`;
  });
  return database.prepare(`INSERT INTO message VALUES ${rows.join()} ON CONFLICT (message_id, author_id) DO NOTHING`);
}
