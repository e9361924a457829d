/**
 * The halving list of the logarithmic broadcast (rules ROOM-140, ROOM-141): a node gives a block to
 * the first peer of a list together with the rest of the first half, and goes on with the other
 * half. So n members have it after ⌈log2 n⌉ rounds, and it is sent n - 1 times. Pure. `tree.ts`
 * sends.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';

export interface Share {
  readonly to: PeerId;
  /** The peers that `to` serves in turn. */
  readonly rest: readonly PeerId[];
}

export interface Spot {
  readonly peerId: PeerId;
  /** Names the network that the peer is in. Peers of one subnet have the same. */
  readonly subnet: string;
}

/** The members that a node sends to, in this order, each with those that it serves. */
export function sharesOf(list: readonly PeerId[]): readonly Share[] {
  const shares: Share[] = [];
  let left = list;
  while (left.length > 0) {
    const [to, ...rest] = left.slice(0, Math.ceil(left.length / 2)) as [PeerId, ...PeerId[]];
    shares.push({ to, rest });
    left = left.slice(rest.length + 1);
  }
  return shares;
}

/**
 * The order of the list: one peer of each subnet first, then by subnet. So each subnet is entered
 * early, and then served from inside. Everything is rotated by the hash of the block, so that the
 * work moves from peer to peer.
 */
export function orderBy(hash: Uint8Array, spots: readonly Spot[]): readonly PeerId[] {
  const subnets = new Map<string, PeerId[]>();
  for (const { peerId, subnet } of spots.toSorted(byPeerId)) subnets.set(subnet, [...(subnets.get(subnet) ?? []), peerId]);
  const turn = ((hash[0] ?? 0) << 8) | (hash[1] ?? 0);
  const groups = rotated([...subnets.values()], turn).map((group) => rotated(group, turn));
  return [...groups.flatMap(([first]) => first ?? []), ...groups.flatMap((group) => group.slice(1))];
}

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function byPeerId(a: Spot, b: Spot): number {
  return a.peerId < b.peerId ? -1 : 1;
}
