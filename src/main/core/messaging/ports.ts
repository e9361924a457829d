/**
 * What messaging needs of the world beyond `main/ports.ts`: streams that are proved to be a peer's, and a place where messages stay. The real
 * ones are `node/net/tls-transport.ts` and `node/storage/database/message-store.ts`; the simulated ones in test/fakes pass the same suites.
 */
import type { ConversationId, Cursor, MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Endpoint } from '../ports.ts';

/** Why a stream could not be opened, or ended. `closed`: the other end closed it in good order · `other-team`: the caller did not prove our team key. */
export type StreamEnd =
  | 'closed'
  | 'lost'
  | 'refused'
  | 'unreachable'
  | 'wrong-peer'
  | 'handshake-failed'
  | 'other-team'
  | 'deadline'
  | 'too-many'
  | 'aborted';

/** A stream to one peer: encrypted, in order, and proved at both ends. */
export interface SecureStream {
  /** From the certificate that the other end proved to own. */
  readonly peerId: PeerId;
  readonly remote: Endpoint;
  /** Whether we opened it. */
  readonly isOutgoing: boolean;
  /** Keying material that only the two ends of this very stream have (RFC 8446 §7.5). */
  exportKey(label: string, sizeBytes: number): Uint8Array;
  /** @returns false when more should wait for `onDrain`; what was given is sent all the same */
  write(bytes: Uint8Array): boolean;
  /** Bytes written and not yet taken by the system. */
  readonly bufferedBytes: number;
  /** Stops and restarts the arrival of data; the other end is slowed down by it. */
  pause(): void;
  resume(): void;
  /** Closes in good order after what was written. */
  end(): void;
  /** Closes at once. Idempotent. */
  destroy(): void;
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  onDrain(listener: () => void): Unsubscribe;
  /** Once; at once if it has ended already. */
  onEnd(listener: (end: StreamEnd) => void): Unsubscribe;
}

/** The owner of a listener's streams, which decides about room. */
export interface ListenerRoom {
  /** Whether a peer that is listed has that address. Asked for every connection, so it must be cheap. */
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
  /** Accepts no more; streams that are open stay. */
  close(): Promise<void>;
}

export interface SecureTransport {
  /**
   * TLS 1.3 on every address and an ephemeral port, certificates of both ends required. Whoever proves no key is refused before `onStream`.
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
 * `queued`: kept, and never left us · `sent`: left us, or was about to, and may have arrived · `delivered`: the receiver has kept it · `read` ·
 * `failed`: refused for good · `cancelled`. Only ever forward.
 */
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'cancelled';

export interface StoredMessage {
  /** UUIDv7, lower case. */
  readonly messageId: MessageId;
  readonly conversation: ConversationId;
  /** The author: we wrote it if this is our own peerId, and only then. */
  readonly from: PeerId;
  /** The author's name when it was written. */
  readonly fromName: string;
  /** Of the author in this conversation, from 1, without gaps but for cancelled ones. */
  readonly sequence: number;
  readonly text: string;
  /** The author's wall clock: for display only. */
  readonly sentAtMs: number;
  /** Our wall clock when it was kept here. */
  readonly receivedAtMs: number;
  /** Of our own messages. */
  readonly state?: DeliveryState;
  /** Rises with every message that is persisted here, whatever the clocks say; an export is in this order. */
  readonly position: number;
  /** Its place in the conversation; history and read state go by it. */
  readonly cursor: Cursor;
}

/** Which message was read, and whose it is. */
export type ReadMessage = Pick<StoredMessage, 'messageId' | 'from'>;

/** Without `before` and `after`, the newest. Not both. */
export interface HistoryOptions {
  readonly limit: number;
  /** Those just before this place. */
  readonly before?: Cursor;
  /** Those just after this place. */
  readonly after?: Cursor;
}

export interface ConversationSummary {
  readonly conversation: ConversationId;
  readonly last: StoredMessage;
  readonly unread: number;
}

export interface Contact {
  readonly peerId: PeerId;
  /** As last heard. */
  readonly name: string;
  /** Since when it uses that name: rises with every name that anybody takes, whatever the clock does. */
  readonly nameSinceMs: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly verified: boolean;
  readonly blocked: boolean;
}

/** Synchronous, because the database is; what is not in `batch` is a transaction of its own. A throw is a StoreError. */
export interface MessageStore {
  /** One transaction: all or nothing. Batches do not nest. */
  batch<Result>(act: () => Result): Result;
  /** @param state `sent` where it will leave at once: that must be known before it does. Absent means `queued` */
  addOutgoing(
    message: Pick<StoredMessage, 'messageId' | 'conversation' | 'from' | 'fromName' | 'text' | 'sentAtMs'>,
    state?: Extract<DeliveryState, 'queued' | 'sent'>,
  ): StoredMessage;
  /** @returns undefined if that author's message was here already: nothing is changed then */
  addIncoming(message: Omit<StoredMessage, 'position' | 'cursor' | 'state'>): StoredMessage | undefined;
  /** An id is unique per author only. @param from absent means ours, or else the one that was kept first */
  get(messageId: MessageId, from?: PeerId): StoredMessage | undefined;
  /** Of our own messages only. Only forward: queued < sent < delivered < read; failed and cancelled only from queued or sent. @returns whether it changed */
  setState(messageId: MessageId, state: DeliveryState): boolean;
  /** All of our messages to that peer that were not delivered, failed or cancelled, in order of sequence, after `afterSequence`. */
  undelivered(recipient: PeerId, options: { readonly afterSequence: number; readonly limit: number }): readonly StoredMessage[];
  /** Newest first. @throws StoreError `bad-cursor` for a cursor that no store made; `markRead` likewise */
  history(conversation: ConversationId, options: HistoryOptions): readonly StoredMessage[];
  /** Newest first. Every word must occur, the last one as a beginning. Any input is a search, never an error. */
  search(text: string, options: { readonly limit: number; readonly conversation?: ConversationId }): readonly StoredMessage[];
  /**
   * Latest first. If there are more, rooms stay and those in which we wrote or whose other end is verified, then those with somebody of `here`, then the
   * latest.
   */
  conversations(limit: number, here?: readonly PeerId[]): readonly ConversationSummary[];
  /** Whether we ever wrote to that peer, also if the conversation was cleared. */
  hasWrittenTo(recipient: PeerId): boolean;
  /**
   * Everything up to that message counts as read, or as much of it as has `limit` unread messages.
   *
   * @param limit absent means none
   * @returns the incoming messages that were unread before, oldest first
   */
  markRead(conversation: ConversationId, through: Cursor, limit?: number): readonly ReadMessage[];
  putContact(peer: Contact): void;
  contacts(): readonly Contact[];
  /** Deletes; what is not delivered yet stays. @returns how many */
  clear(conversation: ConversationId): number;
  /** From the oldest on, up to the first that was kept at that time or later; likewise, and what is unread stays too. */
  deleteOlderThan(receivedAtMs: number): number;
  /** In order, for files that may be large. @param afterPosition absent means from the first one on */
  exportMessages(conversation?: ConversationId, afterPosition?: number): Iterable<StoredMessage>;
  close(): void;
}

/** What keeps the store from working, as opposed to a mistake of the caller. */
export type StoreProblem = Exclude<StoreError['code'], 'bad-cursor'>;

/** `full`: no space · `read-only` · `busy`: another process · `corrupt` · `failed`: anything else · `bad-cursor`: the caller's mistake. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'full' | 'read-only' | 'busy' | 'corrupt' | 'failed' | 'bad-cursor';
  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
