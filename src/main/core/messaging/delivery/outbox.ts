/**
 * Delivers persisted messages to their recipients, in order, over any session, until the recipient
 * persisted them too (rules DELIVER-1, DELIVER-3 to DELIVER-8). The store is the queue: memory
 * holds one send window per peer, so it does not grow with the backlog. A new session sends again
 * the messages that were in flight in the last one; the receiver recognises them by their ID.
 */
import { peerOfConversation, type ConversationId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { DeliveryState, MessageStore, StoredMessage, Offer } from '../ports.ts';
import type { SessionEnd } from '../session/session.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';
import { createSendWindow, type Answer, type SendWindow } from './send-window.ts';
import type { StoreWriter } from './store-writer.ts';
import { loadCount } from './upcoming-messages.ts';

export interface Outbox {
  /** This message was just persisted. */
  queued(message: StoredMessage): void;
  /** The peer appeared, or its session opened: a reason to try at once. */
  tryNow(peerId: PeerId): void;
  /** The peer's session takes more again. */
  drained(peerId: PeerId): void;
  /** The peer persisted these. */
  acknowledged(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** The peer rejected these for good. */
  rejected(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** Nothing is in flight any more. */
  sessionClosed(peerId: PeerId, end: SessionEnd): void;
  /**
   * Reserves room in flight for a message that is being persisted.
   *
   * @returns undefined if it must wait; otherwise it leaves at once, must be persisted as `sent`,
   * and the caller gives the room back before `queued`, or if the store refused
   */
  reserve(draft: Pick<StoredMessage, 'conversation' | 'text'>): Unsubscribe | undefined;
  /**
   * Holds a message and all behind it while it is being cancelled.
   *
   * @returns false if it is too late: it is about to leave
   */
  hold(message: StoredMessage): boolean;
  /** Ends a hold. */
  release(message: StoredMessage, isCancelled: boolean): void;
  close(): void;
}

interface Deps extends StoreWriter {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'undelivered' | 'setStatesOf'>;
  readonly sessions: PeerSessions;
  readonly isHere: (peerId: PeerId) => boolean;
  /** The files that a message of ours offers, which the store of messages does not have. */
  readonly offerOf?: ((messageId: MessageId) => Offer | undefined) | undefined;
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
}

/** From one session to its end. */
interface Queue {
  readonly peerId: PeerId;
  readonly window: SendWindow;
  cancelTurn: Unsubscribe | undefined;
  cancelRetry: Unsubscribe | undefined;
}

/** The delay before a retry, while a peer is listed without a session, or the store refuses. */
const retryMs = 5_000;

export function createOutbox(deps: Deps): Outbox {
  const { clock, store, sessions } = deps;
  const queues = new Map<PeerId, Queue>();
  const held = new Set<MessageId>();
  const isHeld = (messageId: MessageId): boolean => held.has(messageId);
  let isClosed = false;

  return {
    queued(message) {
      const peerId = peerOfConversation(message.conversation);
      if (isClosed || peerId === undefined || (!sessions.current(peerId) && !deps.isHere(peerId))) return;
      const queue = queueOf(peerId);
      queue.window.append(message);
      // Not at once: messages of one turn share frames, and all are emitted before the first is
      // sent.
      queue.cancelTurn ??= clock.setTimer(() => {
        queue.cancelTurn = undefined;
        pump(peerId);
      }, 0);
    },
    tryNow(peerId) {
      const queue = queues.get(peerId);
      if (queue?.cancelRetry) return tryAgain(queue);
      pump(peerId);
    },
    drained(peerId) {
      queues.get(peerId)?.window.setFull(false);
      pump(peerId);
    },
    acknowledged: (peerId, messageIds) => settle(peerId, messageIds, 'delivered'),
    rejected: (peerId, messageIds) => settle(peerId, messageIds, 'failed'),
    sessionClosed,
    reserve({ conversation, text }) {
      const queue = queueFor(conversation);
      return queue && sessions.current(queue.peerId) ? queue.window.reserve(text) : undefined;
    },
    hold({ conversation, messageId }) {
      if (held.has(messageId) || queueFor(conversation)?.window.hasLeft(messageId)) return false;
      held.add(messageId);
      return true;
    },
    release({ conversation, messageId }, isCancelled) {
      held.delete(messageId);
      const queue = queueFor(conversation);
      if (!queue) return;
      if (isCancelled) queue.window.drop(messageId);
      pump(queue.peerId);
    },
    close() {
      isClosed = true;
      for (const queue of queues.values()) stopTimers(queue);
      queues.clear();
    },
  };

  /** Sends as much as window and session take; opens a session if there is none. */
  function pump(peerId: PeerId): void {
    if (isClosed) return;
    const session = sessions.current(peerId);
    if (!session) return openSession(peerId);
    const queue = queueOf(peerId);
    const { window } = queue;
    while (window.hasRoom()) {
      if (window.isEmpty() && !load(queue)) return;
      if (window.isNextQueued()) return void continueAfter(queue, window.markSent(isHeld));
      const messages = window.takeForFrame(isHeld);
      if (messages.length === 0) return;
      for (const message of messages) deps.onState(message, 'sent');
      // Should this end the session, the window is no longer the current one.
      if (!session.send({ type: 'messages', messages })) window.setFull(true);
    }
  }

  /** @returns whether there is anything to send now */
  function load(queue: Queue): boolean {
    const { peerId, window } = queue;
    if (window.isCaughtUp()) return false;
    const messages = deps.read(() => store.undelivered(peerId, { afterSequence: window.sentThrough(), limit: loadCount }));
    if (messages) window.fill(deps.offerOf ? messages.map(withOffer) : messages);
    else tryLater(queue);
    return !window.isEmpty();
  }

  function withOffer(message: StoredMessage): StoredMessage {
    const offer = deps.offerOf?.(message.messageId);
    return offer ? { ...message, offer } : message;
  }

  /** @param written settles with whether the store persisted; undefined if nothing changed */
  async function continueAfter(queue: Queue, written: Promise<boolean | undefined>): Promise<void> {
    const isPersisted = await written;
    // The session may have ended meanwhile: then another window has begun.
    if (isPersisted === undefined || queues.get(queue.peerId) !== queue) return;
    if (isPersisted) pump(queue.peerId);
    else tryLater(queue);
  }

  function settle(peerId: PeerId, messageIds: readonly MessageId[], answer: Answer): void {
    const queue = queues.get(peerId);
    if (queue) void continueAfter(queue, queue.window.settle(messageIds, answer));
  }

  /** Only while the peer is listed; otherwise its return is the next reason to try. */
  function openSession(peerId: PeerId): void {
    if (!deps.isHere(peerId) || queues.get(peerId)?.cancelRetry || !hasUndelivered(peerId)) return;
    tryLater(queueOf(peerId));
    sessions.open(peerId);
  }

  function hasUndelivered(peerId: PeerId): boolean {
    // A store that cannot be read now may be later.
    return deps.read(() => store.undelivered(peerId, { afterSequence: 0, limit: 1 }))?.length !== 0;
  }

  function tryLater(queue: Queue): void {
    queue.cancelRetry ??= clock.setTimer(() => tryAgain(queue), retryMs);
  }

  function tryAgain(queue: Queue): void {
    queue.cancelRetry?.();
    queue.cancelRetry = undefined;
    for (const answer of ['delivered', 'failed'] as const) void continueAfter(queue, queue.window.settleAgain(answer));
    pump(queue.peerId);
  }

  function sessionClosed(peerId: PeerId, end: SessionEnd): void {
    const queue = queues.get(peerId);
    if (!queue || isClosed) return;
    // The next session should not send again what the peer acknowledged.
    if (queue.window.hasUnsettled()) deps.flush();
    stopTimers(queue);
    queues.delete(peerId);
    // A peer that cannot persist closes every session at once: dialing at once would never end.
    const isHopeless = !queue.window.hasProgress() || (end.by === 'peer' && end.reason === 'not-kept');
    const mustWait = isHopeless && !sessions.current(peerId) && deps.isHere(peerId) && hasUndelivered(peerId);
    if (mustWait) tryLater(queueOf(peerId));
    else pump(peerId);
  }

  function queueFor(conversation: ConversationId): Queue | undefined {
    const peerId = peerOfConversation(conversation);
    return peerId === undefined ? undefined : queues.get(peerId);
  }

  function queueOf(peerId: PeerId): Queue {
    const queue = queues.get(peerId) ?? {
      peerId,
      window: createSendWindow(deps),
      cancelTurn: undefined,
      cancelRetry: undefined,
    };
    queues.set(peerId, queue);
    return queue;
  }
}

function stopTimers({ cancelTurn, cancelRetry }: Queue): void {
  cancelTurn?.();
  cancelRetry?.();
}
