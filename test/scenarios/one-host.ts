/** One host with several instances, users or adapters. Each node is still one entry. */
import { expect } from 'vitest';
import { countJoins, departures, expectExactly, nth, pastExpiryMs, startAll, untilAllSeeAll } from './expectations.ts';
import type { Scenario } from './scenario.ts';
import type { StartOptions, World } from './world.ts';

async function shareHost(world: World, second: StartOptions): Promise<readonly []> {
  const [host, far] = await world.addHosts(2);
  if (!host || !far) throw new Error('no hosts');
  const nodes = [await host.start(), await host.start({ profile: 'second', name: 'second', ...second }), await far.start()];
  await untilAllSeeAll(world, nodes);
  expectExactly(nodes);
  for (const node of nodes) for (const other of nodes) if (node !== other) expect(countJoins(node, other)).toBe(1);
  const startedMs = world.nowMs();
  await world.passTime(pastExpiryMs);
  expect(departures(nodes, startedMs)).toEqual([]);

  const leaver = nth(nodes, 0);
  const stayers = nodes.slice(1);
  await leaver.stop();
  await world.waitUntil(
    'the one that left is gone',
    () => stayers.every((node) => !node.record.peers.has(leaver.peerId)),
    pastExpiryMs,
  );
  expectExactly(stayers);
  return [];
}

export const twoInstances: Scenario = {
  id: 'S-TWO-INSTANCES',
  title: '[SOCK-1] two instances on one host and one on another have one entry each, and leave independently',
  run: (world) => shareHost(world, {}),
};

export const twoUsers: Scenario = {
  id: 'S-TWO-USERS',
  title: 'two users of one host and one of another have one entry each, and leave independently',
  run: (world) => shareHost(world, { anotherUser: true }),
};

export const twoInterfacesOneSegment: Scenario = {
  id: 'S-TWO-INTERFACES-ONE-SEGMENT',
  title: 'a host with two adapters on one segment is one entry, and stays when a cable is pulled',
  async run(world) {
    const two = await world.addHost({ interfaces: [{ name: 'eth0' }, { name: 'eth1' }] });
    const nodes = await startAll([
      two,
      await world.addHost(),
      await world.addHost({ interfaces: [{ name: 'eth0' }, { name: 'eth1' }] }),
    ]);
    await untilAllSeeAll(world, nodes);
    const [own, other] = nodes;
    if (!own || !other) throw new Error('no nodes');
    const addresses = [...two.addressesOf('eth0'), ...two.addressesOf('eth1')];
    const shown = (): readonly string[] => other.record.peers.get(own.peerId)?.addresses ?? [];
    const isShown = (address: string | undefined): boolean =>
      shown().some((known) => address !== undefined && known.includes(address));
    await world.waitUntil(
      () => `both adapters of ${two.name} are among ${shown().join(' ')}: ${addresses.join(' ')}`,
      () => isShown(two.addressesOf('eth0')[0]) && isShown(two.addressesOf('eth1')[0]),
      pastExpiryMs,
    );
    expectExactly(nodes);
    for (const node of nodes) for (const peer of nodes) if (node !== peer) expect(countJoins(node, peer)).toBe(1);

    const startedMs = world.nowMs();
    await two.pullCable('eth0');
    // As a network manager does. Otherwise the kernel keeps sending to that subnet by the dead
    // adapter.
    await two.removeAddresses('eth0');
    await world.passTime(pastExpiryMs);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    return [];
  },
};
