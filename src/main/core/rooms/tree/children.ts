/**
 * The sessions over which this node passes blocks on (rules ROOM-142 to ROOM-144): opens them, bounds
 * the bytes that are on their way in each, and notices who does not take them in time. `tree.ts` has
 * the lists.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';
import type { Waits } from '../catch-up/waits.ts';
import type { Clock } from '../../ports.ts';

/** A session that is not open by then is not waited for. */
const openWaitMs = 1_500;
/**
 * So is a peer that has taken nothing by then. Frames are taken one after another, so the time of
 * each begins anew with every frame that the peer takes: only a peer that stands still is slow.
 */
const takenWaitMs = 1_000;
/** But others wait for a frame with a list of theirs, so it is waited for no longer than this. */
const maxListWaitMs = 3_000;
/** Sent to one peer, or waiting for its session, and not taken. */
export const maxUntakenBytes = 4 * 1_048_576;
/** A peer that did not take a frame in time gets none for this time: it pulls. */
const slowForMs = 10_000;
const maxSlow = 512;
/** Frames to one peer that are watched. */
const maxFrames = 1_024;

export interface Parcel {
  readonly frame: Extract<RoomFrame, { type: 'relay' }>;
  /** The first 8 bytes of the hash of each block, as `taken` names them. */
  readonly hashes: readonly string[];
  readonly sizeBytes: number;
  /** It was sent over a session that ended. Its list is served already. */
  readonly isRetry?: boolean;
  /**
   * Called if it may not have come, because no session is open, or its session ended or gave way to
   * another. Then it is not sent again.
   */
  readonly onLost?: () => void;
  /** Called when the peer takes some of it. */
  readonly onTaken?: () => void;
}

export interface Children {
  /**
   * Sends, or waits for a session to send.
   *
   * @param onFailed called at most once: the peer does not take it in time, so somebody else must
   * serve its list
   */
  give(to: PeerId, parcel: Parcel, onFailed: () => void): void;
  /** False if that peer has too much on its way, or was slow. */
  takesMore(to: PeerId, maxBytes?: number): boolean;
  isSlow(to: PeerId): boolean;
  /** From now on it counts as slow. */
  drop(to: PeerId): void;
  onTaken(peerId: PeerId, hashes: readonly string[]): void;
  sessionClosed(peerId: PeerId): void;
  /** Another session with that peer is open: sends again what was not taken. */
  sessionReplaced(peerId: PeerId): void;
  /** Bytes on their way to all. */
  untakenBytes(): number;
}

interface Sent {
  readonly parcel: Parcel;
  readonly left: Set<string>;
  fail: (() => void) | undefined;
  cancelTimer: Unsubscribe;
  /** When it is given up at the latest. Set with the first sending. */
  limitMs: number | undefined;
}

interface Child {
  readonly sent: Set<Sent>;
  untakenBytes: number;
  opening: Promise<boolean> | undefined;
  /** When it took something last. */
  tookMs: number;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly waits: Waits;
  /** @returns false if there is no session that takes frames of rooms */
  readonly send: (peerId: PeerId, frame: RoomFrame) => boolean;
  /** Opens a session, unless one is open. Never rejects. */
  readonly open: (peerId: PeerId) => Promise<boolean>;
  /** A peer took frames, or is no longer waited for: there is space for more. */
  readonly onSpace: () => void;
}

export function createChildren({ clock, waits, send, open, onSpace }: Deps): Children {
  const children = new Map<PeerId, Child>();
  const slow = createLruMap<PeerId, number>(maxSlow);

  return {
    give,
    takesMore: (to, maxBytes = maxUntakenBytes) => !isSlow(to) && (children.get(to)?.untakenBytes ?? 0) < maxBytes,
    isSlow,
    drop: (to) => void slow.set(to, clock.monotonicMs() + slowForMs),
    onTaken(peerId, hashes) {
      const child = children.get(peerId);
      if (!child) return;
      for (const sent of child.sent) {
        const before = sent.left.size;
        for (const hash of hashes) sent.left.delete(hash);
        if (sent.left.size < before) {
          child.tookMs = clock.monotonicMs();
          sent.parcel.onTaken?.();
        }
        if (sent.left.size === 0) settle(peerId, child, sent);
      }
      // It has caught up with all that it was sent.
      if (child.sent.size === 0) slow.delete(peerId);
      onSpace();
    },
    sessionClosed(peerId) {
      const child = children.get(peerId);
      if (!child || child.opening) return;
      // Two nodes that call each other end one of two sessions, so this peer may well be here still.
      const again = [...child.sent].filter(({ fail, parcel }) => fail && !parcel.isRetry && !parcel.onLost);
      for (const sent of child.sent) {
        settle(peerId, child, sent);
        sent.fail?.();
        sent.parcel.onLost?.();
      }
      for (const { parcel } of again)
        give(peerId, { ...parcel, isRetry: true, frame: { ...parcel.frame, tags: [] } }, () => undefined);
      onSpace();
    },
    sessionReplaced(peerId) {
      const child = children.get(peerId);
      if (!child || child.opening) return;
      const lost = [...child.sent].filter(({ parcel }) => parcel.onLost);
      for (const sent of lost) settle(peerId, child, sent);
      for (const { parcel } of lost) parcel.onLost?.();
      for (const sent of child.sent) if (sent.fail && send(peerId, sent.parcel.frame)) watch(peerId, sent);
    },
    untakenBytes: () => [...children.values()].reduce((sum, child) => sum + child.untakenBytes, 0),
  };

  function give(to: PeerId, parcel: Parcel, onFailed: () => void): void {
    const child = children.get(to) ?? { sent: new Set<Sent>(), untakenBytes: 0, opening: undefined, tookMs: -Infinity };
    const isFull = child.untakenBytes + parcel.sizeBytes > maxUntakenBytes || child.sent.size >= maxFrames;
    if (isFull || isSlow(to)) {
      parcel.onLost?.();
      return onFailed();
    }
    children.set(to, child);
    const left = new Set(parcel.hashes);
    const sent: Sent = { parcel, left, fail: onFailed, cancelTimer: () => undefined, limitMs: undefined };
    child.sent.add(sent);
    child.untakenBytes += parcel.sizeBytes;
    if (!child.opening && send(to, parcel.frame)) return watch(to, sent);
    sent.cancelTimer = waits.timer(() => failed(to, sent), openWaitMs);
    void openFor(to, child);
  }

  function isSlow(peerId: PeerId): boolean {
    return (slow.get(peerId) ?? -Infinity) > clock.monotonicMs();
  }

  function watch(to: PeerId, sent: Sent): void {
    const nowMs = clock.monotonicMs();
    const limitMs = (sent.limitMs ??= sent.parcel.frame.tags.length > 0 ? nowMs + maxListWaitMs : Infinity);
    const look = (fromMs: number): void => {
      const leftMs = Math.min(fromMs + takenWaitMs, limitMs) - clock.monotonicMs();
      if (leftMs <= 0) return failed(to, sent);
      sent.cancelTimer = waits.timer(() => look(children.get(to)?.tookMs ?? -Infinity), leftMs);
    };
    sent.cancelTimer();
    look(nowMs);
  }

  async function openFor(to: PeerId, child: Child): Promise<void> {
    if (child.opening) return;
    child.opening = open(to);
    const isOpen = await child.opening;
    child.opening = undefined;
    if (waits.isClosed || children.get(to) !== child) return;
    for (const sent of child.sent) {
      // Those that were given up meanwhile would come too late.
      if (isOpen && sent.fail && send(to, sent.parcel.frame)) watch(to, sent);
      else {
        failed(to, sent);
        settle(to, child, sent);
        sent.parcel.onLost?.();
      }
    }
    onSpace();
  }

  /** Nobody waits for it any more. What was sent counts until the peer takes it. */
  function failed(to: PeerId, sent: Sent): void {
    const { fail } = sent;
    sent.fail = undefined;
    sent.cancelTimer();
    if (!fail) return;
    slow.set(to, clock.monotonicMs() + slowForMs);
    fail();
    onSpace();
  }

  function settle(peerId: PeerId, child: Child, sent: Sent): void {
    sent.cancelTimer();
    child.sent.delete(sent);
    child.untakenBytes -= sent.parcel.sizeBytes;
    if (child.sent.size === 0 && !child.opening) children.delete(peerId);
  }
}
