/**
 * The ports of transfers: the disk, and what is persisted about each transfer. The core never sees
 * the bytes of a file but for the chunks on their way. The real disk is node/files, the simulated
 * one is test/fakes/fake-disk.ts; both pass test/contract/files/describe-disk.ts. The table is
 * part of both stores, and passes test/contract/store.
 */
import type { TransferState, TransferCode } from '../../../shared/contract/transfers.ts';
import type { Offer } from '../messaging/ports.ts';
import type { ConversationId, MessageId, PeerId } from '../../../shared/lib/ids.ts';

export { hashBytes } from '../lib/chunks.ts';
export type { Offer } from '../messaging/ports.ts';
/** Folders around a file, and the file itself. */
export const maxPathSegments = 64;
/** One name in a path, in UTF-8. */
export const maxSegmentBytes = 255;
/** Transfers in the table; of the peer with the most final ones, the oldest goes first. */
export const maxStoredTransfers = 2_000;

/** A file of an offer. */
export interface ManifestFile {
  /**
   * The folders, and then the name, as the sender has them. The core refuses empty names, `.`,
   * `..`, both separators and control characters. The sink makes the rest safe for its system.
   */
  readonly path: readonly string[];
  readonly sizeBytes: number;
  /** Milliseconds since 1970; whole. */
  readonly modifiedMs: number;
}

/** A file or folder that the user chose. */
export interface SourceRoot {
  /** The first segment of the paths of its files. No two roots of an offer have the same. */
  readonly name: string;
  /** Where it is on this computer, absolute. */
  readonly path: string;
}

/** The offered files: enough to read them again, as long as they do not change. */
export interface Described {
  readonly roots: readonly SourceRoot[];
  /** Ordered by `compareManifestPaths`, so that the same files give the same description. */
  readonly files: readonly ManifestFile[];
  /** The SHA-256 of each chunk, one after another: see `layout.ts`. */
  readonly chunkHashes: Uint8Array;
}

/**
 * `not-found` · `no-access` · `not-a-file`: neither a file nor a folder, such as a device; links
 * that the user chose are followed, links inside a folder are left out · `empty`: not one file ·
 * `too-many-files` · `too-large`: more than `maxOfferBytes` · `bad-name`: a name that is no text,
 * or too long · `changed`: a file changed while it was read · `unreadable` · `aborted`.
 */
export type DescribeFailure =
  | 'not-found'
  | 'no-access'
  | 'not-a-file'
  | 'empty'
  | 'too-many-files'
  | 'too-large'
  | 'bad-name'
  | 'changed'
  | 'unreadable'
  | 'aborted';

/** Of a file that was offered. `changed`: its size or its time differs from the manifest. */
export type ReadFailure = Extract<TransferCode, 'changed' | 'vanished' | 'no-access' | 'unreadable'>;

/** Of the folder for files that arrive. */
export type WriteFailure = Extract<
  TransferCode,
  'disk-full' | 'disk-read-only' | 'no-access' | 'vanished' | 'bad-name' | 'unreadable'
>;

/** The files that a source reads. */
export interface SourceFiles extends Pick<Described, 'roots' | 'files'> {
  /** Pictures are read without the place where they were taken (rule IMG-1). */
  readonly removesPlace?: boolean;
}

/** A failure with the path that it is about, if there is one. */
export interface DiskFailure<Code> {
  readonly ok: false;
  readonly code: Code;
  readonly path?: string;
}

/** The files of an offer, to be read. Several reads may run at once. */
export interface TransferSource {
  /**
   * Checks size and time of each file that the chunk touches. Never rejects.
   *
   * @param memory of `chunkBytes`, which may be filled; the result may be a part of it
   */
  readChunk(
    chunk: number,
    memory?: Uint8Array,
  ): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | DiskFailure<ReadFailure>>;
  /** Waits for reads that run. Idempotent. */
  close(): Promise<void>;
}

/**
 * Files that arrive. Until `finish` everything has an unfinished name in one folder of its own in
 * the directory, which nothing else uses. Several writes may run at once.
 */
export interface TransferSink {
  /**
   * The chunks that are written, one bit each, the lowest bit of a byte first. After a crash of the
   * process at most four chunks that were written are missing in it. It never claims one that is
   * not there.
   */
  readonly have: Uint8Array;
  /** Present if `finish` succeeded in an earlier run; then there is nothing more to write. */
  readonly finishedPaths?: readonly string[];
  /** The core checked the hash. It uses the bytes again afterwards. A failure leaves the chunk missing. Never rejects. */
  writeChunk(chunk: number, bytes: Uint8Array): Promise<{ readonly ok: true } | DiskFailure<WriteFailure>>;
  /**
   * All chunks are written: makes empty files, makes everything durable, sets times and marks, and
   * gives the final names, which replace nothing. May be called again after a failure. It leaves a
   * note by which `openSink` finds the result, until `clearSink`.
   *
   * @param signal stops it before the first final name, as a failure with any code; from then on
   * it ends as if there were none
   * @returns the absolute paths of the files and folders at the top
   */
  finish(signal?: AbortSignal): Promise<{ readonly ok: true; readonly paths: readonly string[] } | DiskFailure<WriteFailure>>;
  /** Keeps what arrived. Waits for writes that run. Idempotent. Never rejects. */
  close(): Promise<void>;
}

export interface SinkPlace {
  readonly transferId: MessageId;
  /** Absolute, as `checkDirectory` returned it. */
  readonly directory: string;
}

/** A SHA-256 of bytes that come one after another. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** Ends it. */
  digest(): Uint8Array;
}

/** Asynchronous but for `startSha256`, and never rejects: expected failures are values. */
export interface TransferDisk {
  /** @returns the SHA-256, without holding up other work for long */
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  /** For bytes that arrive in short pieces, each of which holds up nothing. */
  startSha256(): RunningHash;
  /**
   * Lists and reads everything once. Folders are taken whole.
   *
   * @param paths of this computer; a relative one begins in the directory of the process
   */
  describe(
    paths: readonly string[],
    signal: AbortSignal,
    options?: Pick<SourceFiles, 'removesPlace'>,
  ): Promise<({ readonly ok: true } & Described) | DiskFailure<DescribeFailure>>;
  /** Opens no file before it is read. A chunk that is read costs its own size in memory. */
  openSource(source: SourceFiles): TransferSource;
  /**
   * Where files arrive if neither the user nor the setting names a folder: that of downloads.
   */
  readonly defaultDirectory: string;
  /** Whether files can be made there. @returns the absolute path; a missing folder is made */
  checkDirectory(directory: string): Promise<{ readonly ok: true; readonly directory: string } | DiskFailure<WriteFailure>>;
  /** @returns undefined if the system does not say */
  freeBytes(directory: string): Promise<number | undefined>;
  /** Begins, or goes on where an earlier run ended. The files are those of the same transfer. */
  openSink(
    place: SinkPlace,
    content: Pick<Described, 'files' | 'chunkHashes'>,
  ): Promise<{ readonly ok: true; readonly sink: TransferSink } | DiskFailure<WriteFailure>>;
  /**
   * Deletes what did not become final, and the note of `finish`. Files with their final names stay.
   * The sink is closed. Does nothing if nothing is there.
   */
  clearSink(place: SinkPlace): Promise<void>;
  /**
   * Descriptions that the core encoded, in the profile, by transfer: both ends keep theirs, and
   * need no second transmission and no second reading after a restart.
   */
  saveDescription(transferId: MessageId, bytes: Uint8Array): Promise<{ readonly ok: true } | DiskFailure<WriteFailure>>;
  /** @returns undefined if there is none, or none that can be read */
  loadDescription(transferId: MessageId): Promise<Uint8Array | undefined>;
  removeDescription(transferId: MessageId): Promise<void>;
  /** All that are saved, so that those of forgotten transfers can be removed. */
  listDescriptions(): Promise<readonly MessageId[]>;
}

export interface StoredTransfer {
  /** The ID of the message that offers it; the sender is its author. */
  readonly transferId: MessageId;
  readonly conversation: ConversationId;
  readonly from: PeerId;
  readonly offer: Offer;
  readonly state: TransferState;
  readonly code?: TransferCode;
  /** Whether the other end said that it knows the state. */
  readonly isTold: boolean;
  readonly doneBytes: number;
  /** Of an offer of ours: where the files are. */
  readonly roots: readonly SourceRoot[];
  /** Of an offer of ours: how its hashes were made, and how its files are read. */
  readonly removesPlace?: boolean;
  /** Of an accepted offer of others: where they go. Empty before. */
  readonly directory: string;
  /** Of one that arrived: the files and folders at the top. */
  readonly paths: readonly string[];
  /** Our wall clock. */
  readonly offeredAtMs: number;
  readonly expiresAtMs: number;
  /** Of an offer of ours in a room: the members that said that they have the files. */
  readonly haveIt?: readonly PeerId[];
  /** In a room, of a transfer that is `done`: whether its files are given to other members. */
  readonly isHeld?: boolean;
}

/** Synchronous, and part of the transactions of the MessageStore. Throws StoreErrors. */
export interface TransferStore {
  /** In any order. */
  list(): readonly StoredTransfer[];
  /** Adds or replaces. The core stores no second transfer with an ID of another author. */
  put(transfer: StoredTransfer): void;
  remove(transferId: MessageId): void;
}
