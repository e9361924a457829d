/**
 * Keeps that peers have read our messages, a few marks at a time (rules DELIVER-7 and DELIVER-10). While many of a peer's wait, nothing more is read
 * from it; and one whose marks change nothing gets to make only so many of them, because each is a look into the store.
 */
import { conversationOf, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { GuardedStore } from './safe-store.ts';
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
  readonly keep: GuardedStore['keep'];
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

interface Lane {
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

export function createReadMarks({ clock, store, sessions, ownPeerId, keep, onRead }: Deps): ReadMarks {
  const lanes = new Map<PeerId, Lane>();

  return {
    received(peerId, messageIds) {
      const lane = lanes.get(peerId) ?? createLane(peerId);
      lanes.set(peerId, lane);
      lane.waiting.push(...messageIds);
      if (lane.waiting.length > maxPerWrite) pause(lane);
      if (!lane.isBusy) void keepAll(lane);
    },
    sessionClosed(peerId) {
      const lane = lanes.get(peerId);
      if (!lane) return;
      lane.isGone = true;
      lane.cancelWait?.();
      lanes.delete(peerId);
    },
    close() {
      for (const lane of lanes.values()) lane.cancelWait?.();
      lanes.clear();
    },
  };

  async function keepAll(lane: Lane): Promise<void> {
    lane.isBusy = true;
    while (lane.waiting.length > 0) {
      const messageIds = lane.waiting.splice(0, maxPerWrite);
      const idle = messageIds.length - (await keepSome(lane.peerId, messageIds));
      const waitMs = idle > 0 ? lane.idlePace.take(clock.monotonicMs(), idle) : 0;
      if (waitMs > 0) return goOnLater(lane, waitMs);
      if (lane.waiting.length <= maxPerWrite) resume(lane);
    }
    resume(lane);
    lane.isBusy = false;
  }

  /** @returns how many of them changed anything */
  async function keepSome(peerId: PeerId, messageIds: readonly MessageId[]): Promise<number> {
    const conversation = conversationOf(peerId);
    const changed = await keep(() =>
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
  function goOnLater(lane: Lane, waitMs: number): void {
    if (lane.isGone) return;
    pause(lane);
    lane.cancelWait = clock.setTimer(() => void keepAll(lane), waitMs);
  }

  function pause(lane: Lane): void {
    if (lane.isPaused || lane.isGone) return;
    lane.isPaused = true;
    sessions.current(lane.peerId)?.pause('read-marks');
  }

  function resume(lane: Lane): void {
    if (!lane.isPaused || lane.isGone) return;
    lane.isPaused = false;
    sessions.current(lane.peerId)?.resume('read-marks');
  }
}

function createLane(peerId: PeerId): Lane {
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
