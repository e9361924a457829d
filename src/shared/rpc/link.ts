/**
 * A Link is the pipe between the core and a user interface: it carries plain JSON-like values.
 * Electron IPC, a WebSocket and an in-memory pair implement it, and pass test/contract/link. The
 * messages on it are defined in `contract/`; `rpc.ts` pairs calls with their replies.
 */
import type { Unsubscribe } from '../lib/emitter.ts';

export type { Unsubscribe };

export interface Link {
  /**
   * Sends one message. A closed link drops it; a caller that waits for a reply learns of this by
   * `onClose`.
   *
   * @param message a value that both JSON and structured clone preserve
   */
  send(message: unknown): void;

  /** Calls `listener` with every message received, in order. */
  onMessage(listener: (message: unknown) => void): Unsubscribe;

  /**
   * Calls `listener` when the link becomes usable: at once if it already is, and after every
   * reconnection.
   */
  onOpen(listener: () => void): Unsubscribe;

  /** Calls `listener` each time the link stops being usable. */
  onClose(listener: () => void): Unsubscribe;
}
