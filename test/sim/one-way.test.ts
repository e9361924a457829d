/**
 * Paths that lead in one direction only, by the routes of each host. Nobody flaps there.
 * test/netns/one-way.test.ts has the same on a real system.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startOnHost } from './start-on-host.ts';

const settledMs = 20_000;
/** Longer than a peer that flaps takes for a turn: expiry, and some beacons. */
const steadyMs = 120_000;

let world: SimWorld;
const nodes: SimNode[] = [];

beforeEach(() => void (world = createSimWorld({ seed: 'one-way' })));
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.kill();
  await world.close();
});

async function start(addresses: readonly [string, string], withIpv6: boolean): Promise<void> {
  const segment = world.lan.addSegment('shared');
  for (const [index, ipv4] of addresses.entries()) {
    const host = world.lan.addHost(`host${index}`);
    host.attach(segment, { name: 'eth0', ipv4, ...(withIpv6 && { ipv6: `fe80::${index + 1}/64` }) });
    nodes.push(await startOnHost(world, host));
  }
  await world.passTime(settledMs);
}

/** The presences that each node shows, and its number of events about its peer while time passes. */
async function watch(): Promise<readonly { readonly presence: readonly string[]; readonly events: number }[]> {
  const before = nodes.map(({ record }) => record.events.length);
  await world.passTime(steadyMs);
  return nodes.map(({ record }, index) => ({
    presence: [...record.peers.values()].map(({ presence }) => presence),
    events: record.events.length - (before[index] ?? 0),
  }));
}

const cases: Readonly<Record<string, readonly [string, string]>> = {
  'prefixes of different lengths': ['10.50.0.5/24', '10.50.1.5/16'],
  'an address from DHCP and a link-local one': ['10.50.0.5/24', '169.254.7.7/16'],
};

test.each(Object.entries(cases))('[HS-14] %s: steadily online by IPv6', async (_, addresses) => {
  await start(addresses, true);
  expect(await watch()).toEqual([0, 1].map(() => ({ presence: ['online'], events: 0 })));
});

test.each(Object.entries(cases))('[HS-14] %s: steadily one-way without IPv6', async (_, addresses) => {
  await start(addresses, false);
  expect(await watch()).toEqual([0, 1].map(() => ({ presence: ['one-way'], events: 0 })));
});
