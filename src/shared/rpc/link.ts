/**
 * A Link is the pipe between the core and a user interface: it carries plain JSON-like values and nothing else.
 * Electron IPC, a WebSocket and an in-memory pair all implement it; what is said over it is `contract.ts`, how calls are
 * paired with their replies is `rpc.ts`. All implementations pass test/contract/link.
 */
import type { Unsubscribe } from '../lib/emitter.ts';

export type { Unsubscribe };

export interface Link {
  /**
   * Sends one message. A message sent while the link is closed is dropped: whoever waits for a reply learns of it by `onClose`.
   *
   * @param message a value that JSON and structured clone carry alike
   */
  send(message: unknown): void;

  /** Calls `listener` with every message received, in order. */
  onMessage(listener: (message: unknown) => void): Unsubscribe;

  /** Calls `listener` when the link becomes usable: at once if it already is, and again after every reconnection. */
  onOpen(listener: () => void): Unsubscribe;

  /** Calls `listener` each time the link stops being usable. */
  onClose(listener: () => void): Unsubscribe;
}
