/**
 * Read receipts in both directions (rules DELIVER-7, DELIVER-9, DELIVER-10). Marks what the user
 * read and sends receipts for it, if the user allows that. Persists the receipts of peers, a few at
 * a time, and throttles a peer whose receipts change nothing: each is a lookup in the store.
 */
import type { GetSetting } from '../../../../shared/contract/settings.ts';
import {
  conversationOf,
  peerOfConversation,
  type ConversationId,
  type Cursor,
  type MessageId,
  type PeerId,
} from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { createPace, type Pace } from '../../lib/token-bucket.ts';
import type { Clock } from '../../ports.ts';
import type { MessageStore, StoredMessage } from '../ports.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';
import { maxIdsPerFrame } from '../wire/frames.ts';
import type { StoreWriter } from './store-writer.ts';

export interface Receipts {
  /**
   * Marks everything up to that place as read, and sends receipts for it.
   *
   * @returns whether anything was unread
   */
  markRead(conversation: ConversationId, seen: Cursor): Promise<boolean>;
  /** The peer is listed: a session for its waiting receipts may be opened. */
  appeared(peerId: PeerId): void;
  sessionOpened(peerId: PeerId): void;
  /** The peer reports that its user read these. */
  received(peerId: PeerId, messageIds: readonly MessageId[]): void;
  sessionClosed(peerId: PeerId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'get' | 'history' | 'markRead' | 'setState'>;
  readonly persist: StoreWriter['persist'];
  readonly sessions: Pick<PeerSessions, 'current' | 'open'>;
  readonly ownPeerId: PeerId;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly getSetting: GetSetting;
  /** The recipient read a message of ours. */
  readonly onRead: (message: StoredMessage) => void;
}

/** Messages marked in one write, and sent in one frame: some milliseconds of work at either end. */
export const readSlice = 1_024;

/** IDs that wait for one peer, and peers with any: at most 40 MB. The oldest are dropped. */
const maxWaiting = maxIdsPerFrame;
const maxWaitingPeers = 128;

/**
 * Receipts persisted in one write: some 2 ms, for which others wait. While more than this wait,
 * nothing more is read from that peer.
 */
const maxPerWrite = 256;

/**
 * Receipts per second and session that change nothing, after a burst of `freeIdle`; some 5 µs each.
 * Honest peers send a few, for messages that were deleted here.
 */
const maxIdlePerSecond = 1_000;
const freeIdle = 1_024;

interface Queue {
  readonly peerId: PeerId;
  readonly idlePace: Pace;
  waiting: MessageId[];
  /** True until all waiting receipts are persisted, pauses included. */
  isBusy: boolean;
  isPaused: boolean;
  hasSessionEnded: boolean;
  cancelWait: Unsubscribe | undefined;
}

export function createReceipts(deps: Deps): Receipts {
  const outgoing = createOutgoingReceipts(deps);
  const incoming = createIncomingReceipts(deps);
  return { ...outgoing, ...incoming, markRead: createMarkRead(deps, outgoing.send) };
}

/** Marks in slices: a user may have 100,000 messages to read, and other work must not wait. */
function createMarkRead(
  { store, persist, getSetting }: Deps,
  sendReceipts: (author: PeerId, messageIds: readonly MessageId[]) => void,
): Receipts['markRead'] {
  return async (conversation, seen) => {
    const author = peerOfConversation(conversation);
    let through: Cursor | undefined;
    let isAny = false;
    for (;;) {
      const marks = await persist(() => {
        // The user did not see what arrives during the slices.
        through ??= isNewest(conversation, seen) ? store.history(conversation, { limit: 1 })[0]?.cursor : seen;
        if (through === undefined) return [];
        return store.markRead(conversation, through, readSlice);
      });
      if (!marks || marks.length === 0) return isAny;
      isAny = true;
      const messageIds = marks.filter(({ from }) => from === author).map(({ messageId }) => messageId);
      if (getSetting('readReceipts') && author !== undefined && messageIds.length > 0) sendReceipts(author, messageIds);
      if (marks.length < readSlice) return isAny;
    }
  };

  /** No message follows it. @throws StoreError `bad-cursor` */
  function isNewest(conversation: ConversationId, seen: Cursor): boolean {
    return store.history(conversation, { limit: 1, after: seen }).length === 0;
  }
}

/** Sends at once over an open session, otherwise over the next one of this process. */
function createOutgoingReceipts({ sessions, isHere }: Deps) {
  const waiting = createLruMap<PeerId, readonly MessageId[]>(maxWaitingPeers);

  return {
    /** @param messageIds no more than a frame holds */
    send(peerId: PeerId, messageIds: readonly MessageId[]): void {
      const session = sessions.current(peerId);
      if (session) return void session.send({ type: 'read', messageIds });
      const all = [...(waiting.get(peerId) ?? []), ...messageIds].slice(-maxWaiting);
      waiting.set(peerId, all);
      appeared(peerId);
    },
    sessionOpened(peerId: PeerId): void {
      const messageIds = waiting.get(peerId);
      if (!messageIds) return;
      waiting.delete(peerId);
      sessions.current(peerId)?.send({ type: 'read', messageIds });
    },
    appeared,
  };

  function appeared(peerId: PeerId): void {
    if (waiting.has(peerId) && isHere(peerId)) sessions.open(peerId);
  }
}

/** Persists the receipts of peers. */
function createIncomingReceipts(deps: Deps): Pick<Receipts, 'received' | 'sessionClosed' | 'close'> {
  const { clock, store, sessions, ownPeerId } = deps;
  const queues = new Map<PeerId, Queue>();

  return {
    received(peerId, messageIds) {
      const queue = queues.get(peerId) ?? createQueue(peerId);
      queues.set(peerId, queue);
      queue.waiting.push(...messageIds);
      if (queue.waiting.length > maxPerWrite) pause(queue);
      if (!queue.isBusy) void persistAll(queue);
    },
    sessionClosed(peerId) {
      const queue = queues.get(peerId);
      if (!queue) return;
      queue.hasSessionEnded = true;
      queue.cancelWait?.();
      queues.delete(peerId);
    },
    close() {
      for (const queue of queues.values()) queue.cancelWait?.();
      queues.clear();
    },
  };

  async function persistAll(queue: Queue): Promise<void> {
    queue.isBusy = true;
    while (queue.waiting.length > 0) {
      const messageIds = queue.waiting.splice(0, maxPerWrite);
      const idle = messageIds.length - (await persistSome(queue.peerId, messageIds));
      const waitMs = idle > 0 ? queue.idlePace.take(clock.monotonicMs(), idle) : 0;
      if (waitMs > 0) return continueLater(queue, waitMs);
      if (queue.waiting.length <= maxPerWrite) resume(queue);
    }
    resume(queue);
    queue.isBusy = false;
  }

  /** @returns how many of them changed anything */
  async function persistSome(peerId: PeerId, messageIds: readonly MessageId[]): Promise<number> {
    const conversation = conversationOf(peerId);
    const changed = await deps.persist(() =>
      messageIds.flatMap((messageId) => {
        const message = store.get(messageId, ownPeerId);
        // Only our own messages to that very peer: no peer reads for others.
        if (message?.conversation !== conversation) return [];
        return store.setState(messageId, 'read') ? [message] : [];
      }),
    );
    for (const message of changed ?? []) deps.onRead(message);
    return changed?.length ?? 0;
  }

  /** Drops the rest if the session has ended meanwhile: receipts are best effort. */
  function continueLater(queue: Queue, waitMs: number): void {
    if (queue.hasSessionEnded) return;
    pause(queue);
    queue.cancelWait = clock.setTimer(() => void persistAll(queue), waitMs);
  }

  function pause(queue: Queue): void {
    if (queue.isPaused || queue.hasSessionEnded) return;
    queue.isPaused = true;
    sessions.current(queue.peerId)?.pause('receipts');
  }

  function resume(queue: Queue): void {
    if (!queue.isPaused || queue.hasSessionEnded) return;
    queue.isPaused = false;
    sessions.current(queue.peerId)?.resume('receipts');
  }
}

function createQueue(peerId: PeerId): Queue {
  return {
    peerId,
    idlePace: createPace({ perSecond: maxIdlePerSecond, burst: freeIdle }),
    waiting: [],
    isBusy: false,
    isPaused: false,
    hasSessionEnded: false,
    cancelWait: undefined,
  };
}
