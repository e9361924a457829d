/**
 * Learns from the digests in beacons which members lack what the group brought (rule ROOM-233): a
 * peer that says nothing else shows by its digest whether it hears. Part of the learned map of
 * `hearers.ts`. Pure but for its tables.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import type { RoomDigest } from '../log/digest.ts';
import type { RoomId } from '../wire/block.ts';

const maxPairs = 2_048;
const maxRooms = 64;
const maxLacking = 512;
/** Of each room, the moments when the group brought a message: enough for some seconds. */
const maxMoments = 64;

/** So many digests in succession that miss what the group brought. */
const lackingAfter = 3;
/** A message that came later may have crossed with the beacon, or be under repair. */
const settledMs = 2_000;
/**
 * The evidence counts for so long. Blocks that the tree brings to the member change its digest too.
 */
const lackingForMs = 600_000;

export interface DigestEvidence {
  /** The group brought a message of that author, or we gave it one. */
  spoke(room: RoomId, author: PeerId): void;
  /** @param isBehind whether we hold more than that digest */
  told(hearer: PeerId, room: RoomId, digest: RoomDigest, isBehind: boolean): void;
  lacks(hearer: PeerId): boolean;
  /** It showed in another way that it hears. */
  forget(hearer: PeerId): void;
}

interface Told {
  readonly digest: RoomDigest;
  /** Messages that came until then are judged. Monotonic milliseconds. */
  judgedMs: number;
  missed: number;
}

export function createDigestEvidence(clock: Pick<Clock, 'monotonicMs'>): DigestEvidence {
  const moments = createLruMap<RoomId, { readonly author: PeerId; readonly atMs: number }[]>(maxRooms);
  const tolds = createLruMap<string, Told>(maxPairs);
  /** Until when, in monotonic milliseconds. */
  const lacking = createLruMap<PeerId, number>(maxLacking);

  return {
    spoke(room, author) {
      const ofRoom = moments.get(room) ?? [];
      ofRoom.push({ author, atMs: clock.monotonicMs() });
      if (ofRoom.length > maxMoments) ofRoom.shift();
      moments.set(room, ofRoom);
    },
    told(hearer, room, digest, isBehind) {
      const key = `${room}/${hearer}`;
      const settledAtMs = clock.monotonicMs() - settledMs;
      const known = tolds.get(key);
      if (!known || !isBehind || known.digest.weight !== digest.weight || known.digest.hash !== digest.hash) {
        tolds.set(key, { digest, judgedMs: settledAtMs, missed: 0 });
        return;
      }
      const isMissing = moments
        .get(room)
        ?.some(({ author, atMs }) => author !== hearer && atMs > known.judgedMs && atMs <= settledAtMs);
      if (!isMissing) return;
      known.judgedMs = settledAtMs;
      known.missed += 1;
      if (known.missed >= lackingAfter) lacking.set(hearer, clock.monotonicMs() + lackingForMs);
    },
    lacks: (hearer) => (lacking.get(hearer) ?? -Infinity) > clock.monotonicMs(),
    forget(hearer) {
      lacking.delete(hearer);
    },
  };
}
