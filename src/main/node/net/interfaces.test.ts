import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { createSystemInterfaces } from './interfaces.ts';

const base = { mac: '02:00:00:00:00:01', internal: false } as const;
const ethernet: NetworkInterfaceInfo[] = [
  { ...base, family: 'IPv4', address: '10.0.0.1', netmask: '255.255.255.0', cidr: '10.0.0.1/24' },
  { ...base, family: 'IPv6', address: 'fe80::1%eth0', netmask: 'ffff:ffff:ffff:ffff::', cidr: 'fe80::1/64', scopeid: 2 },
  { ...base, family: 'IPv4', address: '10.1.0.1', netmask: '255.240.255.0', cidr: null },
  { ...base, family: 'IPv6', address: '2001:db8::1', netmask: 'ffff:ff00::', cidr: null, scopeid: 0 },
];

test('addresses are listed without zones, with the length of their prefix even if the system gives only a mask', () => {
  const listed = createSystemInterfaces(() => ({ eth0: ethernet, empty0: undefined })).list();
  expect(listed).toEqual([
    { name: 'eth0', family: 'ipv4', address: '10.0.0.1', prefixLength: 24, internal: false },
    { name: 'eth0', family: 'ipv6', address: 'fe80::1', prefixLength: 64, internal: false },
    { name: 'eth0', family: 'ipv4', address: '10.1.0.1', prefixLength: 12, internal: false },
    { name: 'eth0', family: 'ipv6', address: '2001:db8::1', prefixLength: 24, internal: false },
  ]);
});

test('a system that refuses the list has no adapters', () => {
  const interfaces = createSystemInterfaces(() => {
    throw new Error('uv_interface_addresses returned Unknown system error 13');
  });
  expect(interfaces.list()).toEqual([]);
});
