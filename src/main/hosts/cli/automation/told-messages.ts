/**
 * Tells a reader of every message that was received, each once, also one that reads slowly (rule AUTO-6). Messages are kept in the store
 * before they are told, so nothing waits in memory: when too much is written and not read, telling stops, and goes on from the store, in the order
 * in which the messages were kept, when the reader has caught up.
 */
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import { StoreError } from '../../../core/messaging/ports.ts';

export interface ToldMessages {
  /** A message was received and kept. */
  received(message: StoredMessage): void;
  /** The reader has taken all that was written for it. */
  drained(): void;
}

interface Deps {
  /** @returns false if the reader has too much waiting, and was not told */
  readonly tell: (message: StoredMessage) => boolean;
  /** In the order of their positions. */
  readonly keptAfter: (position: number) => Iterable<StoredMessage>;
}

export function createToldMessages({ tell, keptAfter }: Deps): ToldMessages {
  /** Messages up to this position were told, or were there before we began. */
  let toldThrough: number | undefined;
  let isBehind = false;

  return {
    received(message) {
      toldThrough ??= message.position - 1;
      if (isBehind || message.position <= toldThrough) return;
      if (tell(message)) toldThrough = message.position;
      else isBehind = true;
    },
    drained() {
      if (!isBehind || toldThrough === undefined) return;
      isBehind = false;
      try {
        for (const message of keptAfter(toldThrough)) {
          // Of our own messages only `delivery` tells.
          if (message.state === undefined && !tell(message)) {
            isBehind = true;
            return;
          }
          toldThrough = message.position;
        }
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // Tried again when the reader has read the next time.
        isBehind = true;
      }
    },
  };
}
