/**
 * Decides which members get the files of an offer in a room from this node, and how much (rules
 * RFILE-20 to RFILE-22). serve.ts sends them.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import { chunkBytes } from '../layout.ts';
import type { StoredTransfer } from '../ports.ts';
import { isHolder } from '../states.ts';

export interface RoomServing {
  /** Whether that peer may have these files from here. */
  serves(peerId: PeerId, transfer: StoredTransfer): boolean;
  /** Whether it may begin, beside those that are served now. */
  hasPlaceFor(peerId: PeerId): boolean;
  /** Its connection closed. */
  left(peerId: PeerId): void;
  /** It asks for that many chunks. @returns false if it had more than anybody needs */
  begin(peerId: PeerId, transferId: MessageId, sizeBytes: number, chunks: number): boolean;
}

interface Deps {
  readonly clock: Clock;
  readonly isMember: (transfer: StoredTransfer, peerId: PeerId) => boolean;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isOwn: (transfer: StoredTransfer) => boolean;
}

/**
 * Members that get files of rooms at the same time. The others find them, or somebody else, later.
 */
const maxServed = 8;
/** A member that asked for nothing for this long has no place. */
const servedMs = 60_000;
/** How often one member gets the same files in an hour: more is no interrupted transfer. */
const maxRepeats = 3;
const spareBytes = 16 * chunkBytes;
const repeatMs = 3_600_000;
/** Members times offers of which that is counted: beyond that the oldest count is forgotten. */
const maxCounted = 4_096;

export function createRoomServing({ clock, isMember, isBlocked, isOwn }: Deps): RoomServing {
  const served = new Map<PeerId, number>();
  const given = createLruMap<string, { readonly sinceMs: number; sizeBytes: number }>(maxCounted);

  return {
    serves: (peerId, transfer) => isHolder(transfer, isOwn(transfer)) && !isBlocked(peerId) && isMember(transfer, peerId),
    hasPlaceFor,
    left: (peerId) => void served.delete(peerId),
    begin(peerId, transferId, sizeBytes, chunks) {
      if (!hasPlaceFor(peerId)) return false;
      const nowMs = clock.monotonicMs();
      const key = `${peerId} ${transferId}`;
      const before = given.get(key);
      const count = before && nowMs - before.sinceMs < repeatMs ? before : { sinceMs: nowMs, sizeBytes: 0 };
      if (count.sizeBytes > maxRepeats * sizeBytes + spareBytes) return false;
      count.sizeBytes += chunks * chunkBytes;
      given.set(key, count);
      served.set(peerId, nowMs);
      return true;
    },
  };

  function hasPlaceFor(peerId: PeerId): boolean {
    const nowMs = clock.monotonicMs();
    for (const [one, atMs] of served) if (nowMs - atMs > servedMs) served.delete(one);
    return served.has(peerId) || served.size < maxServed;
  }
}
