/**
 * The safety number of two people: short enough to read out, the same on both sides, and another one if somebody sits between them (rule
 * TRUST-4). Comparing it proves that each holds the key that the other sees.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Hash } from '../ports.ts';

/**
 * For each of the two, 25 digits, 83 bits: so hard it is to find another key with them. Each has digits of their own, because whoever sits
 * between shows a key of theirs to either side: were the code one hash of both, they could look for any two that agree (a collision, some
 * 2^50 tries for 30 digits) rather than for one that agrees with a given key.
 */
const groupsEach = 5;
const digitsPerGroup = 5;

/** @returns ten groups of five digits, whichever of the two comes first */
export function safetyNumber(hash: Hash, onePeerId: PeerId, otherPeerId: PeerId): string {
  return [onePeerId, otherPeerId]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((peerId) => digitsOf(hash, peerId))
    .join(' ');
}

const utf8 = new TextEncoder();

function digitsOf(hash: Hash, peerId: PeerId): string {
  const digest = hash.sha512(utf8.encode(`hallway safety code 1 ${peerId}`));
  const numbers = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  return Array.from({ length: groupsEach }, (_, index) => {
    // 64 bits for five digits: the remainder is as good as even.
    const value = numbers.getBigUint64(index * 8) % 10n ** BigInt(digitsPerGroup);
    return value.toString().padStart(digitsPerGroup, '0');
  }).join(' ');
}
