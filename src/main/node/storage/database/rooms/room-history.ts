/**
 * The messages of rooms in the order of their places, their read state and our own states (ROOM-43,
 * ROOM-48, ROOM-49). A place comes from the block that holds the message: its clock, its tag and the
 * number. Nothing here adds or removes messages.
 */
import type { DatabaseSync } from 'node:sqlite';
import { partsOf, type Cursor } from '../../../../../shared/lib/ids.ts';
import type { HistoryOptions, LogPlace, ReadMessage, StoredMessage } from '../../../../core/messaging/ports.ts';
import type { RoomStore } from '../../../../core/rooms/ports.ts';
import { cursorAtPlace, placeOf, type Place } from '../../query/cursor.ts';
import { toRowLimit } from '../../query/row-limit.ts';
import type { ConversationRow, Conversations } from '../conversations.ts';
import { fromMessages, fromStoredId, selectMessages, stateNumbers, states, toMessage, type Row } from '../message-rows.ts';
import type { RoomLogs } from './room-logs.ts';
import type { RoomRows } from './room-rows.ts';

interface Deps {
  readonly conversations: Conversations;
  readonly rooms: RoomRows;
  readonly logs: RoomLogs;
}

export interface RoomHistory extends Pick<RoomStore, 'setStates' | 'undelivered' | 'unread'> {
  /** Newest first. @throws StoreError `bad-cursor` */
  history(conversationId: number, options: HistoryOptions): readonly StoredMessage[];
  markRead(conversation: ConversationRow, through: Cursor, limit: number): readonly ReadMessage[];
  /** Gives a message of a room its place and its state. Others stay as they are. */
  locate(message: StoredMessage): StoredMessage;
}

/** Blocks and messages that one statement reads at most. */
const blocksAtOnce = 128;
const rowsAtOnce = 256;

/** After every block: the place of a block is that of its first message. */
const lastPlace: Place = { clock: { ms: Number.MAX_SAFE_INTEGER, count: 0 }, tag: '', number: 0 };

export function createRoomHistory(database: DatabaseSync, { conversations, rooms, logs }: Deps): RoomHistory {
  const statements = prepareHistory(database);

  return {
    history(conversationId, { limit, before, after }) {
      const rowLimit = toRowLimit(limit);
      if (after !== undefined) return readUp(conversationId, placeOf(after), rowLimit).reverse();
      return readDown(conversationId, before === undefined ? lastPlace : placeOf(before), rowLimit);
    },
    markRead(conversation, through, limit) {
      const end = placeOf(through);
      const read: ReadMessage[] = [];
      if (conversation.unread === 0) return read;
      const blocks = statements.unread.all(conversation.rowId, ...valuesOf(end), limit);
      for (const block of blocks) {
        if (read.length >= limit) break;
        const highest = isWithin(block, end) ? Math.min(end.number, Number(block['last'])) : Number(block['last']);
        const last = Math.max(highest, Number(block['read_through']));
        const from = positionIn(block, Number(block['read_through']) + 1);
        const rows = statements.identities.all(from, positionIn(block, last), limit - read.length);
        const isCut = rows.length === limit - read.length;
        const readThrough = isCut && rows.length > 0 ? Number(rows.at(-1)?.['sequence']) : last;
        statements.setRead.run(readThrough, rows.length, Number(block['block_id']));
        conversation.unread -= rows.length;
        read.push(...rows.map((row) => ({ messageId: fromStoredId(row['message_id']), from: String(row['author']) })));
      }
      conversations.noteChange(conversation);
      return read;
    },
    locate(message) {
      if (!isOfRoom(message)) return message;
      const block: Row | undefined = statements.blockAt.get(message.position);
      if (!block || positionIn(block, Number(block['last'])) < message.position) return message;
      return inBlock(message, block);
    },
    unread(roomId, limit) {
      const room = rooms.find(roomId);
      if (!room) return [];
      return readPages(toRowLimit(limit), lastPlace, (place, count) =>
        statements.unreadDown.all(room.conversationId, ...valuesOf(place), count).map((block) => {
          const begin = positionIn(block, Number(block['read_through']) + 1);
          return { block, next: toPlace(block), positions: rangeOf(begin, bounds(block)[1]).reverse() };
        }),
      );
    },
    undelivered(roomId, tag) {
      const room = rooms.find(roomId);
      const log = room && logs.find(room, tag);
      const row: Row | undefined = log && statements.undelivered.get(log.logId);
      const [first, last] = [row?.['first'], row?.['last']];
      return typeof first === 'number' && typeof last === 'number' ? { first, last } : undefined;
    },
    setStates(roomId, tag, { first, last }, state) {
      const room = rooms.find(roomId);
      const log = room && logs.find(room, tag);
      if (!log) return [];
      const blocks = statements.ownBelow.all(log.logId, first, last, last, stateNumbers[state]);
      return blocks.flatMap((block) => {
        statements.setState.run(stateNumbers[state], Number(block['block_id']));
        const rows = statements.identities.all(...bounds(block), Number.MAX_SAFE_INTEGER);
        return rows.map((row) => fromStoredId(row['message_id']));
      });
    },
  };

  function readDown(conversationId: number, before: Place, limit: number): StoredMessage[] {
    return readPages(limit, before, (place, count) =>
      statements.down.all(conversationId, ...valuesOf(place), count).map((block) => {
        const [from, to] = bounds(block);
        const end = isWithin(block, before) ? Math.min(to, positionIn(block, before.number) - 1) : to;
        return { block, next: toPlace(block), positions: rangeOf(from, end).reverse() };
      }),
    );
  }

  /** Oldest first. */
  function readUp(conversationId: number, after: Place, limit: number): StoredMessage[] {
    // The block that holds the place begins before it.
    const around: Row | undefined = statements.around.get(conversationId, ...valuesOf(after));
    const start = around && isWithin(around, after) ? toPlace(around) : firstAfter(after);
    return readPages(limit, start, (place, count) =>
      statements.up.all(conversationId, ...valuesOf(place), count).map((block) => {
        const [from, to] = bounds(block);
        const begin = isWithin(block, after) ? Math.max(from, positionIn(block, after.number) + 1) : from;
        return { block, next: firstAfter(toPlace(block)), positions: rangeOf(begin, to) };
      }),
    );
  }

  /** Reads some blocks at a time, and then their messages at once: each statement costs as much as ten rows. */
  function readPages(limit: number, start: Place, readBlocks: (from: Place, count: number) => readonly Found[]): StoredMessage[] {
    const found: StoredMessage[] = [];
    let place = start;
    while (found.length < limit) {
      const blocks = readBlocks(place, Math.min(limit - found.length, blocksAtOnce));
      if (blocks.length === 0) break;
      for (const some of inParts(blocks, limit - found.length)) {
        const positions = some.flatMap((part) => part.positions);
        const rows = new Map(statements.rows.all(JSON.stringify(positions)).map((row) => [Number(row['position']), row]));
        for (const { block, positions: own } of some) {
          for (const position of own) {
            const row = rows.get(position);
            if (row) found.push(inBlock(toMessage(row), block));
          }
        }
        if (found.length >= limit) break;
      }
      place = blocks.at(-1)?.next ?? place;
    }
    return found.slice(0, limit);
  }
}

/** A block, and the positions of its messages in the order of reading. */
interface Found {
  readonly block: Row;
  /** Where reading goes on. */
  readonly next: Place;
  readonly positions: readonly number[];
}

/** Parts of so many messages that one is mostly enough, but for those that are not there. */
function* inParts(blocks: readonly Found[], limit: number): Generator<readonly Found[]> {
  let part: Found[] = [];
  let count = 0;
  for (const block of blocks) {
    part.push({ ...block, positions: block.positions.slice(0, limit) });
    count += block.positions.length;
    if (count < limit && count < rowsAtOnce) continue;
    yield part;
    part = [];
    count = 0;
  }
  if (part.length > 0) yield part;
}

function rangeOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
}

export function isOfRoom({ conversation }: StoredMessage): boolean {
  return partsOf(conversation).type === 'room';
}

/** A block at that very place begins a message that is not after it. */
function firstAfter(place: Place): Place {
  return { ...place, number: place.number + 1 };
}

function prepareHistory(database: DatabaseSync) {
  const columns = `SELECT block_id, tag, first, last, clock_ms, clock_count, position, read_through, state, standing FROM room_block`;
  const place = '(clock_ms, clock_count, tag, first)';
  const ofRoom = 'WHERE conversation_id = ? AND position IS NOT NULL';
  const upwards = 'ORDER BY clock_ms, clock_count, tag, first';
  const downwards = 'ORDER BY clock_ms DESC, clock_count DESC, tag DESC, first DESC';
  return {
    down: database.prepare(`${columns} ${ofRoom} AND ${place} < (?, ?, ?, ?) ${downwards} LIMIT ?`),
    around: database.prepare(`${columns} ${ofRoom} AND ${place} <= (?, ?, ?, ?) ${downwards} LIMIT 1`),
    up: database.prepare(`${columns} ${ofRoom} AND ${place} >= (?, ?, ?, ?) ${upwards} LIMIT ?`),
    unread: database.prepare(
      `${columns} WHERE conversation_id = ? AND unread > 0 AND ${place} <= (?, ?, ?, ?) ${upwards} LIMIT ?`,
    ),
    unreadDown: database.prepare(
      `${columns} WHERE conversation_id = ? AND unread > 0 AND ${place} < (?, ?, ?, ?) ${downwards} LIMIT ?`,
    ),
    blockAt: database.prepare(`${columns} WHERE position > 0 AND position <= ? ORDER BY position DESC LIMIT 1`),
    // CROSS JOIN keeps the order: SQLite takes each position to its message.
    rows: database.prepare(`${selectMessages} FROM json_each(?) AS w CROSS JOIN ${fromMessages} WHERE m.position = w.value`),
    identities: database.prepare(`SELECT m.message_id, m.sequence, a.name AS author FROM message AS m
      CROSS JOIN party AS a ON a.party_id = m.author_id WHERE m.position BETWEEN ? AND ? ORDER BY m.position LIMIT ?`),
    setRead: database.prepare('UPDATE room_block SET read_through = ?, unread = unread - ? WHERE block_id = ?'),
    ownBelow: database.prepare(`${columns} WHERE log_id = ? AND standing < 2 AND first >= ? AND first <= ? AND last <= ?
      AND position IS NOT NULL AND state < ? ORDER BY first`),
    undelivered: database.prepare(`SELECT min(first) AS first, max(last) AS last FROM room_block
      WHERE log_id = ? AND state < 3 AND standing < 2`),
    setState: database.prepare('UPDATE room_block SET state = ? WHERE block_id = ?'),
  };
}

function valuesOf({ clock, tag, number }: Place): readonly [number, number, string, number] {
  return [clock.ms, clock.count, tag, number];
}

function toPlace(block: Row): Place {
  const clock = { ms: Number(block['clock_ms']), count: Number(block['clock_count']) };
  return { clock, tag: String(block['tag']), number: Number(block['first']) };
}

/** Whether the place is that of a number of the block, or could be. */
function isWithin(block: Row, place: Place): boolean {
  const own = toPlace(block);
  return own.tag === place.tag && own.clock.ms === place.clock.ms && own.clock.count === place.clock.count;
}

function positionIn(block: Row, number: number): number {
  return Number(block['position']) + number - Number(block['first']);
}

/** Of the first and the last row. */
function bounds(block: Row): readonly [number, number] {
  return [Number(block['position']), positionIn(block, Number(block['last']))];
}

function inBlock(message: StoredMessage, block: Row): StoredMessage {
  const { clock, tag } = toPlace(block);
  const place: LogPlace = { tag, clock, counts: block['standing'] === 0 };
  const state = states[Number(block['state'])];
  const cursor = cursorAtPlace({ clock, tag, number: message.sequence });
  return { ...message, cursor, place, ...(message.state !== undefined && state !== undefined && { state }) };
}
