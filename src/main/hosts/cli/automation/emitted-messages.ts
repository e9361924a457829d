/**
 * Emits every received message to a reader exactly once, even to a slow one (rule AUTO-6). The
 * store has a message before it is emitted, so nothing waits in memory. When too much is unread,
 * emitting stops. When the reader has caught up, it continues from the store, in the order of the
 * store.
 */
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import { StoreError } from '../../../core/messaging/ports.ts';

export interface EmittedMessages {
  /** To be called when a message was received and persisted. */
  received(message: StoredMessage): void;
  /** To be called when the reader has taken everything written. */
  drained(): void;
}

interface Deps {
  /** @returns false if too much is unread, and the message was not written */
  readonly emit: (message: StoredMessage) => boolean;
  /** In the order of their positions. */
  readonly storedAfter: (position: number) => Iterable<StoredMessage>;
}

export function createEmittedMessages({ emit, storedAfter }: Deps): EmittedMessages {
  /** Messages up to this position were emitted, or are older than this reader. */
  let emittedThrough: number | undefined;
  let isBehind = false;

  return {
    received(message) {
      emittedThrough ??= message.position - 1;
      if (isBehind || message.position <= emittedThrough) return;
      if (emit(message)) emittedThrough = message.position;
      else isBehind = true;
    },
    drained() {
      if (!isBehind || emittedThrough === undefined) return;
      isBehind = false;
      try {
        for (const message of storedAfter(emittedThrough)) {
          // Our own messages have `delivery` events only.
          if (message.state === undefined && !emit(message)) {
            isBehind = true;
            return;
          }
          emittedThrough = message.position;
        }
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // Retried when the reader has read again.
        isBehind = true;
      }
    },
  };
}
