/**
 * Adapters as real systems have them: many, labelled, twice in one subnet, with IPv6 addresses of
 * every scope. Only a kernel knows its limits and routes, so these tests run in namespaces alone.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnostics } from '../../src/shared/contract/diagnostics.ts';
import { hasHealth, presencesShown, untilAllOnline, untilHealth } from '../scenarios/expectations.ts';
import type { WorldNode } from '../scenarios/world.ts';
import type { NetnsHost } from './netns-host.ts';
import { createNetnsWorld, type NetnsWorld } from './netns-world.ts';
import { ipBatch, mustSkipNetns, runTool } from './tools.ts';

const onlineMs = 20_000;
/** Longer than a peer that flaps takes for a turn: expiry, and some beacons. */
const steadyMs = process.env['HALLWAY_LONG'] === '1' ? 50_000 : 15_000;

let world: NetnsWorld;

describe.skipIf(mustSkipNetns())('adapters of a real system', () => {
  beforeEach(async () => {
    world = await createNetnsWorld();
  });
  afterEach(() => world.close());

  test('[MEM-5] with 40 container bridges listed first, the real adapter is used, and Hallway says what it left out', async () => {
    const [ana, bo] = await hostsWith(40, (number) => `br-${String(number).padStart(12, '0')}`);
    const nodes = [await ana.start(), await bo.start()] as const;
    await untilAllOnline(world, nodes, onlineMs);
    const { interfaces } = await diagnosticsOf(nodes[0]);
    expect(interfaces.filter(({ name }) => name === 'eth0').map(({ joined }) => joined)).toEqual([true, true]);
    expect(new Set(interfaces.map(({ name }) => name)).size).toBe(32);
    expect(hasHealth(nodes[0], 'adapters-left-out')).toBe(true);
  });

  test('[SOCK-7] beyond the memberships that one socket may have, every adapter is joined', async () => {
    const [ana, bo] = await hostsWith(25, (number) => `lan${number}`);
    const nodes = [await ana.start(), await bo.start()] as const;
    await untilAllOnline(world, nodes, onlineMs);
    const { interfaces } = await diagnosticsOf(nodes[0]);
    expect(interfaces.filter(({ joined }) => !joined)).toEqual([]);
    expect(interfaces).toHaveLength(52);
  });

  test('[SOCK-7] after a lack of descriptors, an adapter that was added meanwhile is joined over both families', async () => {
    const ana = await world.addHost({ interfaces: [{ name: 'eth0', ipv6: false }] });
    const node = await ana.start();
    const processId = (await runTool('ip', ['netns', 'pids', ana.namespace])).trim();
    // Room for the interface sockets of the new adapter, and for no group listener.
    await limitFiles(processId, await limitThatLeaves(2, processId));
    await ana.addInterface({ name: 'eth1', segment: 'far' });
    await untilHealth(world, node, 'interface-failed', true, onlineMs);
    expect(node.record.health.find(({ code }) => code === 'interface-failed')?.title).toContain('EMFILE');
    await limitFiles(processId, 1_024);
    await untilHealth(world, node, 'interface-failed', false, onlineMs);
    const { interfaces } = await diagnosticsOf(node);
    expect(interfaces.map(({ name, family, joined }) => `${name} ${family} ${joined}`)).toEqual([
      'eth0 ipv4 true',
      'eth1 ipv4 true',
      'eth1 ipv6 true',
    ]);
  });

  test('[MEM-1] a labelled address belongs to its adapter', async () => {
    const ana = await world.addHost();
    await ipBatch(ana.namespace, [
      'addr add 10.77.200.1/16 dev eth0 label eth0:1',
      'addr add 10.99.0.1/24 dev eth0 label eth0:2',
    ]);
    const node = await ana.start();
    const { interfaces } = await diagnosticsOf(node);
    expect(interfaces.map(({ name, family }) => `${name} ${family}`).toSorted()).toEqual(['eth0 ipv4', 'eth0 ipv4', 'eth0 ipv6']);
  });

  test('[CALL-1, SOCK-9] a global IPv6 address can be called: on the same link, and through a router', async () => {
    const near = await world.addHosts(2);
    const far = await world.addHost({ interfaces: [{ name: 'eth0', segment: 'far' }] });
    await world.route('lan', 'far');
    await routeIpv6([...near, far]);
    const [ana, bo, cy] = (await Promise.all([...near, far].map((host) => host.start()))) as [WorldNode, WorldNode, WorldNode];
    const port = (node: WorldNode): number => node.record.ready?.event.unicastPort ?? 0;
    await ana.connect(`[fd00:1::2]:${port(bo)}`);
    await ana.connect(`[fd00:2::1]:${port(cy)}`);
    await world.passTime(steadyMs);
    expect(new Set([...presencesShown(ana, cy, 0), ...presencesShown(cy, ana, 0)])).toEqual(new Set(['online']));
  });
});

/** The first host has that many adapters before its real one, which leads to the second host. */
async function hostsWith(count: number, nameOf: (number: number) => string): Promise<readonly [NetnsHost, NetnsHost]> {
  const [ana, bo] = (await world.addHosts(2)) as [NetnsHost, NetnsHost];
  const lines = Array.from({ length: count }, (_, index) => [
    `link add ${nameOf(index)} type veth peer name peer${index}`,
    `link set peer${index} addrgenmode none up`,
    `link set ${nameOf(index)} addrgenmode none up`,
    `addr add 172.20.${index}.1/24 dev ${nameOf(index)}`,
    `addr add fe80::1:${index}/64 dev ${nameOf(index)} nodad`,
  ]);
  await ipBatch(ana.namespace, lines.flat());
  // Systems list adapters in the order of their creation.
  await ana.recreateInterface('eth0');
  return [ana, bo];
}

/** Gives each host an address such as fd00:1::2, and routes between the two segments. */
async function routeIpv6(hosts: readonly NetnsHost[]): Promise<void> {
  const counts = [0, 0, 0];
  for (const host of hosts) {
    const network = (host.links()[0]?.segment ?? 0) + 1;
    const number = (counts[network] = (counts[network] ?? 0) + 1);
    await ipBatch(host.namespace, [
      `addr add fd00:${network}::${number}/64 dev eth0 nodad`,
      `route add default via fd00:${network}::ff dev eth0`,
    ]);
  }
  const router = hosts[0]?.namespace.replace(/-1$/, '-router1') ?? '';
  await ipBatch(
    router,
    [0, 1].map((segment) => `addr add fd00:${segment + 1}::ff/64 dev eth${segment} nodad`),
  );
  await runTool('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1']);
}

async function diagnosticsOf(node: WorldNode): Promise<Diagnostics> {
  return (await node.diagnostics()) as unknown as Diagnostics;
}

/** Lowers or raises the limit of descriptors of that process; open ones stay. */
async function limitFiles(processId: string, limit: number): Promise<void> {
  await runTool('prlimit', ['--pid', processId, `--nofile=${limit}:`]);
}

/** @returns the limit below which that many descriptors are free */
async function limitThatLeaves(free: number, processId: string): Promise<number> {
  const used = new Set((await runTool('ls', [`/proc/${processId}/fd`])).trim().split('\n').map(Number));
  let limit = 0;
  for (let left = free; left > 0; limit += 1) if (!used.has(limit)) left -= 1;
  return limit;
}
