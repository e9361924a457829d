/** Mutated and announced frames: nothing is thrown, and memory does not grow. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameDecoder, encodeFrame } from './frames.ts';
import { frame, push } from '../../../../../test/fixtures/frames.ts';
import { usedBytes } from '../../../../../test/fixtures/used-bytes.ts';

/** Frames that are mutated at random. */
const mutations = process.env['HALLWAY_LONG'] === '1' ? 1_000_000 : 100_000;
/** A decoder holds little memory, and releases it. */
const maxGrowthBytes = 16 * 1_048_576;

test('[FRAME-5] a frame that was only announced takes no memory', () => {
  const before = usedBytes();
  const decoders = Array.from({ length: 2_000 }, () => {
    const decoder = createFrameDecoder();
    decoder.push(Uint8Array.of(0, 4, 0, 0, 0x91));
    return decoder;
  });
  expect(decoders.every(({ pendingBytes }) => pendingBytes === 5)).toBe(true);
  // As announced they would take 512 MiB.
  expect(usedBytes() - before).toBeLessThan(maxGrowthBytes);
});

test(`[FRAME-1] ${mutations} mutated frames: nothing is thrown, and memory does not grow`, { timeout: 600_000 }, () => {
  const encoded = fc.sample(frame, { numRuns: 200, seed: 4_255 }).map(encodeFrame);
  const random = fc.sample(fc.array(fc.nat(0xffff_ffff), { minLength: 64, maxLength: 64 }), { numRuns: 1_000, seed: 7_264 });
  const before = usedBytes();
  const counts: Record<string, number> = {};
  for (let number = 0; number < mutations; number += 1) {
    const noise = random[number % random.length] as readonly number[];
    const bytes = mutated(encoded[(number * 31) % encoded.length] as Uint8Array, noise, number);
    const { frames, problem } = push(bytes);
    const outcome = problem ?? frames[0]?.type ?? 'incomplete';
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  // Mutations that never come near valid frames would prove nothing.
  expect(Object.keys(counts).sort()).toEqual(
    expect.arrayContaining(['incomplete', 'malformed', 'too-large', 'unknown', 'messages', 'hello']),
  );
  expect(usedBytes() - before).toBeLessThan(maxGrowthBytes);
});

/**
 * Flips, inserts, cuts and repeats bytes, mostly behind the length, and corrects the length half of
 * the time.
 */
function mutated(sample: Uint8Array, noise: readonly number[], number: number): Uint8Array {
  const bytes = [...sample];
  const times = 1 + ((noise[0] as number) % 4);
  for (let time = 0; time < times; time += 1) {
    const chance = (noise[(number + time * 7 + 1) % noise.length] as number) ^ Math.imul(number, 0x9e37_79b1);
    const at = (chance >>> 4) % Math.max(1, bytes.length);
    const value = (chance >>> 16) & 255;
    if ((chance & 3) === 0) bytes[at] = value;
    else if ((chance & 3) === 1) bytes.splice(at, 0, value);
    else if ((chance & 3) === 2) bytes.splice(at, 1 + (value & 7));
    else bytes.splice(at, 0, ...bytes.slice(at, at + (value & 31)));
  }
  const whole = Uint8Array.from(bytes);
  if (whole.length > 4 && (number & 3) !== 0) new DataView(whole.buffer).setUint32(0, whole.length - 4);
  return whole;
}
