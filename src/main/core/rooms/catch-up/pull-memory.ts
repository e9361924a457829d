/**
 * The outcome of earlier pulls, so that none is repeated in vain (rules ROOM-97, ROOM-101 to ROOM-104): which
 * differences of digests brought nothing, which peers wait, which are no holders, which logs were
 * refused here, and what is not there. Nothing of it decides what counts as had. Times are
 * monotonic.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import { digestDifference, type RoomDigest } from '../log/digest.ts';
import type { NumberRange } from '../live/ranges.ts';
import type { LogTag, RoomId } from '../wire/block.ts';
import type { PeerHead } from './needs.ts';

const futileMs = 3_600_000;
const maxDifferences = 256;
/** One peer may lie. What brought nothing from two is not asked of a third. */
const enoughPeers = 2;
const firstWaitMs = 5_000;
const maxWaitMs = 300_000;
const wrongMs = 3_600_000;
const maxPeers = 1_024;
/** A log that was refused, or compared, is not tried again for so long. */
const logMs = 600_000;
const maxLogs = 4_096;
/** Of one log that a peer does not have. */
const maxMissing = 32;

export interface PullMemory {
  /** A pull with these digests brought nothing. */
  noteFutile(room: RoomId, peerId: PeerId, theirs: RoomDigest, ours: RoomDigest): void;
  isFutile(room: RoomId, peerId: PeerId, theirs: RoomDigest, ours: RoomDigest): boolean;
  /** The peer waits, twice as long each time in a row. */
  noteFailed(peerId: PeerId): void;
  noteGain(peerId: PeerId): void;
  /** The peer asked us to wait. */
  noteBusy(peerId: PeerId, waitMs: number): void;
  mustWait(peerId: PeerId): boolean;
  /** The peer sent a block that is none. */
  noteWrong(peerId: PeerId): void;
  isHolder(peerId: PeerId): boolean;
  noteRefused(room: RoomId, tag: LogTag): void;
  /** A block of it was kept after all. */
  forgetRefused(room: RoomId, tag: LogTag): void;
  isRefused(room: RoomId, tag: LogTag): boolean;
  /** @returns whether these two logs may be compared now, and notes it */
  mayCompare(room: RoomId, tag: LogTag): boolean;
  noteMissing(room: RoomId, peerId: PeerId, head: PeerHead, ranges: readonly NumberRange[]): void;
  /** The numbers that the peer does not have, as long as its floor and top stay. */
  missing(room: RoomId, peerId: PeerId, head: PeerHead): readonly NumberRange[];
}

interface PeerWait {
  readonly count: number;
  readonly untilMs: number;
}

interface MissingOf {
  readonly floor: number;
  readonly top: number;
  readonly ranges: readonly NumberRange[];
}

export function createPullMemory(clock: Pick<Clock, 'monotonicMs'>): PullMemory {
  const differences = createLruMap<string, { readonly peers: ReadonlySet<PeerId>; readonly untilMs: number }>(maxDifferences);
  const waits = createLruMap<PeerId, PeerWait>(maxPeers);
  const wrong = createLruMap<PeerId, number>(maxPeers);
  const refused = createLruMap<string, number>(maxLogs);
  const compared = createLruMap<string, number>(maxLogs);
  const missing = createLruMap<string, MissingOf>(maxLogs);
  const isAhead = (untilMs: number | undefined): boolean => untilMs !== undefined && clock.monotonicMs() < untilMs;

  return {
    noteFutile(room, peerId, theirs, ours) {
      const key = differenceKey(room, theirs, ours);
      const known = differences.get(key);
      const peers = isAhead(known?.untilMs) ? (known?.peers ?? []) : [];
      differences.set(key, { peers: new Set([...peers, peerId]), untilMs: clock.monotonicMs() + futileMs });
    },
    isFutile(room, peerId, theirs, ours) {
      const known = differences.get(differenceKey(room, theirs, ours));
      return known !== undefined && isAhead(known.untilMs) && (known.peers.size >= enoughPeers || known.peers.has(peerId));
    },
    noteFailed(peerId) {
      const before = waits.get(peerId);
      // Long ago, the peer may have been another one.
      const count = before && clock.monotonicMs() < before.untilMs + maxWaitMs ? before.count + 1 : 1;
      const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** (count - 1));
      waits.set(peerId, { count, untilMs: clock.monotonicMs() + waitMs });
    },
    noteGain: (peerId) => waits.delete(peerId),
    noteBusy(peerId, waitMs) {
      const count = waits.get(peerId)?.count ?? 0;
      waits.set(peerId, { count, untilMs: clock.monotonicMs() + waitMs });
    },
    mustWait: (peerId) => isAhead(waits.get(peerId)?.untilMs),
    noteWrong: (peerId) => void wrong.set(peerId, clock.monotonicMs() + wrongMs),
    isHolder: (peerId) => !isAhead(wrong.get(peerId)),
    noteRefused: (room, tag) => void refused.set(`${room} ${tag}`, clock.monotonicMs() + logMs),
    forgetRefused: (room, tag) => refused.delete(`${room} ${tag}`),
    isRefused: (room, tag) => isAhead(refused.get(`${room} ${tag}`)),
    mayCompare(room, tag) {
      if (isAhead(compared.get(`${room} ${tag}`))) return false;
      compared.set(`${room} ${tag}`, clock.monotonicMs() + logMs);
      return true;
    },
    noteMissing(room, peerId, head, ranges) {
      const { floor, top } = head;
      const all = [...missingOf(room, peerId, head), ...ranges].slice(-maxMissing);
      missing.set(missingKey(room, peerId, head), { floor, top, ranges: all });
    },
    missing: missingOf,
  };

  function missingOf(room: RoomId, peerId: PeerId, head: PeerHead): readonly NumberRange[] {
    const known = missing.get(missingKey(room, peerId, head));
    return known && known.floor === head.floor && known.top === head.top ? known.ranges : [];
  }
}

function differenceKey(room: RoomId, theirs: RoomDigest, ours: RoomDigest): string {
  const { weight, hash } = digestDifference(theirs, ours);
  return `${room} ${weight} ${hash}`;
}

function missingKey(room: RoomId, peerId: PeerId, { tag }: PeerHead): string {
  return `${room} ${peerId} ${tag}`;
}
