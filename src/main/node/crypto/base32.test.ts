import { expect, test } from 'vitest';
import { encodeBase32 } from './base32.ts';

/** RFC 4648 §10, in our lower case and without padding. */
test.each([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
])('"%s" is written "%s"', (plain, written) => {
  expect(encodeBase32(new TextEncoder().encode(plain))).toBe(written);
});

test('every value of five bits has its own letter', () => {
  const inOrder = Uint8Array.of(
    ...[0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf],
    ...[0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf],
  );
  expect(encodeBase32(inOrder)).toBe('abcdefghijklmnopqrstuvwxyz234567');
});
