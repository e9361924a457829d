import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { createIpv6Zones } from './ipv6-zones.ts';

function adapter(address: string, scopeid: number): NetworkInterfaceInfo[] {
  return [
    { family: 'IPv6', address, netmask: 'ffff:ffff:ffff:ffff::', cidr: `${address}/64`, mac: '', internal: false, scopeid },
  ];
}

function createWorld(platform: NodeJS.Platform) {
  const world = { nowMs: 0, reads: 0, adapters: { 'Wi-Fi': adapter('fe80::1', 12) } as Record<string, NetworkInterfaceInfo[]> };
  const list = () => {
    world.reads += 1;
    return world.adapters;
  };
  return { world, zones: createIpv6Zones(list, () => world.nowMs, platform) };
}

test('where the system names zones, they pass as they are, but an adapter that is not up is nothing to bind or join on', () => {
  const { zones } = createWorld('linux');
  expect({
    up: zones.ofAdapter('fe80::1%Wi-Fi'),
    gone: zones.ofAdapter('fe80::1%eth9'),
    none: zones.ofAdapter('10.0.0.1'),
    destination: zones.ofDestination('fe80::2%eth9'),
    source: zones.ofSource('fe80::2%Wi-Fi'),
  }).toEqual({ up: 'fe80::1%Wi-Fi', gone: undefined, none: '10.0.0.1', destination: 'fe80::2%eth9', source: 'fe80::2%Wi-Fi' });
});

test('where the system numbers zones, names and numbers are exchanged', () => {
  const { zones } = createWorld('win32');
  expect({
    up: zones.ofAdapter('::%Wi-Fi'),
    gone: zones.ofAdapter('::%Ethernet'),
    destination: zones.ofDestination('fe80::2%Wi-Fi'),
    source: zones.ofSource('fe80::2%12'),
    strange: zones.ofSource('fe80::2%99'),
    none: zones.ofSource('2001:db8::1'),
  }).toEqual({
    up: '::%12',
    gone: undefined,
    destination: 'fe80::2%12',
    source: 'fe80::2%Wi-Fi',
    strange: 'fe80::2%99',
    none: '2001:db8::1',
  });
});

test('a new adapter is found by its number, but a flood of unknown numbers does not ask the system each time', () => {
  const { world, zones } = createWorld('win32');
  zones.ofSource('fe80::2%12');
  world.adapters['Ethernet'] = adapter('fe80::9', 7);
  for (let count = 0; count < 1_000; count += 1) expect(zones.ofSource('fe80::2%7')).toBe('fe80::2%7');
  expect(world.reads).toBe(1);
  world.nowMs = 1_000;
  expect(zones.ofSource('fe80::2%7')).toBe('fe80::2%Ethernet');
});
