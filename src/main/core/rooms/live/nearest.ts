/** Elects one member for a block, without a word between them (rules ROOM-152, ROOM-200). Pure. */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Hash } from '../../ports.ts';

const encoder = new TextEncoder();

/**
 * True if our tag is nearest to the hash of a block: the tag of a member is the hash of its peer
 * ID.
 * @param blockHash at least 4 bytes
 * @param others the other members that may be elected
 */
export function isNearest(blockHash: Uint8Array, own: PeerId, others: readonly PeerId[], hash: Hash): boolean {
  const wanted = first32(blockHash);
  const distance = (peerId: PeerId): number => (first32(hash.sha256(encoder.encode(peerId))) ^ wanted) >>> 0;
  const ownDistance = distance(own);
  return others.every((peerId) => ownDistance <= distance(peerId));
}

function first32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}
