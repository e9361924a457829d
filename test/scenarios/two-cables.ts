/**
 * Two hosts with two cables each, without multicast between them: either cable may be pulled, and
 * the other one is enough.
 */
import { expect } from 'vitest';
import {
  departures,
  expectExactly,
  expiryMs,
  findDeadlineMs,
  healedMs,
  nth,
  pastExpiryMs,
  slowestBeaconMs,
  startAll,
  untilAllOnline,
} from './expectations.ts';
import type { Scenario } from './scenario.ts';
import type { Host, World, WorldNode } from './world.ts';

const cables = ['eth0', 'eth1'] as const;
/**
 * Longer than noticing silence (8 s) and probing (2 s), and too short for a peer to
 * expire.
 */
const unpluggedMs = 15_000;

const addTwo = (world: World): Promise<readonly Host[]> =>
  world.addHosts(2, {
    interfaces: [
      { name: 'eth0', segment: 'lan' },
      { name: 'eth1', segment: 'far' },
    ],
  });

/** Waits until each node shows the other with an address on both segments. */
function untilBothWaysAreKnown(world: World, nodes: readonly WorldNode[]): Promise<number> {
  const unknown = (): readonly string[] =>
    nodes.flatMap((node) =>
      nodes
        .filter((other) => other !== node)
        .flatMap((other) => {
          const shown = node.record.peers.get(other.peerId)?.addresses ?? [];
          const wanted = cables.flatMap((cable) => other.host.addressesOf(cable).slice(0, 1));
          return wanted
            .filter((address) => !shown.some((endpoint) => endpoint.startsWith(`${address}:`)))
            .map((address) => `${node.name} does not know ${address} of ${other.name}`);
        }),
    );
  return world.waitUntil(
    () => unknown().join('; '),
    () => unknown().length === 0,
    findDeadlineMs,
  );
}

async function pullEachInTurn(world: World, nodes: readonly WorldNode[]): Promise<void> {
  for (const { host } of nodes)
    for (const cable of cables) {
      const startedMs = world.nowMs();
      await host.pullCable(cable);
      await world.passTime(unpluggedMs);
      expect(departures(nodes, startedMs), `${cable} of ${host.name} is unplugged`).toEqual([]);
      expectExactly(nodes);
      await host.plugCable(cable);
      await untilAllOnline(world, nodes, healedMs);
    }
}

export const cablesByAddress: Scenario = {
  id: 'S-TWO-CABLES-BY-ADDRESS',
  title: '[PROBE-1] two hosts with two cables each and a manual address stay listed when either cable is pulled',
  async run(world) {
    const hosts = await addTwo(world);
    await world.block({ traffic: 'multicast' });
    const nodes = await startAll(hosts);
    const [caller, called] = [nth(nodes, 0), nth(nodes, 1)];
    for (const cable of cables)
      await caller.connect(`${nth(nth(hosts, 1).addressesOf(cable), 0)}:${called.record.ready?.event.unicastPort ?? 0}`);
    await untilBothWaysAreKnown(world, nodes);
    const startedMs = world.nowMs();
    // Time until an address that was not heard since would have expired.
    await world.passTime(pastExpiryMs + expiryMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    await pullEachInTurn(world, nodes);
    return [];
  },
};

export const cablesWithoutMulticast: Scenario = {
  id: 'S-TWO-CABLES-WITHOUT-MULTICAST',
  title: '[PROBE-1, PROBE-7] two hosts with two cables each stay listed when either is pulled, long after multicast failed',
  async run(world) {
    const nodes = await startAll(await addTwo(world));
    await untilAllOnline(world, nodes, healedMs);
    await untilBothWaysAreKnown(world, nodes);
    await world.block({ traffic: 'multicast' });
    // Time until an address that was not heard since would have expired.
    await world.passTime(pastExpiryMs + slowestBeaconMs);
    await untilBothWaysAreKnown(world, nodes);
    await pullEachInTurn(world, nodes);
    return [];
  },
};
