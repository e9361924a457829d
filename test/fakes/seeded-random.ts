/**
 * Chance that can be repeated: the same seed gives the same numbers, so a failing simulation is pinned by its seed. Not for secrets.
 * The generator is sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, 128 bits of state).
 */
import type { Random } from '../../src/main/core/ports.ts';

/** Outputs thrown away at the start, so that seeds that differ little give sequences that differ wholly. */
const warmUpRounds = 15;

export interface SeededRandom extends Random {
  readonly seed: string;
  /** An independent sequence: it depends on the seed and the label alone, not on what was drawn before. */
  fork(label: string): SeededRandom;
}

export function createSeededRandom(seed: number | string): SeededRandom {
  const seedText = String(seed);
  let [a, b, c] = [hash(seedText, 0x9e3779b9), hash(seedText, 0x243f6a88), hash(seedText, 0xb7e15162)];
  let counter = 1;

  function nextUint32(): number {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  for (let round = 0; round < warmUpRounds; round += 1) nextUint32();

  return {
    seed: seedText,
    fraction: () => nextUint32() / 2 ** 32,
    bytes(sizeBytes) {
      const bytes = new Uint8Array(sizeBytes);
      let word = 0;
      for (let index = 0; index < sizeBytes; index += 1) {
        word = index % 4 === 0 ? nextUint32() : word >>> 8;
        bytes[index] = word;
      }
      return bytes;
    },
    fork: (label) => createSeededRandom(`${seedText}/${label}`),
  };
}

/** FNV-1a over the characters, started from `basis` and finished with the mixer of MurmurHash3. */
function hash(text: string, basis: number): number {
  let value = basis;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
