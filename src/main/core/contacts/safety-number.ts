/**
 * The safety number of two people: short enough to read out, and the same on both sides (rule
 * TRUST-4). It differs if an attacker sits between them. Comparing it proves that each holds the
 * key that the other sees.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Hash } from '../ports.ts';

/**
 * Each of the two people has 25 digits of their own: 83 bits. That is the work to find another key
 * with the same digits. An attacker in between shows each side a key of its own. With one hash of
 * both keys, any two keys that agree would do. That is a collision: some 2^50 tries for 30 digits.
 */
const groupsEach = 5;
const digitsPerGroup = 5;

/** @returns ten groups of five digits, for either order of the two peer IDs */
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
    // 64 bits make five digits with negligible bias.
    const value = numbers.getBigUint64(index * 8) % 10n ** BigInt(digitsPerGroup);
    return value.toString().padStart(digitsPerGroup, '0');
  }).join(' ');
}
