/**
 * Delivers what is kept for a peer, in order, over whatever session there is, until the peer has kept it too (rules DELIVER-1 and DELIVER-3 to DELIVER-8).
 * The store is the queue; in memory is only the window of what is on its way (delivery-window.ts), so memory does not grow with what waits.
 * What was on its way when a session ended is sent again: the receiver tells repeated ones by their id. What the peer answers is kept in
 * `acknowledgements.ts`.
 */
import { peerOfConversation, type ConversationId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock } from '../../ports.ts';
import { createAcknowledgements, type Answer } from './acknowledgements.ts';
import {
  append,
  createSendWindow,
  drop,
  fill,
  hasRoom,
  isEmpty,
  isNextQueued,
  loadCount,
  markLeft,
  nextQueued,
  takeForFrame,
  type SendWindow,
} from './send-window.ts';
import type { StoreWriter } from './store-writer.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../ports.ts';
import type { SessionEnd } from '../session/session.ts';

export interface Outbox {
  /** This one was just kept. */
  queued(message: StoredMessage): void;
  /** The peer is here, or its session opened: a reason to try at once. */
  tryNow(peerId: PeerId): void;
  /** Its session takes more again. */
  drained(peerId: PeerId): void;
  /** The peer has kept these. */
  acknowledged(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** The peer will not take these. */
  rejected(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** The session is gone: what was on its way is not. */
  sessionClosed(peerId: PeerId, end: SessionEnd): void;
  /** Whether what is written now goes out without waiting for anything. */
  leavesAtOnce(peerId: PeerId): boolean;
  /** Holds a message and all behind it back while it is being cancelled. @returns false if it is about to leave: too late */
  hold(message: StoredMessage): boolean;
  /** It is cancelled, or could not be. */
  release(message: StoredMessage, isCancelled: boolean): void;
  close(): void;
}

interface Deps extends StoreWriter {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'undelivered' | 'setState'>;
  readonly sessions: PeerSessions;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
}

/** While a peer is here and no session holds, or the store refuses, it is tried again after this. */
const retryMs = 5_000;

export function createOutbox(deps: Deps): Outbox {
  const { clock, store, sessions } = deps;
  const windows = new Map<PeerId, SendWindow>();
  const heldBack = new Set<MessageId>();
  /** By then the session may have ended: another window begins anew. */
  const isCurrent = (peerId: PeerId, window: SendWindow): boolean => windows.get(peerId) === window;
  const acknowledgements = createAcknowledgements({
    ...deps,
    onPersisted: (peerId, window) => isCurrent(peerId, window) && pump(peerId),
    onNotPersisted: (peerId, window) => isCurrent(peerId, window) && tryLater(peerId, window),
  });
  let isClosed = false;

  return {
    queued(message) {
      const peerId = peerOfConversation(message.conversation);
      if (isClosed || peerId === undefined || (!sessions.current(peerId) && !deps.isHere(peerId))) return;
      const window = windowOf(peerId);
      append(window, message);
      // Not at once: what was written together is told of together, before any of it is sent; and it shares frames.
      window.cancelTurn ??= clock.setTimer(() => {
        window.cancelTurn = undefined;
        pump(peerId);
      }, 0);
    },
    tryNow(peerId) {
      const window = windows.get(peerId);
      if (window?.cancelRetry) return tryAgain(peerId, window);
      pump(peerId);
    },
    drained(peerId) {
      const window = windows.get(peerId);
      if (window) window.isFull = false;
      pump(peerId);
    },
    acknowledged: (peerId, messageIds) => acknowledge(peerId, messageIds, 'delivered'),
    rejected: (peerId, messageIds) => acknowledge(peerId, messageIds, 'failed'),
    sessionClosed,
    leavesAtOnce: (peerId) => sessions.current(peerId) !== undefined,
    hold({ conversation, messageId }) {
      const window = windowFor(conversation);
      if (heldBack.has(messageId) || window?.leaving.has(messageId) || window?.inFlight.has(messageId)) return false;
      heldBack.add(messageId);
      return true;
    },
    release({ conversation, messageId }, isCancelled) {
      heldBack.delete(messageId);
      const peerId = peerOfConversation(conversation);
      const window = windowFor(conversation);
      if (!window || peerId === undefined) return;
      if (isCancelled) drop(window, messageId);
      pump(peerId);
    },
    close() {
      isClosed = true;
      for (const window of windows.values()) stopTimers(window);
      windows.clear();
    },
  };

  /** Sends as much as window and session take; asks for a session when there is none. */
  function pump(peerId: PeerId): void {
    if (isClosed) return;
    const session = sessions.current(peerId);
    if (!session) return openSession(peerId);
    const window = windowOf(peerId);
    while (hasRoom(window)) {
      if (isEmpty(window) && !load(peerId, window)) return;
      if (isNextQueued(window)) return void letLeave(peerId, window);
      const messages = takeForFrame(window, (messageId) => heldBack.has(messageId));
      if (messages.length === 0) return;
      for (const message of messages) deps.onState(message, 'sent');
      // Should the session end by this, the window is another one already.
      if (!session.send({ type: 'messages', messages })) window.isFull = true;
    }
  }

  /** @returns whether there is anything to send now */
  function load(peerId: PeerId, window: SendWindow): boolean {
    if (window.isCaughtUp) return false;
    const messages = deps.read(() => store.undelivered(peerId, { afterSequence: window.sentThrough, limit: loadCount }));
    if (messages) fill(window, messages);
    else tryLater(peerId, window);
    return !isEmpty(window);
  }

  /**
   * What never left us may be cancelled; so that it leaves is kept before it does. What is written in a session is kept so from the start:
   * this is for what had waited for one.
   */
  async function letLeave(peerId: PeerId, window: SendWindow): Promise<void> {
    if (window.leaving.size > 0) return;
    for (const messageId of nextQueued(window, (id) => heldBack.has(id))) window.leaving.add(messageId);
    if (window.leaving.size === 0) return;
    const isPersisted = await deps.persist(() => [...window.leaving].map((messageId) => store.setState(messageId, 'sent')));
    if (isPersisted) markLeft(window);
    else window.leaving.clear();
    if (!isCurrent(peerId, window)) return;
    if (isPersisted) pump(peerId);
    else tryLater(peerId, window);
  }

  /** Only while the peer is here; otherwise its return is the next reason to try. */
  function openSession(peerId: PeerId): void {
    if (!deps.isHere(peerId) || windows.get(peerId)?.cancelRetry || !hasUndelivered(peerId)) return;
    tryLater(peerId, windowOf(peerId));
    sessions.open(peerId);
  }

  function hasUndelivered(peerId: PeerId): boolean {
    // A store that cannot be read now may be later.
    return deps.read(() => store.undelivered(peerId, { afterSequence: 0, limit: 1 }))?.length !== 0;
  }

  function tryLater(peerId: PeerId, window: SendWindow): void {
    window.cancelRetry ??= clock.setTimer(() => tryAgain(peerId, window), retryMs);
  }

  function tryAgain(peerId: PeerId, window: SendWindow): void {
    window.cancelRetry?.();
    window.cancelRetry = undefined;
    acknowledgements.persistAgain(peerId, window);
    pump(peerId);
  }

  function acknowledge(peerId: PeerId, messageIds: readonly MessageId[], answer: Answer): void {
    const window = windows.get(peerId);
    if (window) acknowledgements.received(peerId, window, messageIds, answer);
  }

  function sessionClosed(peerId: PeerId, end: SessionEnd): void {
    const window = windows.get(peerId);
    if (!window || isClosed) return;
    // What is acknowledged should not be sent again by what comes next.
    if (window.acknowledged.size > 0) deps.flush();
    stopTimers(window);
    windows.delete(peerId);
    // Who can keep nothing closes every session at once: calling again at once would never end.
    const isHopeless = !window.hasProgress || (end.by === 'peer' && end.reason === 'not-kept');
    const mustWait = isHopeless && !sessions.current(peerId) && deps.isHere(peerId) && hasUndelivered(peerId);
    if (mustWait) tryLater(peerId, windowOf(peerId));
    else pump(peerId);
  }

  function windowFor(conversation: ConversationId): SendWindow | undefined {
    const peerId = peerOfConversation(conversation);
    return peerId === undefined ? undefined : windows.get(peerId);
  }

  function windowOf(peerId: PeerId): SendWindow {
    const window = windows.get(peerId) ?? createSendWindow();
    windows.set(peerId, window);
    return window;
  }
}

function stopTimers(window: SendWindow): void {
  window.cancelTurn?.();
  window.cancelRetry?.();
}
