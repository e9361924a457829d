/**
 * Paths that lead in one direction only: routes and old neighbour entries of real systems. Nobody
 * flaps there: a peer is steadily online by another path, or steadily one-way.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { areAllOnline, untilAllOnline, untilAllSeeAll } from '../scenarios/expectations.ts';
import type { WorldNode } from '../scenarios/world.ts';
import type { NetnsHost } from './netns-host.ts';
import { createNetnsWorld, type NetnsWorld } from './netns-world.ts';
import { ipBatch, mustSkipNetns } from './tools.ts';

const onlineMs = 20_000;
/** Four HELLOs go unanswered, and each beacon gives credit for one. */
const oneWayMs = 35_000;
/** At night everything, else what takes a minute; the simulation has all of it in every run. */
const isLong = process.env['HALLWAY_LONG'] === '1';
/** A peer that flaps does so every few seconds, and leaves after its expiry at the latest. */
const steadyMs = isLong ? 50_000 : 15_000;

let world: NetnsWorld;

describe.skipIf(mustSkipNetns())('paths in one direction', () => {
  beforeEach(async () => {
    world = await createNetnsWorld();
  });
  afterEach(() => world.close());

  describe('[HS-14] two hosts whose IPv4 addresses cannot answer each other', () => {
    const cases: Readonly<Record<string, readonly [string, string]>> = {
      'prefixes of different lengths': ['10.50.0.5/24', '10.50.1.5/16'],
      'an address from DHCP and a link-local one': ['10.50.0.5/24', '169.254.7.7/16'],
    };

    test.each(Object.entries(cases))('are steadily online by IPv6: %s', async (_, addresses) => {
      const nodes = await startWith(addresses, true);
      await untilAllOnline(world, nodes, onlineMs);
      const sinceMs = world.nowMs();
      await world.passTime(steadyMs);
      expect(shown(nodes, sinceMs)).toEqual([[], []]);
      expect(areAllOnline(nodes)).toBe(true);
    });

    test.runIf(isLong).each(Object.entries(cases))('are steadily one-way without IPv6: %s', async (_, addresses) => {
      const nodes = await startWith(addresses, false);
      await untilAllSeeAll(world, nodes, oneWayMs);
      const sinceMs = world.nowMs();
      await world.passTime(steadyMs);
      expect(shown(nodes, sinceMs)).toEqual([[], []]);
      expect(nodes.map((node) => [...node.record.peers.values()].map(({ presence }) => presence))).toEqual([
        ['one-way'],
        ['one-way'],
      ]);
    });
  });

  test('[HS-14] a host with two adapters in two networks of the same subnet steadily reaches a host on the second', async () => {
    const ana = await world.addHost({ interfaces: ['lan', 'far'].map((segment, number) => ({ name: `eth${number}`, segment })) });
    const bo = await world.addHost({ interfaces: [{ name: 'eth0', segment: 'far' }] });
    await readdress(ana, 'eth0', '10.60.0.5/24');
    await readdress(ana, 'eth1', '10.60.0.6/24');
    await readdress(bo, 'eth0', '10.60.0.7/24');
    const nodes = [await ana.start(), await bo.start()] as const;
    await untilAllOnline(world, nodes, onlineMs);
    const sinceMs = world.nowMs();
    await world.passTime(steadyMs);
    expect(shown(nodes, sinceMs)).toEqual([[], []]);
    expect(areAllOnline(nodes)).toBe(true);
  });

  test.runIf(isLong)(
    '[HS-14] a peer that an old neighbour entry hides from us is steadily one-way, and online once the entry is right',
    async () => {
      const [ana, bo] = (await world.addHosts(2, { interfaces: [{ name: 'eth0', ipv6: false }] })) as [NetnsHost, NetnsHost];
      const nodes = [await ana.start(), await bo.start()] as const;
      await untilAllOnline(world, nodes, onlineMs);
      const [address = ''] = bo.addressesOf('eth0');
      await ipBatch(ana.namespace, [`neigh replace ${address} lladdr 02:00:00:00:00:99 dev eth0 nud permanent`]);
      await world.passTime(onlineMs);
      const sinceMs = world.nowMs();
      await world.passTime(steadyMs);
      expect(shown(nodes, sinceMs)).toEqual([[], []]);
      await ipBatch(ana.namespace, [`neigh del ${address} dev eth0`]);
      await untilAllOnline(world, nodes, onlineMs);
    },
  );
});

async function startWith(addresses: readonly [string, string], withIpv6: boolean): Promise<readonly WorldNode[]> {
  const hosts = await world.addHosts(2, { interfaces: [{ name: 'eth0', ipv6: withIpv6 }] });
  for (const [index, host] of hosts.entries()) await readdress(host, 'eth0', addresses[index] ?? '');
  return Promise.all(hosts.map((host) => host.start()));
}

/** Replaces the IPv4 address of an adapter. */
async function readdress(host: NetnsHost, adapter: string, to: string): Promise<void> {
  const old = host.addressesOf(adapter).filter((address) => address.includes('.'));
  await ipBatch(host.namespace, [
    ...old.map((address) => `addr del ${address}/16 dev ${adapter}`),
    `addr add ${to} broadcast + dev ${adapter}`,
  ]);
}

/** The events about the other's presence since then, on either side. */
function shown(nodes: readonly WorldNode[], sinceMs: number): readonly (readonly string[])[] {
  return nodes.map(({ record }) =>
    record.events.flatMap(({ atMs, event }) =>
      atMs < sinceMs || !event.event.startsWith('peer-')
        ? []
        : ['peer' in event ? `${event.event} ${event.peer.presence}` : event.event],
    ),
  );
}
