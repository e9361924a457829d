/**
 * Direct messages: persisted before they are sent, persisted before they are acknowledged, shown
 * exactly once (rules DELIVER-1 to DELIVER-9). This is what the core offers to the hosts.
 * delivery/send.ts writes messages, delivery/outbox.ts and delivery/inbox.ts deliver and receive
 * them, over the sessions of session-manager/.
 */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import { peerOfConversation, type ConversationId, type Cursor, type MessageId, type PeerId } from '../../../shared/lib/ids.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock, Random } from '../ports.ts';
import { createStoreWriter } from './delivery/store-writer.ts';
import { createInbox } from './delivery/inbox.ts';
import { createOutbox } from './delivery/outbox.ts';
import { createMessageSender, type OfferedContent, type SendResult } from './delivery/send.ts';
import type { PeerSessionEvent, PeerSessions } from './session-manager/peer-sessions.ts';
import { createReceipts } from './delivery/receipts.ts';
import { deleteInSlices, searchInSlices } from './store-slices.ts';
import type {
  ConversationSummary,
  DeliveryState,
  HistoryOptions,
  MessageStore,
  StoredMessage,
  StoreProblem,
  Offer,
} from './ports.ts';
import { createUnknownSenderQuota, type UnknownSenderQuotas } from './delivery/unknown-sender-quota.ts';
import { createTyping } from './delivery/typing.ts';
import { isMessagingFrame, type MessagingFrame } from './wire/frames.ts';

export type MessagingEvent =
  /** Received and persisted; exactly once ever. */
  | { readonly type: 'message'; readonly message: StoredMessage }
  /** The user wrote a message, and it is persisted. */
  | { readonly type: 'written'; readonly message: StoredMessage }
  | {
      readonly type: 'delivery';
      readonly messageId: MessageId;
      readonly conversation: ConversationId;
      readonly state: DeliveryState;
    }
  | { readonly type: 'typing'; readonly peerId: PeerId; readonly isTyping: boolean }
  /** Messages were read here, or deleted. */
  | { readonly type: 'conversation-changed'; readonly conversation: ConversationId }
  /** The store refused a write; undefined: it works again. */
  | { readonly type: 'store-problem'; readonly code: StoreProblem | undefined }
  /** Whether messages of unknown senders wait, because they used up a quota. */
  | { readonly type: 'strangers-wait'; readonly isWaiting: boolean }
  /** Whether unknown senders send very much at once. */
  | { readonly type: 'strangers-flood'; readonly isFlood: boolean };

export type { SendResult } from './delivery/send.ts';

export interface Messaging {
  /**
   * Persists a message and begins to deliver it.
   *
   * @param peerId listed or departed
   */
  send(peerId: PeerId, text: string, alongside?: () => void, offered?: OfferedContent): Promise<SendResult>;
  /** An ID for a message that is to be sent. */
  newId(): MessageId;
  /** @returns whether it is cancelled: it was queued, and never goes out */
  cancel(messageId: MessageId): Promise<boolean>;
  history(conversation: ConversationId, options: HistoryOptions): readonly StoredMessage[];
  /** Newest first. Other work goes on meanwhile. Rejects with a StoreError. */
  search(
    text: string,
    options: { readonly limit: number; readonly conversation?: ConversationId },
  ): Promise<readonly StoredMessage[]>;
  conversations(limit: number): readonly ConversationSummary[];
  get(messageId: MessageId): StoredMessage | undefined;
  /**
   * Marks everything up to that place as read, and sends receipts unless the user turned them off.
   * Rejects with the StoreError `bad-cursor`.
   */
  markRead(conversation: ConversationId, through: Cursor): Promise<void>;
  setTyping(peerId: PeerId, isTyping: boolean): void;
  /**
   * Deletes all messages but undelivered ones.
   *
   * @returns how many; undefined if the store refused
   */
  clear(conversation: ConversationId): Promise<number | undefined>;
  /** In the order in which they were persisted. */
  exportMessages(conversation?: ConversationId, afterPosition?: number): Iterable<StoredMessage>;
  /** There is news of the peer: waiting messages go out. */
  peerAppeared(peerId: PeerId): void;
  subscribe(listener: (event: MessagingEvent) => void): Unsubscribe;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: MessageStore;
  readonly sessions: PeerSessions;
  readonly ownPeerId: PeerId;
  readonly ownName: () => string;
  readonly isHere: (peerId: PeerId) => boolean;
  /** All listed peers. */
  readonly here: () => readonly PeerId[];
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isVerified: (peerId: PeerId) => boolean;
  readonly getSetting: GetSetting;
  /** Makes a name that an unknown sender chose safe to show. */
  readonly cleanName: (name: string) => string;
  /** A peer writes under that name. Called before any message is persisted. */
  readonly onWriter: (peerId: PeerId, name: string) => void;
  /** Called before a message of ours to that peer is persisted. */
  readonly onRecipient: (peerId: PeerId) => void;
  /** Where the files that messages offer are remembered. Absent: nowhere. */
  readonly offerOf?: ((messageId: MessageId) => Offer | undefined) | undefined;
  readonly keepOffer?: ((message: StoredMessage, offer: Offer) => void) | undefined;
  /** Gets the errors of listeners; absent: see `createEmitter`. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
  /** Absent: the defaults. */
  readonly unknownSenderQuotas?: UnknownSenderQuotas | undefined;
}

export function createMessaging(deps: Deps): Messaging {
  const { clock, store, sessions } = deps;
  const events = createEmitter<MessagingEvent>(deps.onListenerError);
  const writer = createStoreWriter({ clock, store, onProblem: (code) => events.emit({ type: 'store-problem', code }) });
  const typing = createTyping({
    clock,
    sessions,
    getSetting: deps.getSetting,
    onTyping: (peerId, isTyping) => events.emit({ type: 'typing', peerId, isTyping }),
  });
  const outbox = createOutbox({ ...deps, ...writer, onState: emitState });
  const isFamiliar = (peerId: PeerId): boolean =>
    deps.isVerified(peerId) || writer.read(() => store.hasWrittenTo(peerId)) === true;
  const unknownSenders = createUnknownSenderQuota(
    { clock, isFamiliar, onSurge: (isFlood) => events.emit({ type: 'strangers-flood', isFlood }) },
    deps.unknownSenderQuotas,
  );
  const inbox = createInbox({
    ...deps,
    ...writer,
    unknownSenders,
    onUnknownSendersWait: (isWaiting) => events.emit({ type: 'strangers-wait', isWaiting }),
    onMessages: show,
  });
  const receipts = createReceipts({ ...deps, ...writer, onRead: (message) => emitState(message, 'read') });
  const own = createMessageSender({ ...deps, writer, outbox, onWritten: showOwn, onState: emitState });

  const undo = sessions.subscribe(onSessionEvent);

  return {
    ...{ send: own.send, newId: own.newId },
    cancel: own.cancel,
    history: (conversation, options) => store.history(conversation, options),
    search: (text, options) => searchInSlices({ clock, store }, text, options),
    conversations: (limit) => store.conversations(limit, deps.here()),
    get: (messageId) => store.get(messageId),
    async markRead(conversation, through) {
      if (await receipts.markRead(conversation, through)) events.emit({ type: 'conversation-changed', conversation });
    },
    setTyping: typing.set,
    async clear(conversation) {
      const count = await deleteInSlices(clock, (after) => writer.persist(() => store.clear(conversation, after)));
      // Also after a refusal: some slices may have been deleted before.
      events.emit({ type: 'conversation-changed', conversation });
      return count;
    },
    exportMessages: (conversation, afterPosition) => store.exportMessages(conversation, afterPosition),
    peerAppeared(peerId) {
      outbox.tryNow(peerId);
      receipts.appeared(peerId);
    },
    subscribe: (listener) => events.subscribe(listener),
    close() {
      undo();
      typing.close();
      outbox.close();
      inbox.close();
      unknownSenders.close();
      receipts.close();
      writer.flush();
    },
  };

  function onSessionEvent(event: PeerSessionEvent): void {
    switch (event.type) {
      case 'opened':
        outbox.tryNow(event.peerId);
        return receipts.sessionOpened(event.peerId);
      case 'drained':
        return outbox.drained(event.peerId);
      case 'closed':
        typing.ended(event.peerId);
        inbox.sessionClosed(event.peerId);
        receipts.sessionClosed(event.peerId);
        return outbox.sessionClosed(event.peerId, event.end);
      case 'frame':
        // `rooms/catch-up`, `rooms/private` and `transfers` handle the others.
        return isMessagingFrame(event.frame) ? onFrame(event.peerId, event.frame) : undefined;
    }
  }

  function onFrame(peerId: PeerId, frame: MessagingFrame): void {
    switch (frame.type) {
      case 'messages':
        return inbox.received(peerId, frame.messages);
      case 'ack':
        return outbox.acknowledged(peerId, frame.messageIds);
      case 'reject':
        return outbox.rejected(peerId, frame.messageIds);
      case 'read':
        return receipts.received(peerId, frame.messageIds);
      case 'typing':
        return typing.received(peerId, frame.isTyping);
    }
  }

  function show(messages: readonly StoredMessage[]): void {
    for (const message of messages) {
      typing.ended(message.from);
      events.emit({ type: 'message', message });
    }
  }

  function showOwn(message: StoredMessage): void {
    const recipient = peerOfConversation(message.conversation);
    if (recipient !== undefined) typing.sent(recipient);
    events.emit({ type: 'written', message });
  }

  function emitState({ messageId, conversation }: StoredMessage, state: DeliveryState): void {
    events.emit({ type: 'delivery', messageId, conversation, state });
  }
}
