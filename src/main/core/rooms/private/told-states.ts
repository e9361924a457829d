/**
 * The states that members of private rooms told us in this run: the digests of what they hold, and
 * how far they hold our logs. A claim of a peer: it counts for that peer alone. Only members that
 * are online and told a state count as here (rule ROOM-182).
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap, type LruMap } from '../../lib/lru-map.ts';
import type { RoomDigest } from '../log/digest.ts';
import type { RoomId } from '../wire/block.ts';

export interface ToldStates {
  /** @returns whether it is the first one of that peer in that room */
  note(peerId: PeerId, room: RoomId, state: { readonly digest: RoomDigest; readonly tops: readonly Top[] }): boolean;
  digestOf(peerId: PeerId, room: RoomId): RoomDigest | undefined;
  /** By the short tag of one of our logs. */
  topOf(peerId: PeerId, shortTag: string): number | undefined;
  /** The peers that told a state of that room. */
  of(room: RoomId): readonly PeerId[];
  has(peerId: PeerId, room: RoomId): boolean;
  /** @returns the rooms of which it told */
  forgetPeer(peerId: PeerId): readonly RoomId[];
  forget(peerId: PeerId, room: RoomId): void;
}

interface Top {
  readonly tag: string;
  readonly number: number;
}

/** Our logs of which one peer tells. */
const maxTopsPerPeer = 256;

export function createToldStates(): ToldStates {
  const peers = new Map<PeerId, { readonly digests: Map<RoomId, RoomDigest>; readonly tops: LruMap<string, number> }>();

  return {
    note(peerId, room, { digest, tops }) {
      const told = peers.get(peerId) ?? {
        digests: new Map<RoomId, RoomDigest>(),
        tops: createLruMap<string, number>(maxTopsPerPeer),
      };
      peers.set(peerId, told);
      const isFirst = !told.digests.has(room);
      told.digests.set(room, digest);
      for (const { tag, number } of tops) told.tops.set(tag, Math.max(number, told.tops.get(tag) ?? 0));
      return isFirst;
    },
    digestOf: (peerId, room) => peers.get(peerId)?.digests.get(room),
    topOf: (peerId, shortTag) => peers.get(peerId)?.tops.get(shortTag),
    of: (room) => [...peers].flatMap(([peerId, { digests }]) => (digests.has(room) ? [peerId] : [])),
    has: (peerId, room) => peers.get(peerId)?.digests.has(room) === true,
    forgetPeer(peerId) {
      const rooms = [...(peers.get(peerId)?.digests.keys() ?? [])];
      peers.delete(peerId);
      return rooms;
    },
    forget: (peerId, room) => void peers.get(peerId)?.digests.delete(room),
  };
}
