import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { areBytesEqual, concatBytes, startsWith } from './bytes.ts';

const bytes = fc.uint8Array({ maxLength: 8 });

test('concatenated bytes are complete, in order and a copy', () => {
  const part = Uint8Array.of(1, 2);
  const whole = concatBytes([part, new Uint8Array(0), part.subarray(1), Uint8Array.of(255)]);
  part.fill(9);
  expect([whole, concatBytes([])]).toEqual([Uint8Array.of(1, 2, 2, 255), new Uint8Array(0)]);
});

test('concatenated bytes start with their first part', () => {
  fc.assert(
    fc.property(bytes, bytes, (prefix, rest) => {
      expect(startsWith(concatBytes([prefix, rest]), prefix)).toBe(true);
      expect(startsWith(prefix, concatBytes([prefix, Uint8Array.of(1), rest]))).toBe(false);
    }),
  );
});

test('bytes are equal if their length and all bytes are equal', () => {
  fc.assert(
    fc.property(bytes, bytes, (some, others) => {
      expect(areBytesEqual(some, others)).toBe(some.join(' ') === others.join(' '));
      expect(areBytesEqual(some, some.slice())).toBe(true);
    }),
  );
});
