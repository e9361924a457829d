/**
 * The ports of messaging beyond main/core/ports.ts: streams that prove the key of the peer, and a
 * store for messages. The real ones are node/net/tls-transport.ts and
 * node/storage/database/message-store.ts. The simulated ones in test/fakes pass the same suites.
 */
import type { ConversationId, Cursor, MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Endpoint } from '../ports.ts';
import type { OfferedFile, Preview } from '../../../shared/contract/transfers.ts';
import type { SecureStream, StreamEnd } from './secure-stream.ts';

export type { SecureStream, StreamEnd } from './secure-stream.ts';

/** The owner of a listener's streams, which decides about room. */
export interface ListenerRoom {
  /**
   * Whether a listed peer has that address. The listener asks for every connection, so it must be
   * cheap.
   */
  isHereAt(address: string): boolean;
  /**
   * There is no place for another stream: closes the incoming one that is needed least.
   *
   * @param isCandidate by the remote endpoint of a stream
   * @returns whether there was one
   */
  closeOne(isCandidate: (remote: Endpoint) => boolean): boolean;
}

export interface SecureListener {
  readonly port: number;
  /** Accepts no more streams; open ones stay. */
  close(): Promise<void>;
}

export interface SecureTransport {
  /**
   * TLS 1.3 on every address and an ephemeral port, certificates of both ends required. A stream
   * that proves no key is refused before `onStream`.
   *
   * @param onRefused for the diagnostics
   * @throws PortError
   */
  listen(
    onStream: (stream: SecureStream) => void,
    onRefused: (reason: StreamEnd, from: Endpoint) => void,
    room: ListenerRoom,
  ): Promise<SecureListener>;
  connect(
    endpoint: Endpoint,
    options: { readonly expectedPeerId: PeerId; readonly deadlineMs: number; readonly signal: AbortSignal },
  ): Promise<{ readonly ok: true; readonly stream: SecureStream } | { readonly ok: false; readonly end: StreamEnd }>;
}

/**
 * `queued`: persisted, and never left us · `sent`: left us, or was about to, and may have arrived ·
 * `delivered`: the receiver persisted it · `read` · `failed`: rejected for good · `cancelled`. It
 * only moves forward.
 */
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'cancelled';

export interface StoredMessage {
  /** UUIDv7, lower case. */
  readonly messageId: MessageId;
  readonly conversation: ConversationId;
  /** The author: our own peerId for messages of the user, and only for them. */
  readonly from: PeerId;
  /** The name of the author at the time of writing. */
  readonly fromName: string;
  /** Per author and conversation, from 1, without gaps but for cancelled ones. */
  readonly sequence: number;
  readonly text: string;
  /** The author's wall clock: for display only. */
  readonly sentAtMs: number;
  /** Our wall clock when it was persisted here. */
  readonly receivedAtMs: number;
  /** Of messages of the user only. */
  readonly state?: DeliveryState;
  /**
   * Rises with every message that is persisted here, whatever the clocks say; an export is in this
   * order.
   */
  readonly position: number;
  /** Its place in the conversation, for history and read state. */
  readonly cursor: Cursor;
  /** Of messages of a room only. */
  readonly place?: LogPlace;
  /**
   * Of a message that offers files, on its way and when it arrives. The store has it in the table
   * of transfers.
   */
  readonly offer?: Offer;
}

/** The content of an offer, on the wire and in the store. */
export interface Offer {
  /** The SHA-256 of the description: see `description.ts`. */
  readonly contentId: Uint8Array;
  readonly fileCount: number;
  readonly totalBytes: number;
  /** The first of them, at most `maxNamedFiles`. */
  readonly files: readonly OfferedFile[];
  readonly descriptionBytes: number;
  /** How long it can be accepted, from its arrival by the receiver's own clock. */
  readonly lifeMs: number;
  /** Small pictures of some of the files. Of an offer in a room they may come later. */
  readonly previews?: readonly Preview[];
  /** Of an offer in a room that has small pictures: the SHA-256 of their encoding. */
  readonly previewsId?: Uint8Array;
}

/** The log that holds a message of a room. Its number is the `sequence`. */
export interface LogPlace {
  readonly tag: string;
  readonly clock: { readonly ms: number; readonly count: number };
  /** False where the key of its author signed something else, and that counts. */
  readonly counts: boolean;
}

/** The message that was read, and its author. */
export type ReadMessage = Pick<StoredMessage, 'messageId' | 'from'>;

/** Without `before` and `after`, the newest. Not both. */
export interface HistoryOptions {
  readonly limit: number;
  /** Messages just before this place. */
  readonly before?: Cursor;
  /** Messages just after this place. */
  readonly after?: Cursor;
}

export interface ConversationSummary {
  readonly conversation: ConversationId;
  readonly last: StoredMessage;
  readonly unread: number;
}

export interface Contact {
  readonly peerId: PeerId;
  /** The name that was heard last. */
  readonly name: string;
  /**
   * The time since which it uses that name. It rises with every name that any contact takes,
   * whatever the clock does.
   */
  readonly nameSinceMs: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly verified: boolean;
  readonly blocked: boolean;
}

export interface Correspondent {
  readonly peerId: PeerId;
  /** Whether we ever sent a message to that peer. */
  readonly isAnswered: boolean;
}

export interface SearchOptions {
  readonly limit: number;
  readonly conversation?: ConversationId;
  /** Where the slice before this one ended. */
  readonly before?: Cursor;
}

export interface SearchSlice {
  readonly found: readonly StoredMessage[];
  /** Where the search goes on, after other work had its turn. Absent if it is complete. */
  readonly next?: Cursor;
}

export interface DeletionSlice {
  /** Messages deleted in this slice. */
  readonly deleted: number;
  /** Where the deletion goes on, after other work had its turn. Absent if it is complete. */
  readonly next?: Cursor;
}

/**
 * Synchronous, as the database is. Each call outside `batch` is a transaction of its own. It throws
 * StoreErrors. No call works much longer than a slice, whatever is stored (rule STORE-12).
 */
export interface MessageStore {
  /** One transaction: all or nothing. Batches do not nest. */
  batch<Result>(act: () => Result): Result;
  /**
   * @param state `sent` where it leaves at once: that must be persisted first. Absent means
   * `queued`
   */
  addOutgoing(
    message: Pick<StoredMessage, 'messageId' | 'conversation' | 'from' | 'fromName' | 'text' | 'sentAtMs'>,
    state?: Extract<DeliveryState, 'queued' | 'sent'>,
  ): StoredMessage;
  /** @returns undefined if the store has that author's message already; then nothing changes */
  addIncoming(message: Omit<StoredMessage, 'position' | 'cursor' | 'state'>): StoredMessage | undefined;
  /**
   * An ID is unique per author only.
   *
   * @param from absent means ours, or else the one that was persisted first
   */
  get(messageId: MessageId, from?: PeerId): StoredMessage | undefined;
  /**
   * Of our own messages only, and only forward: queued < sent < delivered < read; failed and
   * cancelled only from queued or sent.
   *
   * @returns whether it changed
   */
  setState(messageId: MessageId, state: DeliveryState): boolean;
  /**
   * Likewise, for messages as this store returned them, which spares it the look-ups by ID. Those
   * that follow each other in a conversation cost little more than one.
   *
   * @returns for each of them whether it changed
   */
  setStatesOf(messages: readonly StoredMessage[], state: 'sent' | 'delivered' | 'failed'): readonly boolean[];
  /**
   * Our messages to that peer that are not delivered, failed or cancelled, by sequence, after
   * `afterSequence`.
   */
  undelivered(recipient: PeerId, options: { readonly afterSequence: number; readonly limit: number }): readonly StoredMessage[];
  /**
   * Newest first.
   *
   * @throws StoreError `bad-cursor` for a cursor that no store made; `markRead` likewise
   */
  history(conversation: ConversationId, options: HistoryOptions): readonly StoredMessage[];
  /**
   * One slice of a search, newest first. Every word must occur, the last one as a prefix. Any text
   * is a valid query.
   */
  search(text: string, options: SearchOptions): SearchSlice;
  /**
   * Latest first. If there are more than `limit`, these stay, in this order: rooms, and
   * conversations in which the user wrote or whose contact is verified; those with a peer of
   * `here`; the latest.
   */
  conversations(limit: number, here?: readonly PeerId[]): readonly ConversationSummary[];
  /** Whether the user ever wrote to that peer, also if the conversation was cleared. */
  hasWrittenTo(recipient: PeerId): boolean;
  /**
   * Marks everything up to that place as read, or as much of it as has `limit` unread messages.
   *
   * @param limit absent means none
   * @returns the incoming messages that were unread before, oldest first
   */
  markRead(conversation: ConversationId, through: Cursor, limit?: number): readonly ReadMessage[];
  putContact(peer: Contact): void;
  removeContacts(peerIds: readonly PeerId[]): void;
  contacts(): readonly Contact[];
  /** The peers with whom there are messages, and those that we ever sent one to. In any order. */
  correspondents(): readonly Correspondent[];
  /** One slice of a deletion, oldest first. Messages that wait to be delivered stay. */
  clear(conversation: ConversationId, after?: Cursor): DeletionSlice;
  /**
   * Likewise, from the oldest message on, up to the first one that was persisted at that time or
   * later. Unread messages stay too.
   */
  deleteOlderThan(receivedAtMs: number, after?: Cursor): DeletionSlice;
  /**
   * In order. Reads no more than a slice at a time, as the caller asks for messages.
   *
   * @param afterPosition absent means from the first one on
   */
  exportMessages(conversation?: ConversationId, afterPosition?: number): Iterable<StoredMessage>;
  close(): void;
}

/** A problem of the store, as opposed to a mistake of the caller. */
export type StoreProblem = Exclude<StoreError['code'], 'bad-cursor'>;

/**
 * `full`: no space · `read-only` · `busy`: another process · `corrupt` · `failed`: anything else ·
 * `bad-cursor`: a mistake of the caller.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'full' | 'read-only' | 'busy' | 'corrupt' | 'failed' | 'bad-cursor';
  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
