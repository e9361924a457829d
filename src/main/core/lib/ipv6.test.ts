import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpv6, ipv6Number } from './ipv6.ts';

test.each([
  ['::', '::'],
  ['::1', '::1'],
  ['FD00:1:0::2', 'fd00:1::2'],
  ['fd00:1:0:0:0:0:0:2', 'fd00:1::2'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['fe80::', 'fe80::'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
])('%s is written as %s', (text, written) => {
  expect(formatIpv6(ipv6Number(text) ?? -1n)).toBe(written);
});

test.each([
  '',
  ':',
  ':::',
  '1:2:3',
  '1::2::3',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '12345::',
  'g::',
  '1.2.3.4',
  '::1%eth0',
])('"%s" is no IPv6 address', (text) => {
  expect(ipv6Number(text)).toBeUndefined();
});

test('a number survives its text', () => {
  const group = fc.constantFrom(0n, 0n, 0n, 1n, 0xffffn);
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const value = groups.reduce<bigint>((sum, one) => (sum << 16n) | one, 0n);
      expect(ipv6Number(formatIpv6(value))).toBe(value);
    }),
  );
});
