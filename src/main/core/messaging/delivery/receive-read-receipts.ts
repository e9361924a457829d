/**
 * Keeps that peers have read our messages, a few marks at a time (rules DELIVER-7 and DELIVER-10). While many of a peer's wait, nothing more is read
 * from it; and one whose marks change nothing gets to make only so many of them, because each is a look into the store.
 */
import { conversationOf, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { StoreWriter } from './store-writer.ts';
import { createPace, type Pace } from '../../lib/token-bucket.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';
import type { MessageStore, StoredMessage } from '../ports.ts';

export interface ReadMarks {
  /** That peer says that it has read these. */
  received(peerId: PeerId, messageIds: readonly MessageId[]): void;
  sessionClosed(peerId: PeerId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'get' | 'setState'>;
  readonly sessions: Pick<PeerSessions, 'current'>;
  readonly ownPeerId: PeerId;
  readonly persist: StoreWriter['persist'];
  readonly onRead: (message: StoredMessage) => void;
}

/** Kept in one write, some 2 ms of work: so long do others wait. With more than this waiting, no more is read from that peer. */
const maxPerWrite = 256;
/**
 * Marks per second and session that change nothing, after so many at once. There are honest ones, of messages that were deleted here; some
 * 5 µs each.
 */
const maxIdlePerSecond = 1_000;
const freeIdle = 1_024;

interface Queue {
  readonly peerId: PeerId;
  readonly idlePace: Pace;
  waiting: MessageId[];
  /** Until all that waits is kept, pauses included. */
  isBusy: boolean;
  isPaused: boolean;
  /** Its session is gone. */
  isGone: boolean;
  cancelWait: Unsubscribe | undefined;
}

export function createReadMarks({ clock, store, sessions, ownPeerId, persist, onRead }: Deps): ReadMarks {
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
      queue.isGone = true;
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
      if (waitMs > 0) return goOnLater(queue, waitMs);
      if (queue.waiting.length <= maxPerWrite) resume(queue);
    }
    resume(queue);
    queue.isBusy = false;
  }

  /** @returns how many of them changed anything */
  async function persistSome(peerId: PeerId, messageIds: readonly MessageId[]): Promise<number> {
    const conversation = conversationOf(peerId);
    const changed = await persist(() =>
      messageIds.flatMap((messageId) => {
        const message = store.get(messageId, ownPeerId);
        // Only our own messages to that very peer: nobody reads for others.
        if (message?.conversation !== conversation) return [];
        return store.setState(messageId, 'read') ? [message] : [];
      }),
    );
    for (const message of changed ?? []) onRead(message);
    return changed?.length ?? 0;
  }

  /** What is left of somebody who has gone meanwhile is forgotten: read marks are best effort. */
  function goOnLater(queue: Queue, waitMs: number): void {
    if (queue.isGone) return;
    pause(queue);
    queue.cancelWait = clock.setTimer(() => void persistAll(queue), waitMs);
  }

  function pause(queue: Queue): void {
    if (queue.isPaused || queue.isGone) return;
    queue.isPaused = true;
    sessions.current(queue.peerId)?.pause('read-marks');
  }

  function resume(queue: Queue): void {
    if (!queue.isPaused || queue.isGone) return;
    queue.isPaused = false;
    sessions.current(queue.peerId)?.resume('read-marks');
  }
}

function createQueue(peerId: PeerId): Queue {
  return {
    peerId,
    idlePace: createPace({ perSecond: maxIdlePerSecond, burst: freeIdle }),
    waiting: [],
    isBusy: false,
    isPaused: false,
    isGone: false,
    cancelWait: undefined,
  };
}
