/**
 * Delivers what is kept for a peer, in order, over whatever session there is, until the peer has kept it too (rules DELIVER-1 and DELIVER-3 to DELIVER-8).
 * The store is the queue; in memory is only the window of what is on its way (delivery-lane.ts), so memory does not grow with what waits.
 * What was on its way when a session ended is sent again: the receiver tells repeated ones by their id. What the peer answers is kept in
 * `acknowledgements.ts`.
 */
import { peerOfConversation, type ConversationId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock } from '../../ports.ts';
import { createAcknowledgements, type Answer } from './acknowledgements.ts';
import {
  append,
  createLane,
  drop,
  fill,
  hasRoom,
  isEmpty,
  isNextQueued,
  loadCount,
  markLeft,
  nextQueued,
  takeForFrame,
  type DeliveryLane,
} from './send-window.ts';
import type { GroupCommit } from './group-commit.ts';
import type { GuardedStore } from './safe-store.ts';
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
  kept(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** The peer will not take these. */
  refused(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** The session is gone: what was on its way is not. */
  sessionClosed(peerId: PeerId, end: SessionEnd): void;
  /** Whether what is written now goes out without waiting for anything. */
  leavesAtOnce(peerId: PeerId): boolean;
  /** Holds a message and all behind it back while it is being cancelled. @returns false if it is about to leave: too late */
  withdraw(message: StoredMessage): boolean;
  /** It is cancelled, or could not be. */
  withdrawn(message: StoredMessage, isCancelled: boolean): void;
  close(): void;
}

interface Deps extends GuardedStore {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'undelivered' | 'setState'>;
  readonly commits: Pick<GroupCommit, 'flush'>;
  readonly sessions: PeerSessions;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
}

/** While a peer is here and no session holds, or the store refuses, it is tried again after this. */
const retryMs = 5_000;

export function createOutbox(deps: Deps): Outbox {
  const { clock, store, commits, sessions } = deps;
  const lanes = new Map<PeerId, DeliveryLane>();
  const heldBack = new Set<MessageId>();
  /** By then the session may have ended: another lane begins anew. */
  const isCurrent = (peerId: PeerId, lane: DeliveryLane): boolean => lanes.get(peerId) === lane;
  const acknowledgements = createAcknowledgements({
    ...deps,
    onKept: (peerId, lane) => isCurrent(peerId, lane) && pump(peerId),
    onNotKept: (peerId, lane) => isCurrent(peerId, lane) && tryLater(peerId, lane),
  });
  let isClosed = false;

  return {
    queued(message) {
      const peerId = peerOfConversation(message.conversation);
      if (isClosed || peerId === undefined || (!sessions.current(peerId) && !deps.isHere(peerId))) return;
      const lane = laneOf(peerId);
      append(lane, message);
      // Not at once: what was written together is told of together, before any of it is sent; and it shares frames.
      lane.cancelTurn ??= clock.setTimer(() => {
        lane.cancelTurn = undefined;
        pump(peerId);
      }, 0);
    },
    tryNow(peerId) {
      const lane = lanes.get(peerId);
      if (lane?.cancelRetry) return tryAgain(peerId, lane);
      pump(peerId);
    },
    drained(peerId) {
      const lane = lanes.get(peerId);
      if (lane) lane.isFull = false;
      pump(peerId);
    },
    kept: (peerId, messageIds) => acknowledge(peerId, messageIds, 'delivered'),
    refused: (peerId, messageIds) => acknowledge(peerId, messageIds, 'failed'),
    sessionClosed,
    leavesAtOnce: (peerId) => sessions.current(peerId) !== undefined,
    withdraw({ conversation, messageId }) {
      const lane = laneFor(conversation);
      if (heldBack.has(messageId) || lane?.leaving.has(messageId) || lane?.onTheirWay.has(messageId)) return false;
      heldBack.add(messageId);
      return true;
    },
    withdrawn({ conversation, messageId }, isCancelled) {
      heldBack.delete(messageId);
      const peerId = peerOfConversation(conversation);
      const lane = laneFor(conversation);
      if (!lane || peerId === undefined) return;
      if (isCancelled) drop(lane, messageId);
      pump(peerId);
    },
    close() {
      isClosed = true;
      for (const lane of lanes.values()) stopTimers(lane);
      lanes.clear();
    },
  };

  /** Sends as much as window and session take; asks for a session when there is none. */
  function pump(peerId: PeerId): void {
    if (isClosed) return;
    const session = sessions.current(peerId);
    if (!session) return openSession(peerId);
    const lane = laneOf(peerId);
    while (hasRoom(lane)) {
      if (isEmpty(lane) && !load(peerId, lane)) return;
      if (isNextQueued(lane)) return void letLeave(peerId, lane);
      const messages = takeForFrame(lane, (messageId) => heldBack.has(messageId));
      if (messages.length === 0) return;
      for (const message of messages) deps.onState(message, 'sent');
      // Should the session end by this, the lane is another one already.
      if (!session.send({ type: 'messages', messages })) lane.isFull = true;
    }
  }

  /** @returns whether there is anything to send now */
  function load(peerId: PeerId, lane: DeliveryLane): boolean {
    if (lane.isCaughtUp) return false;
    const messages = deps.read(() => store.undelivered(peerId, { afterSequence: lane.sentThrough, limit: loadCount }));
    if (messages) fill(lane, messages);
    else tryLater(peerId, lane);
    return !isEmpty(lane);
  }

  /**
   * What never left us may be cancelled; so that it leaves is kept before it does. What is written in a session is kept so from the start:
   * this is for what had waited for one.
   */
  async function letLeave(peerId: PeerId, lane: DeliveryLane): Promise<void> {
    if (lane.leaving.size > 0) return;
    for (const messageId of nextQueued(lane, (id) => heldBack.has(id))) lane.leaving.add(messageId);
    if (lane.leaving.size === 0) return;
    const kept = await deps.keep(() => [...lane.leaving].map((messageId) => store.setState(messageId, 'sent')));
    if (kept) markLeft(lane);
    else lane.leaving.clear();
    if (!isCurrent(peerId, lane)) return;
    if (kept) pump(peerId);
    else tryLater(peerId, lane);
  }

  /** Only while the peer is here; otherwise its return is the next reason to try. */
  function openSession(peerId: PeerId): void {
    if (!deps.isHere(peerId) || lanes.get(peerId)?.cancelRetry || !hasUndelivered(peerId)) return;
    tryLater(peerId, laneOf(peerId));
    sessions.open(peerId);
  }

  function hasUndelivered(peerId: PeerId): boolean {
    // A store that cannot be read now may be later.
    return deps.read(() => store.undelivered(peerId, { afterSequence: 0, limit: 1 }))?.length !== 0;
  }

  function tryLater(peerId: PeerId, lane: DeliveryLane): void {
    lane.cancelRetry ??= clock.setTimer(() => tryAgain(peerId, lane), retryMs);
  }

  function tryAgain(peerId: PeerId, lane: DeliveryLane): void {
    lane.cancelRetry?.();
    lane.cancelRetry = undefined;
    acknowledgements.keepAgain(peerId, lane);
    pump(peerId);
  }

  function acknowledge(peerId: PeerId, messageIds: readonly MessageId[], answer: Answer): void {
    const lane = lanes.get(peerId);
    if (lane) acknowledgements.received(peerId, lane, messageIds, answer);
  }

  function sessionClosed(peerId: PeerId, end: SessionEnd): void {
    const lane = lanes.get(peerId);
    if (!lane || isClosed) return;
    // What is acknowledged should not be sent again by what comes next.
    if (lane.acknowledged.size > 0) commits.flush();
    stopTimers(lane);
    lanes.delete(peerId);
    // Who can keep nothing closes every session at once: calling again at once would never end.
    const isHopeless = !lane.hasProgress || (end.by === 'peer' && end.reason === 'not-kept');
    const mustWait = isHopeless && !sessions.current(peerId) && deps.isHere(peerId) && hasUndelivered(peerId);
    if (mustWait) tryLater(peerId, laneOf(peerId));
    else pump(peerId);
  }

  function laneFor(conversation: ConversationId): DeliveryLane | undefined {
    const peerId = peerOfConversation(conversation);
    return peerId === undefined ? undefined : lanes.get(peerId);
  }

  function laneOf(peerId: PeerId): DeliveryLane {
    const lane = lanes.get(peerId) ?? createLane();
    lanes.set(peerId, lane);
    return lane;
  }
}

function stopTimers(lane: DeliveryLane): void {
  lane.cancelTurn?.();
  lane.cancelRetry?.();
}
