import { expect, test } from 'vitest';
import { sourceOf } from './source-of.ts';

test.each([
  ['ipv4', '10.0.0.1', '10.0.0.1'],
  ['ipv6', '2001:db8:1:2::5', '2001:db8:1:2::/64'],
  ['ipv6', '2001:0db8:0001:0002:ffff:1:2:3', '2001:db8:1:2::/64'],
  ['ipv6', '2001:db8::5', '2001:db8:0:0::/64'],
  ['ipv6', '2001:DB8::5:6:7:8', '2001:db8:0:0::/64'],
  ['ipv6', '::1', '0:0:0:0::/64'],
  ['ipv6', '2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
  ['ipv6', 'fe80::1%eth0', 'fe80::/10%eth0'],
  ['ipv6', 'fe80::abcd:2%eth0', 'fe80::/10%eth0'],
  ['ipv6', 'febf::1%wlan0', 'fe80::/10%wlan0'],
  ['ipv6', 'fec0::1', 'fec0:0:0:0::/64'],
] as const)('[TLS-11] %s %s counts as %s', (family, address, source) => {
  expect(sourceOf({ family, address })).toBe(source);
});
