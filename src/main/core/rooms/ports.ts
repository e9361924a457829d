/**
 * The port of rooms to what is kept: rooms, logs, blocks and their messages (ROOM-40 to ROOM-54).
 * The real store is node/storage/database, the one in memory is node/storage/memory; both pass
 * test/contract/store. History, search, unread, markRead, clear and keepDays of a room's messages
 * are calls of the MessageStore, as for any conversation.
 */
import type { MarkStore } from '../messaging/mark-store.ts';
import type { MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { DraftStore } from '../drafts/ports.ts';
import type { TransferStore } from '../transfers/ports.ts';
import type { DeletionSlice, MessageStore, StoredMessage } from '../messaging/ports.ts';
import type { Cursor } from '../../../shared/lib/ids.ts';
import type { LogTag, RoomClock, RoomId, SignedBlock } from './wire/block.ts';

/** Rooms that a person is in at a time. */
export const maxJoinedRooms = 64;

/** The limits of a room. A store may be given smaller ones. */
export interface RoomLimits {
  /** Bytes of blocks per room. */
  readonly roomBytes: number;
  /** Logs per room, and of strangers among them. */
  readonly logs: number;
  readonly strangerLogs: number;
  /** Of all strangers together, per room. */
  readonly strangerMessages: number;
  readonly strangerBytes: number;
}

export const defaultRoomLimits: RoomLimits = {
  roomBytes: 2 * 1024 ** 3,
  logs: 4_096,
  strangerLogs: 1_024,
  strangerMessages: 2_000,
  strangerBytes: 4 * 1024 * 1024,
};

/** The topic of a room, and where it is said. Kept here, because its block may be removed. */
export interface TopicSource {
  readonly text: string;
  readonly from: PeerId;
  readonly fromName: string;
  readonly tag: LogTag;
  readonly number: number;
  readonly clock: RoomClock;
}

export interface RoomRecord {
  readonly id: RoomId;
  /** Without `#`; `&ID` of a private room. Its conversation is `conversationOfRoom(name)`. */
  readonly name: string;
  /** By the wall clock. */
  readonly joinedAtMs: number;
  readonly isMuted: boolean;
  /** When the room was last looked at. */
  readonly lastSeenMs: number;
  readonly topic?: TopicSource;
}

/** Where the user stands in a private room, and its member list as core/rooms/private packs it. */
export interface PrivateRoomRecord {
  readonly id: RoomId;
  /** `invited`: it waits for an answer · `removed`: by an admin · `left`: by the user. */
  readonly standing: 'member' | 'invited' | 'removed' | 'left';
  /** The peer that added or removed the user. */
  readonly by: PeerId;
  /** By the wall clock. */
  readonly sinceMs: number;
  readonly list: Uint8Array;
}

/** Numbers of one log, both ends included. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

export interface LogRecord {
  readonly tag: LogTag;
  readonly authorId: PeerId;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly epoch: number;
  /** Numbers up to it do not count. */
  readonly floor: number;
  /** Numbers up to it were removed here, and are refused. Never above the floor. */
  readonly removed: number;
  /** The highest number that is held in a block that counts; the floor if there is none. */
  readonly top: number;
  /** SHA-256 of the block of the top, also after it was removed. Empty if there never was one. */
  readonly topHash: Uint8Array;
  /** Messages and bytes of blocks that are held. */
  readonly messages: number;
  readonly bytes: number;
  /** The author was never here. */
  readonly isStranger: boolean;
  /** When somebody here last named this log. */
  readonly namedAtMs: number;
}

export interface BlockRecord extends NumberRange {
  readonly tag: LogTag;
  readonly clock: RoomClock;
  /** SHA-256, 32 bytes. */
  readonly hash: Uint8Array;
  /** When it was kept here. */
  readonly receivedAtMs: number;
  /** False for a block that does not fit its predecessor, and for what follows it. */
  readonly counts: boolean;
}

export interface StoredBlock extends BlockRecord {
  /** As they were signed. Empty if they were not kept. */
  readonly bytes: Uint8Array;
}

/** A block that covers the number, and the next ones below and above. Lost blocks are in none. */
export interface Neighbours {
  readonly before?: BlockRecord;
  readonly covering?: BlockRecord;
  readonly after?: BlockRecord;
}

export interface BlockOptions {
  /**
   * Of its messages, in order, from its first number on. Empty for a block without text, and where
   * the text must not be kept.
   */
  readonly messageIds: readonly MessageId[];
  readonly receivedAtMs: number;
  /** Of our own blocks, and only of these. */
  readonly state?: 'queued' | 'sent' | 'delivered';
  /** Absent means true. */
  readonly counts?: boolean;
  /** Whether it replaces the blocks that it overlaps: these lose. */
  readonly wins?: boolean;
  /** The floor of a log that is new here. Absent means the number before this block. */
  readonly floor?: number;
  /** Of a log that is new here: its author was never here. */
  readonly isStranger?: boolean;
  /** Whether the bytes are kept. Absent means true. */
  readonly keepsBytes?: boolean;
}

/**
 * `known`: it is held already · `below-floor`: it was removed here · `overlaps`: another block has
 * one of its numbers · `not-joined` · `too-many-logs` · `strangers-full` and `room-full`: nothing
 * was kept, and `trim` may make space.
 */
export type Refusal = 'known' | 'below-floor' | 'overlaps' | 'not-joined' | 'too-many-logs' | 'strangers-full' | 'room-full';

export type AddBlockResult =
  { readonly ok: true; readonly messages: readonly StoredMessage[] } | { readonly ok: false; readonly reason: Refusal };

export interface BlockQuery extends NumberRange {
  /** No block after the one that goes beyond it. At least one block is returned, if there is one. */
  readonly maxBytes: number;
  /** The highest numbers first. */
  readonly isBackward?: boolean;
}

export interface NewestQuery {
  readonly limit: number;
  readonly maxBytes: number;
  /** Blocks whose clock is lower. */
  readonly before?: RoomClock;
}

/** Synchronous, and part of the transactions of the MessageStore. Throws StoreErrors. */
export interface RoomStore {
  /** The rooms that the user is in, by name. */
  rooms(): readonly RoomRecord[];
  /** Whether the user is in that room, or was. */
  knows(room: RoomId): boolean;
  /** Also rooms that the user left. */
  known(): readonly RoomId[];
  /** A room that was left keeps its history, its logs and its floors. */
  join(room: Pick<RoomRecord, 'id' | 'name' | 'joinedAtMs'>): 'joined' | 'already' | 'too-many';
  /** @returns false if the user is not in it; `update` likewise */
  leave(room: RoomId): boolean;
  update(room: RoomId, changes: Partial<Pick<RoomRecord, 'isMuted' | 'lastSeenMs' | 'topic'>>): boolean;

  /** By ID. */
  privateRooms(): readonly PrivateRoomRecord[];
  /** Adds or replaces it. Whether the user is in the room is for `join` and `leave`. */
  putPrivateRoom(record: PrivateRoomRecord): void;
  deletePrivateRoom(room: RoomId): void;

  /**
   * Marks that a run has begun, and settles the mark on disk. Not inside a batch.
   *
   * @returns whether an earlier run left its mark: it did not end in order
   */
  beginRun(): boolean;
  /** Removes the mark. */
  endRun(): void;
  /** That author goes on in none of its logs, in any room, also after a restart. */
  closeLogs(author: PeerId): void;
  closeLog(room: RoomId, tag: LogTag): void;
  closedLogs(room: RoomId): readonly LogTag[];

  /** One transaction keeps the block, its messages, and floor, top and holes of its log. */
  addBlock(block: SignedBlock, options: BlockOptions): AddBlockResult;
  /** The blocks of that log from this number on no longer count. To count again, add them again. */
  discount(room: RoomId, tag: LogTag, from: number): void;
  /** Keeps one losing block per log. @returns false if there is one, or no such log */
  keepProof(block: SignedBlock): boolean;
  proof(room: RoomId, tag: LogTag): Uint8Array | undefined;
  /** Our own messages in blocks that lie within the range. Only forward. @returns those that changed */
  setStates(room: RoomId, tag: LogTag, range: NumberRange, state: 'sent' | 'delivered'): readonly MessageId[];

  /** Unread messages, newest first. Of a room that the user is not in, too. */
  unread(room: RoomId, limit: number): readonly StoredMessage[];

  /** From the first to the last of our own messages in that log that not all members have. */
  undelivered(room: RoomId, tag: LogTag): NumberRange | undefined;

  logs(room: RoomId): readonly LogRecord[];
  log(room: RoomId, tag: LogTag): LogRecord | undefined;
  /** The lowest ones first. */
  holes(room: RoomId, tag: LogTag, limit: number): readonly NumberRange[];
  /** Blocks with kept bytes that have a number of the range, lowest first. Lost ones are left out. */
  blocks(room: RoomId, tag: LogTag, query: BlockQuery): readonly StoredBlock[];
  neighbours(room: RoomId, tag: LogTag, number: number): Neighbours;
  /** Blocks that count and have bytes, the highest clock first. */
  newestBlocks(room: RoomId, query: NewestQuery): readonly StoredBlock[];
  /** The highest clock below that one, of blocks that count and have bytes. */
  newestClock(room: RoomId, before: RoomClock): RoomClock | undefined;

  noteNamed(room: RoomId, tags: readonly LogTag[], atMs: number): void;
  /** That author is no stranger any more, in any room. */
  noteHere(author: PeerId): void;
  /** Removes the rows of empty logs that nobody named since. At most a slice. @returns how many */
  forgetLogs(namedBeforeMs: number): number;
  /** One slice: fronts of logs that were kept before that time go, unread or not. */
  removeOld(room: RoomId, keptBeforeMs: number, after?: Cursor): DeletionSlice;
  /**
   * One slice: makes space in a room that is nearly full. Strangers give first, then the log that
   * fills most, but nothing that was kept after `keptBeforeMs`.
   *
   * @param maxBytes of its blocks, if that is less than the limit of the store
   */
  trim(room: RoomId, keptBeforeMs: number, maxBytes?: number): DeletionSlice;
}

/**
 * A store for messages of peers and of rooms, marks, drafts and transfers, with one kind of
 * transaction.
 */
export interface HistoryStore extends MessageStore, MarkStore {
  readonly rooms: RoomStore;
  readonly drafts: DraftStore;
  readonly transfers: TransferStore;
}
