/**
 * What peers answer to our messages, kept: `delivered` once they have kept them, `failed` when they will not take them (rules DELIVER-3, DELIVER-4).
 * Until that is kept here too a message counts as on its way: it can neither be cancelled nor overtaken. What is sent next, and when the
 * store is asked again, is left to `outbox.ts`.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import { takeSettled, type DeliveryLane } from './send-window.ts';
import type { GuardedStore } from './safe-store.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../ports.ts';

/** What an answer of the peer makes of a message. */
export type Answer = Extract<DeliveryState, 'delivered' | 'failed'>;

export interface Acknowledgements {
  /** Only what is on its way to that very peer counts: nobody acknowledges for others. */
  received(peerId: PeerId, lane: DeliveryLane, messageIds: readonly MessageId[], answer: Answer): void;
  /** Tries once more to keep what could not be kept. */
  keepAgain(peerId: PeerId, lane: DeliveryLane): void;
}

interface Deps {
  readonly store: Pick<MessageStore, 'setState'>;
  readonly keep: GuardedStore['keep'];
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
  readonly onKept: (peerId: PeerId, lane: DeliveryLane) => void;
  readonly onNotKept: (peerId: PeerId, lane: DeliveryLane) => void;
}

export function createAcknowledgements({ store, keep, onState, onKept, onNotKept }: Deps): Acknowledgements {
  return {
    received(peerId, lane, messageIds, answer) {
      const fresh = messageIds.filter((messageId) => {
        if (!lane.onTheirWay.has(messageId) || lane.acknowledged.has(messageId)) return false;
        lane.acknowledged.set(messageId, answer);
        return true;
      });
      if (fresh.length > 0) void settle(peerId, lane, fresh, answer);
    },
    keepAgain(peerId, lane) {
      for (const answer of ['delivered', 'failed'] as const) {
        const messageIds = [...lane.acknowledged].flatMap(([messageId, as]) => (as === answer ? messageId : []));
        if (messageIds.length > 0) void settle(peerId, lane, messageIds, answer);
      }
    },
  };

  async function settle(peerId: PeerId, lane: DeliveryLane, messageIds: readonly MessageId[], answer: Answer): Promise<void> {
    lane.hasProgress = true;
    const changed = await keep(() => messageIds.map((messageId) => store.setState(messageId, answer)));
    if (!changed) return onNotKept(peerId, lane);
    for (let index = 0; index < messageIds.length; index += 1) {
      const message = takeSettled(lane, messageIds[index] as string);
      if (message && changed[index]) onState(message, answer);
    }
    onKept(peerId, lane);
  }
}
