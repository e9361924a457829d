/** The limits of MessagePack values, checked before decoding. */
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxTextBytes } from './frames.ts';
import { findShapeProblem, maxValues } from './msgpack-limits.ts';

describe('[FRAME-4] a value that is expensive to build is refused before decoding', () => {
  test.each([
    ['deep arrays', Uint8Array.of(...Array<number>(200).fill(0x91), 0xc0), 'too-large'],
    ['deep maps', Uint8Array.of(...Array<number>(100).fill(0x81), 0xc0), 'too-large'],
    ['an array that claims 4,294,967,295 values', Uint8Array.of(0xdd, 255, 255, 255, 255, 1), 'malformed'],
    ['a map that claims 2,147,483,648 entries', Uint8Array.of(0xdf, 128, 0, 0, 0, 1), 'malformed'],
    ['many values', Uint8Array.from(encode(Array(maxValues).fill(0))), 'too-large'],
    ['a string that claims 4 GiB', Uint8Array.of(0xdb, 255, 255, 255, 255), 'too-large'],
    ['bytes that claim 4 GiB', Uint8Array.of(0xc6, 255, 255, 255, 255), 'malformed'],
    ['an extension that is cut off', Uint8Array.of(0xc9, 0, 0, 1, 0, 5), 'malformed'],
    ['the byte that is never used', Uint8Array.of(0xc1), 'malformed'],
    ['nothing', new Uint8Array(0), 'malformed'],
    ['two values', Uint8Array.of(1, 1), 'malformed'],
  ] as const)('%s', (_what, bytes, problem) => {
    expect(findShapeProblem(bytes, maxTextBytes)).toBe(problem);
  });

  test('every value of the library is accepted', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const bytes = encode(value);
        expect(findShapeProblem(bytes, maxTextBytes)).toBeUndefined();
        expect(findShapeProblem(bytes.subarray(0, -1), maxTextBytes)).toBe('malformed');
      }),
    );
    const others = [new Uint8Array(300), new Uint8Array(70_000), new Date(), -1, -200, -70_000, 1.5, 2 ** 40, 'x'.repeat(300)];
    expect(findShapeProblem(encode(others), maxTextBytes)).toBeUndefined();
  });
});
