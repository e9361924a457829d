import { expect, test } from 'vitest';
import type { InterfaceAddress } from '../ports.ts';
import { formatEndpoint, isOnLink } from './endpoint.ts';

const eth0: InterfaceAddress = { name: 'eth0', family: 'ipv4', address: '10.1.2.3', prefixLength: 20, internal: false };
const eth0v6: InterfaceAddress = { name: 'eth0', family: 'ipv6', address: 'fe80::1', prefixLength: 64, internal: false };

test('an endpoint is formatted as in a URL', () => {
  expect(formatEndpoint({ family: 'ipv4', address: '10.0.0.1', port: 4255 })).toBe('10.0.0.1:4255');
  expect(formatEndpoint({ family: 'ipv6', address: 'fe80::1%eth0', port: 4255 })).toBe('[fe80::1%eth0]:4255');
});

test("[SOCK-4] an IPv4 address is on the link if it has the adapter's prefix", () => {
  const onLink = ['10.1.0.1', '10.1.15.255', '10.1.16.0', '10.2.2.3', 'fe80::1%eth0'].map((address) => isOnLink(address, eth0));
  expect(onLink).toEqual([true, true, false, false, false]);
  expect(isOnLink('203.0.113.9', { ...eth0, prefixLength: 0 })).toBe(true);
  expect(['10.1.2.3', '10.1.2.2'].map((address) => isOnLink(address, { ...eth0, prefixLength: 32 }))).toEqual([true, false]);
  expect(isOnLink('255.255.255.254', { ...eth0, address: '255.255.255.1', prefixLength: 24 })).toBe(true);
});

test('[SOCK-4] an IPv6 address is on the link of its zone', () => {
  expect(['fe80::9%eth0', 'fe80::9%eth1', 'fe80::9', '10.1.2.3'].map((address) => isOnLink(address, eth0v6))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
