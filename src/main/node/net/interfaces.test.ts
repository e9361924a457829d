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

test('[MEM-1] an address with a label belongs to the adapter before the colon', () => {
  const listed = createSystemInterfaces(() => ({ eth0: ethernet.slice(0, 1), 'eth0:1': ethernet.slice(2, 3) })).list();
  expect(listed.map(({ name, address }) => `${name} ${address}`)).toEqual(['eth0 10.0.0.1', 'eth0 10.1.0.1']);
});

test('while a system refuses the list, the last one counts', () => {
  let isRefused = true;
  const interfaces = createSystemInterfaces(() => {
    if (isRefused) throw new Error('uv_interface_addresses returned Unknown system error 24');
    return { eth0: ethernet };
  });
  expect(interfaces.list()).toEqual([]);
  isRefused = false;
  const listed = interfaces.list();
  isRefused = true;
  expect([listed.length, interfaces.list()]).toEqual([4, listed]);
});
