/**
 * The safety code of two people: short enough to read out, the same on both sides, and another one if somebody sits between them (rule
 * TRUST-4). Comparing it proves that each holds the key that the other sees.
 */
import { createHash } from 'node:crypto';

/** 30 digits, 99 bits: to find two keys with the code of two given ones takes 2^99 tries. */
const groups = 6;
const digitsPerGroup = 5;

/** @returns six groups of five digits, whichever of the two comes first */
export function safetyCode(onePeerId: string, otherPeerId: string): string {
  const pair = [onePeerId, otherPeerId].toSorted((a, b) => (a < b ? -1 : 1)).join(' ');
  const hash = createHash('sha512').update(`hallway safety code 1 ${pair}`).digest();
  return Array.from({ length: groups }, (_, index) => {
    // 64 bits for five digits: the remainder is as good as even.
    const value = hash.readBigUInt64BE(index * 8) % 10n ** BigInt(digitsPerGroup);
    return value.toString().padStart(digitsPerGroup, '0');
  }).join(' ');
}
