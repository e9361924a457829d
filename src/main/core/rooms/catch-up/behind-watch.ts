/**
 * Notices that members hold more than we do while no session with them opens (rule ROOM-205). A
 * member that lies about its digest answers, so it is no such trouble.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock } from '../../ports.ts';
import { compareWeights, type RoomDigest } from '../log/digest.ts';
import type { RoomId } from '../wire/block.ts';
import type { MemberDigest } from './pull-choice.ts';
import type { PullResult } from './pulls.ts';

export interface BehindWatch {
  /** A beacon of a member came. */
  heard(peerId: PeerId, room: RoomId): void;
  /** A pull of ours from that member ended. */
  pulled(room: RoomId, kind: PullResult['kind'], peerId: PeerId): void;
  left(room: RoomId): void;
  /** The member that did not answer, if others hold more than we do for so long. */
  failing(room: RoomId, forMs: number): PeerId | undefined;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly membersWithDigest: (room: RoomId) => Iterable<MemberDigest>;
  readonly digestOf: (peerId: PeerId, room: RoomId) => RoomDigest | undefined;
  /** Ours. */
  readonly digest: (room: RoomId) => RoomDigest;
}

export function createBehindWatch({ clock, membersWithDigest, digestOf, digest }: Deps): BehindWatch {
  const behindSinceMs = new Map<RoomId, number>();
  const unreached = new Map<RoomId, PeerId>();

  return {
    heard(peerId, room) {
      if (behindSinceMs.has(room)) return review(room);
      const told = digestOf(peerId, room);
      if (told && compareWeights(told, digest(room)) > 0) behindSinceMs.set(room, clock.monotonicMs());
    },
    pulled(room, kind, peerId) {
      if (kind === 'lost') unreached.set(room, peerId);
      else if (kind !== 'busy' && kind !== 'full') unreached.delete(room);
    },
    left(room) {
      behindSinceMs.delete(room);
      unreached.delete(room);
    },
    failing(room, forMs) {
      review(room);
      const isLong = clock.monotonicMs() - (behindSinceMs.get(room) ?? Infinity) >= forMs;
      return isLong ? unreached.get(room) : undefined;
    },
  };

  function review(room: RoomId): void {
    const ours = digest(room);
    const isBehind = [...membersWithDigest(room)].some((member) => compareWeights(member.digest, ours) > 0);
    if (!isBehind) behindSinceMs.delete(room);
    else if (!behindSinceMs.has(room)) behindSinceMs.set(room, clock.monotonicMs());
  }
}
