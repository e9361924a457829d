/**
 * Paths that lead in one direction only, by the routes of each host or by a fault on the way. Nobody
 * flaps there. test/netns/one-way.test.ts has the same on a real system.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SimHost } from '../fakes/sim-lan.ts';
import { found } from './doctor-findings.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startOnHost } from './start-on-host.ts';

const settledMs = 20_000;
/** Four HELLOs go unanswered, and each beacon gives credit for one. */
const oneWayMs = 35_000;
/** Longer than a peer that flaps takes for a turn: expiry, and some beacons. */
const steadyMs = 120_000;
/** Several times the expiry. */
const longSteadyMs = 180_000;

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

/**
 * A host with an adapter in each of two networks of the same subnet, and one host in either network.
 * Its route to the subnet leads into the near network only. There is no IPv6.
 */
async function startBetween(near: string, far: string): Promise<void> {
  const [nearSegment, farSegment] = [world.lan.addSegment('near'), world.lan.addSegment('far')];
  const [between, onNear, onFar] = ['between', 'near', 'far'].map((name) => world.lan.addHost(name)) as [
    SimHost,
    SimHost,
    SimHost,
  ];
  between.attach(nearSegment, { name: 'eth0', ipv4: '10.60.0.5/24' });
  between.attach(farSegment, { name: 'eth1', ipv4: '10.60.0.6/24' });
  onNear.attach(nearSegment, { name: 'eth0', ipv4: near });
  onFar.attach(farSegment, { name: 'eth0', ipv4: far });
  for (const host of [between, onNear, onFar]) nodes.push(await startOnHost(world, host));
  await world.passTime(settledMs);
}

/** The presences that each node shows, and its number of events about its peer while time passes. */
async function watch(
  durationMs = steadyMs,
): Promise<readonly { readonly presence: readonly string[]; readonly events: number }[]> {
  const before = nodes.map(({ record }) => record.events.length);
  await world.passTime(durationMs);
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

test('[HS-14, PROBE-5] a peer that only multicast comes from is steadily one-way, and online once unicast comes too', async () => {
  await start(['10.50.0.5/24', '10.50.0.6/24'], false);
  const shows = (presence: string) => (): boolean =>
    nodes.every(({ record }) => [...record.peers.values()].map((peer) => peer.presence).join() === presence);
  expect(shows('online')()).toBe(true);
  const [us, peer] = world.lan.hosts() as [SimHost, SimHost];
  const heal = world.lan.block({ from: peer, to: us, unicast: true });
  await world.waitUntil('both are one-way', shows('one-way'), oneWayMs);
  expect(await watch(longSteadyMs)).toEqual([0, 1].map(() => ({ presence: ['one-way'], events: 0 })));
  heal();
  await world.waitUntil('both are online', shows('online'), settledMs);
  expect(await watch()).toEqual([0, 1].map(() => ({ presence: ['online'], events: 0 })));
});

test.each([
  ['addresses of their own', '10.60.0.7/24', '10.60.0.8/24'],
  ['the same address', '10.60.0.7/24', '10.60.0.7/24'],
])(
  '[HS-14, DOC-5] between two networks of one subnet, with peers of %s, the far one is steadily one-way and named',
  async (_, near, far) => {
    await startBetween(near, far);
    const presences = [['online', 'one-way'], ['online'], ['one-way']];
    expect(await watch(longSteadyMs)).toEqual(presences.map((presence) => ({ presence, events: 0 })));
    expect(nodes.map((node) => found(node).filter((finding) => finding.includes('one-way')))).toEqual([
      ['warning one-way'],
      [],
      ['warning one-way'],
    ]);
  },
);
