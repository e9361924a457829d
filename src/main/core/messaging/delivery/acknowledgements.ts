/**
 * What peers answer to our messages, kept: `delivered` once they have kept them, `failed` when they will not take them (rules DELIVER-3, DELIVER-4).
 * Until that is kept here too a message counts as on its way: it can neither be cancelled nor overtaken. What is sent next, and when the
 * store is asked again, is left to `outbox.ts`.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import { removeInFlight, type SendWindow } from './send-window.ts';
import type { StoreWriter } from './store-writer.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../ports.ts';

/** What an answer of the peer makes of a message. */
export type Answer = Extract<DeliveryState, 'delivered' | 'failed'>;

export interface Acknowledgements {
  /** Only what is on its way to that very peer counts: nobody acknowledges for others. */
  received(peerId: PeerId, window: SendWindow, messageIds: readonly MessageId[], answer: Answer): void;
  /** Tries once more to keep what could not be kept. */
  persistAgain(peerId: PeerId, window: SendWindow): void;
}

interface Deps {
  readonly store: Pick<MessageStore, 'setState'>;
  readonly persist: StoreWriter['persist'];
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
  readonly onPersisted: (peerId: PeerId, window: SendWindow) => void;
  readonly onNotPersisted: (peerId: PeerId, window: SendWindow) => void;
}

export function createAcknowledgements({ store, persist, onState, onPersisted, onNotPersisted }: Deps): Acknowledgements {
  return {
    received(peerId, window, messageIds, answer) {
      const fresh = messageIds.filter((messageId) => {
        if (!window.inFlight.has(messageId) || window.acknowledged.has(messageId)) return false;
        window.acknowledged.set(messageId, answer);
        return true;
      });
      if (fresh.length > 0) void settle(peerId, window, fresh, answer);
    },
    persistAgain(peerId, window) {
      for (const answer of ['delivered', 'failed'] as const) {
        const messageIds = [...window.acknowledged].flatMap(([messageId, as]) => (as === answer ? messageId : []));
        if (messageIds.length > 0) void settle(peerId, window, messageIds, answer);
      }
    },
  };

  async function settle(peerId: PeerId, window: SendWindow, messageIds: readonly MessageId[], answer: Answer): Promise<void> {
    window.hasProgress = true;
    const changed = await persist(() => messageIds.map((messageId) => store.setState(messageId, answer)));
    if (!changed) return onNotPersisted(peerId, window);
    for (let index = 0; index < messageIds.length; index += 1) {
      const message = removeInFlight(window, messageIds[index] as string);
      if (message && changed[index]) onState(message, answer);
    }
    onPersisted(peerId, window);
  }
}
