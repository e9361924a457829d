/** The port of one stream to a peer. ports.ts has those that open streams. */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Endpoint } from '../ports.ts';

/**
 * Why a stream could not be opened, or ended. `closed`: the other end closed it in good order ·
 * `deadline`: nothing answered · `stalled`: TCP connected, and the handshake stood still ·
 * `other-team`: the caller did not prove our team key.
 */
export type StreamEnd =
  | 'closed'
  | 'lost'
  | 'refused'
  | 'unreachable'
  | 'wrong-peer'
  | 'handshake-failed'
  | 'other-team'
  | 'deadline'
  | 'stalled'
  | 'too-many'
  | 'aborted';

/** A stream to one peer: encrypted, in order, and authenticated at both ends. */
export interface SecureStream {
  /** From the certificate whose key the other end proved to own. */
  readonly peerId: PeerId;
  readonly remote: Endpoint;
  /** Whether this node opened it. */
  readonly isOutgoing: boolean;
  /** Keying material that only the two ends of this very stream have (RFC 8446 §7.5). */
  exportKey(label: string, sizeBytes: number): Uint8Array;
  /**
   * The memory may be used again once `bufferedBytes` says that the system has taken it.
   *
   * @returns false when more should wait for `onDrain`; these bytes are sent all the same
   */
  write(bytes: Uint8Array): boolean;
  /** Bytes written that the system has not taken yet. */
  readonly bufferedBytes: number;
  /** Stops and restarts the arrival of data, which slows the other end down. */
  pause(): void;
  resume(): void;
  /** Closes in good order, after all written bytes. */
  end(): void;
  /** Closes at once. Idempotent. */
  destroy(): void;
  /** Nobody writes into the bytes later. */
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  /**
   * Nobody needs the bytes that a listener got any more: their memory may go at once. Without that
   * the garbage collector would run every few megabytes, and hold up all else meanwhile.
   */
  release?(bytes: Uint8Array): void;
  onDrain(listener: () => void): Unsubscribe;
  /** Calls back once; at once if the stream has ended already. */
  onEnd(listener: (end: StreamEnd) => void): Unsubscribe;
}
