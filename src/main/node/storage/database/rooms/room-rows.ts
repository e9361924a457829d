/**
 * The rooms that the user is in or was in, and the mark of a run (ROOM-40, ROOM-41). All rows are in
 * memory: they are few, and every call of the store looks there. Logs are in room-logs.ts.
 */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import {
  conversationOfRoom,
  conversationOfShortName,
  partsOf,
  peerIdSchema,
  shortNameOf,
} from '../../../../../shared/lib/ids.ts';
import type { ConversationId } from '../../../../../shared/lib/ids.ts';
import { maxJoinedRooms, type RoomRecord, type RoomStore } from '../../../../core/rooms/ports.ts';
import type { RoomId } from '../../../../core/rooms/wire/block.ts';
import { toStoreError } from '../store-error.ts';
import type { Conversations } from '../conversations.ts';
import type { Row } from '../message-rows.ts';

export interface RoomRow {
  readonly rowId: number;
  readonly id: RoomId;
  readonly conversation: ConversationId;
  readonly conversationId: number;
  /** Undefined: the user left. */
  readonly record: RoomRecord | undefined;
}

export interface RoomRows extends Pick<RoomStore, 'rooms' | 'known' | 'join' | 'leave' | 'update'> {
  find(id: RoomId): RoomRow | undefined;
  /** Whether its messages are in the order of places: it is or was a room of the user. */
  isPlaced(conversationId: number): boolean;
  /** @returns the number of its conversation; undefined if it is not in the order of places */
  placedId(conversation: ConversationId): number | undefined;
  clearCache(): void;
}

const topicSchema = z.object({
  text: z.string(),
  from: peerIdSchema,
  fromName: z.string(),
  tag: z.string(),
  number: z.int(),
  clock: z.object({ ms: z.int(), count: z.int() }),
});

export function createRoomRows(database: DatabaseSync, conversations: Conversations): RoomRows {
  const select = database.prepare(
    'SELECT r.*, p.name FROM room AS r JOIN party AS p ON p.party_id = r.conversation_id ORDER BY p.name',
  );
  const insert = database.prepare('INSERT INTO room (room_id, conversation_id, last_seen_ms) VALUES (?, ?, ?)');
  const setJoined = database.prepare('UPDATE room SET joined_at_ms = ? WHERE room_id = ?');
  const set = database.prepare('UPDATE room SET muted = ?, last_seen_ms = ?, topic = ? WHERE room_id = ?');
  let cached: ReadonlyMap<RoomId, RoomRow> | undefined;

  return {
    rooms: () => Array.from(all().values(), ({ record }) => record).filter((record) => record !== undefined),
    known: () => [...all().keys()],
    join({ id, name, joinedAtMs }) {
      if (all().get(id)?.record) return 'already';
      if (joinedCount() >= maxJoinedRooms) return 'too-many';
      const conversation = conversations.findOrAdd(shortNameOf(conversationOfRoom(name)));
      if (!all().has(id)) insert.run(id, conversation.rowId, joinedAtMs);
      setJoined.run(joinedAtMs, id);
      cached = undefined;
      return 'joined';
    },
    leave(id) {
      if (!all().get(id)?.record) return false;
      setJoined.run(null, id);
      cached = undefined;
      return true;
    },
    update(id, changes) {
      const before = all().get(id)?.record;
      if (!before) return false;
      const { isMuted, lastSeenMs, topic } = { ...before, ...changes };
      set.run(Number(isMuted), lastSeenMs, topic ? JSON.stringify(topic) : null, id);
      cached = undefined;
      return true;
    },
    find: (id) => all().get(id),
    isPlaced: (conversationId) => [...all().values()].some((room) => room.conversationId === conversationId),
    placedId(conversation) {
      if (partsOf(conversation).type !== 'room') return undefined;
      return [...all().values()].find((room) => room.conversation === conversation)?.conversationId;
    },
    clearCache: () => void (cached = undefined),
  };

  function all(): ReadonlyMap<RoomId, RoomRow> {
    cached ??= new Map(select.all().map((row) => [String(row['room_id']), toRoomRow(row)]));
    return cached;
  }

  function joinedCount(): number {
    return [...all().values()].filter(({ record }) => record).length;
  }
}

function toRoomRow(row: Row): RoomRow {
  const id = String(row['room_id']);
  const conversation = conversationOfShortName(String(row['name']));
  const parts = partsOf(conversation);
  const topic = toTopic(row['topic']);
  const record: RoomRecord = {
    id,
    name: parts.type === 'room' ? parts.name : '',
    joinedAtMs: Number(row['joined_at_ms']),
    isMuted: row['muted'] === 1,
    lastSeenMs: Number(row['last_seen_ms']),
    ...(topic && { topic }),
  };
  return {
    rowId: Number(row['room_row']),
    id,
    conversation,
    conversationId: Number(row['conversation_id']),
    record: row['joined_at_ms'] === null ? undefined : record,
  };
}

function toTopic(value: unknown): RoomRecord['topic'] {
  if (typeof value !== 'string') return undefined;
  try {
    return topicSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** The mark of a run. Writes through to the disk, so that a power failure cannot take it. */
export function createRunMark(
  database: DatabaseSync,
  { write }: { readonly write: <Result>(act: () => Result) => Result },
): Pick<RoomStore, 'beginRun' | 'endRun'> {
  const find = database.prepare('SELECT 1 FROM room_run');
  const insert = database.prepare('INSERT OR IGNORE INTO room_run VALUES (1)');
  const remove = database.prepare('DELETE FROM room_run');
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  return {
    beginRun() {
      const wasMarked = write(() => {
        const marked = find.get() !== undefined;
        if (!marked) insert.run();
        return marked;
      });
      settle();
      return wasMarked;
    },
    endRun: () => write(() => void remove.run()),
  };

  function settle(): void {
    try {
      checkpoint.get();
    } catch (error) {
      throw toStoreError(error) ?? error;
    }
  }
}
