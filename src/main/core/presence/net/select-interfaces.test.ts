import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InterfaceAddress } from '../../ports.ts';
import { defaultPresenceOptions as options } from '../options.ts';
import { addressKey, isMulticasting, sameAddresses, selectAddresses, type Selection } from './select-interfaces.ts';

function ipv4(name: string, address: string, prefixLength = 24): InterfaceAddress {
  return { name, family: 'ipv4', address, prefixLength, internal: name === 'lo' };
}

function ipv6(name: string, address: string): InterfaceAddress {
  return { name, family: 'ipv6', address, prefixLength: 64, internal: name === 'lo' };
}

const listed = [
  ipv4('lo', '127.0.0.1', 8),
  ipv6('lo', '::1'),
  ipv4('eth0', '10.0.0.5'),
  ipv6('eth0', '2001:db8::5'),
  ipv6('eth0', 'fe80::5'),
  ipv4('wlan0', '192.168.1.5'),
  ipv6('wlan0', 'FE80::6'),
];
const usableAddresses = (...given: Parameters<typeof selectAddresses>): Selection['used'] => selectAddresses(...given).used;
const shown = (addresses: readonly InterfaceAddress[]): readonly string[] =>
  addresses.map(({ name, address }) => `${name} ${address}`);

describe('usable addresses', () => {
  test('[MEM-1] belong to all adapters but loopback, over IPv4 and IPv6', () => {
    expect(shown(usableAddresses(listed, options))).toEqual([
      'eth0 10.0.0.5',
      'eth0 2001:db8::5',
      'eth0 fe80::5',
      'wlan0 192.168.1.5',
      'wlan0 FE80::6',
    ]);
  });

  test('[MEM-1] belong to the named adapters alone; loopback can be named, over IPv4 only', () => {
    const named = (...interfaces: string[]): readonly string[] => shown(usableAddresses(listed, { ...options, interfaces }));
    expect(named('lo')).toEqual(['lo 127.0.0.1']);
    expect(named('wlan0', 'lo')).toEqual(['lo 127.0.0.1', 'wlan0 192.168.1.5', 'wlan0 FE80::6']);
    expect(named('eth9')).toEqual([]);
    expect(named()).toEqual([]);
  });

  test('[MEM-1] include one address per IPv4 subnet of an adapter, and one link-local address', () => {
    const many = [
      ipv4('eth0', '10.0.0.5'),
      ipv4('eth0', '10.0.0.6'),
      ipv4('eth0', '10.0.1.5'),
      ipv4('eth1', '10.0.0.7'),
      ipv6('eth0', 'fe80::1'),
      ipv6('eth0', 'fe80::2'),
    ];
    expect(shown(usableAddresses(many, options))).toEqual(['eth0 10.0.0.5', 'eth0 10.0.1.5', 'eth1 10.0.0.7', 'eth0 fe80::1']);
  });

  test('[SOCK-2] multicast from fe80::/10 and IPv4, not from its neighbours', () => {
    const addresses = ['fe7f::1', 'fe80::1', 'fe9f::1', 'feaf::1', 'febf::1', 'fec0::1', 'fd00::1'];
    const multicasting = addresses.filter((address) => isMulticasting(ipv6('eth0', address)));
    expect(multicasting).toEqual(['fe80::1', 'fe9f::1', 'feaf::1', 'febf::1']);
    expect(isMulticasting(ipv4('eth0', '10.0.0.5'))).toBe(true);
  });
});

describe('the limit', () => {
  const containers = (count: number): readonly InterfaceAddress[] =>
    Array.from({ length: count }, (_, index) => [
      ipv4(`veth${index}`, `10.${index >> 8}.${index & 255}.1`),
      ipv6(`veth${index}`, `fe80::1:${index}`),
    ]).flat();
  const real = [ipv4('eth0', '192.168.1.5'), ipv6('eth0', 'fe80::5')];

  test('[MEM-5] counts the IPv4 and the IPv6 address of an adapter as one', () => {
    expect(selectAddresses(containers(32), options)).toEqual({ used: containers(32), leftOut: [] });
    expect(selectAddresses(containers(1_000), options)).toEqual({
      used: containers(32),
      leftOut: Array.from({ length: 968 }, (_, index) => `veth${32 + index}`),
    });
  });

  test.each([16, 31, 32, 1_000])('[MEM-5] leaves out none of the real adapters behind those of %i containers', (count) => {
    const { used, leftOut } = selectAddresses([...containers(count), ...real], options);
    expect(used.slice(0, 2)).toEqual(real);
    expect(used).toHaveLength(2 * Math.min(32, count + 1));
    expect(leftOut).toHaveLength(Math.max(0, count - 31));
  });

  test('[MEM-5] gives every adapter an address before it gives any a second one, and multicasts come first', () => {
    const many = [
      ...Array.from({ length: 40 }, (_, index) => ipv4('eth0', `10.0.${index}.5`)),
      ...Array.from({ length: 40 }, (_, index) => ipv6('eth0', `fd00::${index}`)),
      ...real.map((address) => ({ ...address, name: 'wlan0' })),
    ];
    const { used, leftOut } = selectAddresses(many, options);
    expect(shown(used.filter(({ name }) => name === 'wlan0'))).toEqual(['wlan0 192.168.1.5', 'wlan0 fe80::5']);
    expect([used.length, leftOut]).toEqual([64, []]);
  });
});

describe('changes', () => {
  const base = [ipv4('eth0', '10.0.0.5'), ipv6('eth0', 'fe80::5')];

  test('[MEM-2] include another address, adapter or prefix, but not another order', () => {
    expect(sameAddresses(base, base.toReversed())).toBe(true);
    const others = [
      [],
      base.slice(1),
      [...base, ipv4('eth1', '10.0.1.5')],
      [ipv4('eth1', '10.0.0.5'), base[1]],
      [ipv4('eth0', '10.0.0.6'), base[1]],
      [ipv4('eth0', '10.0.0.5', 16), base[1]],
    ];
    for (const other of others as InterfaceAddress[][]) expect(sameAddresses(base, other), shown(other).join()).toBe(false);
  });

  test('[MEM-2] are compared symmetrically and reflexively', () => {
    const address = fc.constantFrom(...listed);
    const list = fc.uniqueArray(address, { selector: addressKey });
    fc.assert(
      fc.property(list, list, (one, other) => {
        expect(sameAddresses(one, other)).toBe(sameAddresses(other, one));
        expect(sameAddresses(one, one.toReversed())).toBe(true);
        const keys = (addresses: readonly InterfaceAddress[]): string => addresses.map(addressKey).toSorted().join();
        expect(sameAddresses(one, other)).toBe(keys(one) === keys(other));
      }),
    );
  });
});
