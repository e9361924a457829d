/**
 * Delivers what is kept for a peer, in order, over whatever session there is, until the peer has kept it too (rules DELIVER-1 to DELIVER-6).
 * The store is the queue; here is only the window of what is on its way, so memory does not grow with what waits. What was on its way
 * when a session ended is sent again: the receiver tells repeated ones by their id.
 */
import type { Unsubscribe } from '../../shared/link.ts';
import type { Clock } from '../ports.ts';
import { countForFrame } from './frames.ts';
import type { GroupCommit } from './group-commit.ts';
import type { DeliveryState, MessageStore, StoredMessage } from './ports.ts';
import type { PeerSessions } from './peer-sessions.ts';

export interface Outbox {
  /** There is something new for that peer. */
  queued(peerId: string): void;
  /** The peer is here, or its session opened: a reason to try now. */
  tryNow(peerId: string): void;
  /** The peer has kept these. */
  kept(peerId: string, messageIds: readonly string[]): Promise<void>;
  /** The peer will not take these. */
  refused(peerId: string, messageIds: readonly string[]): Promise<void>;
  /** The session is gone: what was on its way is not. */
  sessionClosed(peerId: string): void;
  isOnItsWay(messageId: string): boolean;
  /** Holds a message back while it is being cancelled. @returns false if it is on its way: too late */
  withdraw(messageId: string): boolean;
  /** It is cancelled, or could not be. */
  withdrawn(messageId: string): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: MessageStore;
  readonly commits: GroupCommit;
  readonly sessions: PeerSessions;
  readonly isHere: (peerId: string) => boolean;
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
}

/** Messages on their way to one peer that are not acknowledged: enough for a fast link, little enough to send again. */
const maxOnTheirWay = 4_096;
/** Read from the store at a time. */
const loadCount = 1_024;
/** While a peer is here and no session holds, it is tried again after this. */
const retryMs = 5_000;

interface Lane {
  /** Sent and not acknowledged, by id. */
  readonly onTheirWay: Map<string, StoredMessage>;
  /** The last sequence that was sent in this session. */
  sentThrough: number;
  /** Read from the store, not sent yet; in order. */
  loaded: readonly StoredMessage[];
  cancelRetry: Unsubscribe | undefined;
}

export function createOutbox(deps: Deps): Outbox {
  const { clock, store, commits, sessions } = deps;
  const lanes = new Map<string, Lane>();
  const allOnTheirWay = new Set<string>();
  const heldBack = new Set<string>();

  return {
    queued: pump,
    tryNow: pump,
    async kept(peerId, messageIds) {
      const messages = take(peerId, messageIds);
      await keepState(messages, 'delivered');
      pump(peerId);
    },
    async refused(peerId, messageIds) {
      await keepState(take(peerId, messageIds), 'failed');
      pump(peerId);
    },
    sessionClosed(peerId) {
      const lane = lanes.get(peerId);
      if (!lane) return;
      for (const message of lane.onTheirWay.values()) {
        allOnTheirWay.delete(message.messageId);
        deps.onState(message, 'queued');
      }
      lane.cancelRetry?.();
      lanes.delete(peerId);
      pump(peerId);
    },
    isOnItsWay: (messageId) => allOnTheirWay.has(messageId),
    withdraw(messageId) {
      if (allOnTheirWay.has(messageId)) return false;
      heldBack.add(messageId);
      for (const lane of lanes.values()) lane.loaded = lane.loaded.filter((message) => message.messageId !== messageId);
      return true;
    },
    withdrawn: (messageId) => void heldBack.delete(messageId),
    close() {
      for (const lane of lanes.values()) lane.cancelRetry?.();
      lanes.clear();
      allOnTheirWay.clear();
    },
  };

  /** Sends as much as window and session take; asks for a session when there is none. */
  function pump(peerId: string): void {
    const session = sessions.current(peerId);
    if (!session) {
      openLater(peerId);
      return;
    }
    const lane = laneOf(peerId);
    lane.cancelRetry?.();
    lane.cancelRetry = undefined;
    while (lane.onTheirWay.size < maxOnTheirWay) {
      if (lane.loaded.length === 0) lane.loaded = load(peerId, lane);
      const room = maxOnTheirWay - lane.onTheirWay.size;
      const next = lane.loaded.slice(0, Math.min(countForFrame(lane.loaded), room));
      if (next.length === 0) return;
      lane.loaded = lane.loaded.slice(next.length);
      for (const message of next) noteSent(lane, message);
      if (!session.send({ type: 'messages', messages: next })) return;
    }
  }

  function noteSent(lane: Lane, message: StoredMessage): void {
    lane.sentThrough = message.sequence;
    lane.onTheirWay.set(message.messageId, message);
    allOnTheirWay.add(message.messageId);
    deps.onState(message, 'sent');
  }

  function load(peerId: string, lane: Lane): readonly StoredMessage[] {
    const messages = store.undelivered(peerId, { afterSequence: lane.sentThrough, limit: loadCount });
    return messages.filter(({ messageId }) => !heldBack.has(messageId));
  }

  /** Only while the peer is here; otherwise its return is the next reason to try. */
  function openLater(peerId: string): void {
    if (!deps.isHere(peerId)) return;
    const lane = laneOf(peerId);
    if (lane.cancelRetry) return;
    if (store.undelivered(peerId, { afterSequence: 0, limit: 1 }).length === 0) return;
    sessions.open(peerId);
    lane.cancelRetry = clock.setTimer(() => {
      lane.cancelRetry = undefined;
      pump(peerId);
    }, retryMs);
  }

  /** Only what is on its way to that very peer: nobody acknowledges for others. */
  function take(peerId: string, messageIds: readonly string[]): readonly StoredMessage[] {
    const lane = lanes.get(peerId);
    return messageIds.flatMap((messageId) => {
      const message = lane?.onTheirWay.get(messageId);
      lane?.onTheirWay.delete(messageId);
      allOnTheirWay.delete(messageId);
      return message ? [message] : [];
    });
  }

  async function keepState(messages: readonly StoredMessage[], state: DeliveryState): Promise<void> {
    if (messages.length === 0) return;
    const changed = await commits.run(() => messages.filter(({ messageId }) => store.setState(messageId, state)));
    for (const message of changed) deps.onState(message, state);
  }

  function laneOf(peerId: string): Lane {
    const lane = lanes.get(peerId) ?? { onTheirWay: new Map(), sentThrough: 0, loaded: [], cancelRetry: undefined };
    lanes.set(peerId, lane);
    return lane;
  }
}
