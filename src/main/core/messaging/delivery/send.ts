/**
 * Sends and cancels the messages of the user (rules DELIVER-1, DELIVER-6): persists them before
 * they are sent, and cancels them while they are queued. How they are delivered is left to
 * outbox.ts.
 */
import { conversationOf, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { Clock, Random } from '../../ports.ts';
import { isVisible } from '../../../../shared/text/visible-text.ts';
import { isTooLong, maxTextBytes } from '../wire/frames.ts';
import type { StoreWriter } from './store-writer.ts';
import { createMessageIds } from '../wire/message-id.ts';
import type { Outbox } from './outbox.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../ports.ts';

type SendRefusal = Refusal<'empty' | 'too-long' | 'to-self' | 'blocked' | 'not-kept'>;

export type SendResult = { readonly ok: true; readonly message: StoredMessage } | SendRefusal;

/** An offer, and the ID of its message, under which the rest of it is persisted already. */
export type OfferedContent = Required<Pick<StoredMessage, 'messageId' | 'offer'>>;

export interface MessageSender {
  /**
   * Persists a message and begins to deliver it.
   *
   * @param alongside is run in the transaction that persists it, and again if that is retried
   * @param offered files that the message offers
   */
  send(peerId: PeerId, text: string, alongside?: () => void, offered?: OfferedContent): Promise<SendResult>;
  /** An ID for a message that is to be sent. */
  newId(): MessageId;
  /** @returns whether it is cancelled: it was queued, and never goes out */
  cancel(messageId: MessageId): Promise<boolean>;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: MessageStore;
  readonly writer: StoreWriter;
  readonly outbox: Outbox;
  readonly ownPeerId: PeerId;
  readonly ownName: () => string;
  readonly isBlocked: (peerId: PeerId) => boolean;
  /** Called before a message to that peer is persisted, so that its contact is persisted too. */
  readonly onRecipient: (peerId: PeerId) => void;
  /** The message is persisted. */
  readonly onWritten: (message: StoredMessage) => void;
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
}

export function createMessageSender(deps: Deps): MessageSender {
  const { clock, store, writer, outbox, ownPeerId, onState } = deps;
  const ids = createMessageIds(deps.random);

  return {
    newId: () => ids.next(clock.wallMs()),
    async send(peerId, given, alongside, offered) {
      // A lone surrogate is no character: both ends must store the same text.
      const text = given.toWellFormed();
      const refused = refusalOf(peerId, text);
      if (refused) return refused;
      deps.onRecipient(peerId);
      const sentAtMs = clock.wallMs();
      const draft = {
        messageId: offered?.messageId ?? ids.next(sentAtMs),
        conversation: conversationOf(peerId),
        from: ownPeerId,
        fromName: deps.ownName(),
        text,
        sentAtMs,
      };
      let unreserve: Unsubscribe | undefined;
      const stored = await writer.persist(() => {
        // A write that failed with its group is tried again by itself.
        unreserve ??= outbox.reserve(draft);
        alongside?.();
        return store.addOutgoing(draft, unreserve ? 'sent' : 'queued');
      });
      unreserve?.();
      if (!stored) return refuse('not-kept');
      const message = offered ? { ...stored, offer: offered.offer } : stored;
      // Where it leaves at once, it is stored as `sent` already; events go through every state.
      deps.onWritten({ ...message, state: 'queued' });
      onState(message, 'queued');
      outbox.queued(message);
      return { ok: true, message };
    },
    async cancel(messageId) {
      const message = store.get(messageId, ownPeerId);
      // Once it may have left, nobody knows whether it arrived.
      if (message?.state !== 'queued' || !outbox.hold(message)) return false;
      const isCancelled = (await writer.persist(() => store.setState(messageId, 'cancelled'))) ?? false;
      if (isCancelled) onState(message, 'cancelled');
      outbox.release(message, isCancelled);
      return isCancelled;
    },
  };

  function refusalOf(peerId: PeerId, text: string): SendRefusal | undefined {
    if (!isVisible(text)) return refuse('empty');
    if (isTooLong(text)) return refuse('too-long', { limit: maxTextBytes });
    if (peerId === ownPeerId) return refuse('to-self');
    return deps.isBlocked(peerId) ? refuse('blocked') : undefined;
  }
}
