/**
 * Which members do not hear our datagrams to the group, so that each block of ours goes to them by
 * the tree (rules ROOM-150, ROOM-151). The evidence is presence's, and the learned map of
 * live/hearers.ts. Nothing depends on it but time and bytes: digests repair what it gets wrong.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import type { Hearers } from '../live/hearers.ts';

/** At first, multicast of a peer that hears us may just not have come. */
const graceMs = 10_000;
/** A peer that asks for our beacons, at least twice and not at once, does not hear them. */
const minWants = 2;
const minWantsApartMs = 5_000;
/** Such evidence counts for so long. */
const wantsForMs = 60_000;
/** A member that named messages of ours this lately heard them from the group. */
const namedForMs = 60_000;
const maxPeers = 1_024;

export interface DeafMembers {
  /** A peer is listed, or heard: the first time counts. */
  noteListed(peerId: PeerId): void;
  noteGone(peerId: PeerId): void;
  /** A peer asks for our beacon by unicast. */
  noteWantsBeacon(peerId: PeerId): void;
  isDeaf(peerId: PeerId): boolean;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly ownPeerId: PeerId;
  /** Whether multicast of that peer does not reach us. */
  readonly isUnicastOnly: (peerId: PeerId) => boolean;
  readonly hearers: () => Pick<Hearers, 'hearing' | 'seemsDeaf'>;
}

interface Wants {
  count: number;
  firstMs: number;
  lastMs: number;
}

export function createDeafMembers({ clock, ownPeerId, isUnicastOnly, hearers }: Deps): DeafMembers {
  const listedMs = createLruMap<PeerId, number>(maxPeers);
  const wants = createLruMap<PeerId, Wants>(maxPeers);

  return {
    noteListed(peerId) {
      if (!listedMs.has(peerId)) listedMs.set(peerId, clock.monotonicMs());
    },
    noteGone(peerId) {
      listedMs.delete(peerId);
      wants.delete(peerId);
    },
    noteWantsBeacon(peerId) {
      const nowMs = clock.monotonicMs();
      const before = wants.get(peerId);
      const isFresh = before && nowMs - before.lastMs < wantsForMs;
      wants.set(peerId, { count: isFresh ? before.count + 1 : 1, firstMs: isFresh ? before.firstMs : nowMs, lastMs: nowMs });
    },
    isDeaf(peerId) {
      const nowMs = clock.monotonicMs();
      if (nowMs - (listedMs.get(peerId) ?? nowMs) < graceMs) return false;
      const heard = hearers().hearing(ownPeerId, peerId);
      if (heard && heard.named > 0 && nowMs - heard.lastMs < namedForMs) return false;
      return isUnicastOnly(peerId) || wantsBeacons(wants.get(peerId), nowMs) || hearers().seemsDeaf(peerId);
    },
  };
}

function wantsBeacons(wants: Wants | undefined, nowMs: number): boolean {
  if (!wants || nowMs - wants.lastMs > wantsForMs) return false;
  return wants.count >= minWants && wants.lastMs - wants.firstMs >= minWantsApartMs;
}
