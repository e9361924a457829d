/**
 * Whole nodes that find each other without multicast: by a manual address, and by peer exchange.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { departures, expectExactly, leftAtMs, pastExpiryMs, untilAllSeeAll } from '../scenarios/expectations.ts';
import { describeFigure } from '../scenarios/figures.ts';
import type { WorldNode } from '../scenarios/world.ts';
import { addAttacker } from './attacker.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'calls';
/** Time for a question after the first meeting, the beacons and the handshakes. */
const introducedMs = 40_000;

let world: SimWorld;

beforeEach(() => void (world = createSimWorld({ seed })));
afterEach(() => world.close());

const start = async (segment = 'lan'): Promise<SimNode> => {
  const host = await world.addHost({ interfaces: [{ name: 'eth0', segment, ipv6: false }] });
  return (await host.start()) as SimNode;
};

const addressOf = (node: SimNode): string => `${node.host.addressesOf('eth0')[0]}:${node.record.ready?.event.unicastPort}`;

/** Starts two nodes on each of two segments, behind a router without multicast. */
async function twoSites(): Promise<readonly [SimNode, SimNode, SimNode, SimNode]> {
  const nodes = [await start('here'), await start('here'), await start('there'), await start('there')] as const;
  await world.route('here', 'there');
  await world.passTime(5_000);
  expect(nodes.map((node) => node.record.peers.size)).toEqual([1, 1, 1, 1]);
  return nodes;
}

describe('a manual address', () => {
  test('[CALL-1, CALL-2] gets a beacon at once: both nodes list each other, and stay listed', async () => {
    const [here, there] = [await start('here'), await start('there')];
    await world.route('here', 'there');
    const startedMs = world.nowMs();
    await here.connect(addressOf(there));
    expect(world.nowMs() - startedMs).toBeLessThan(200);
    expectExactly([here, there]);
    await world.passTime(180_000);
    expect([departures([here, there], startedMs), here.hallway.network.settings().manualAddresses]).toEqual([
      [],
      [addressOf(there)],
    ]);
  });

  test('[CALL-1] gets three beacons, since one may be lost', async () => {
    const [here, there] = [await start('here'), await start('there')];
    await world.route('here', 'there');
    const attacker = await addAttacker(world);
    await world.passTime(5_000);
    const heal = await world.block({ from: [here.host], to: [there.host], traffic: 'all' });
    const startedMs = world.nowMs();
    const connecting = here.connect(addressOf(there));
    await world.passTime(500);
    await heal();
    await connecting;
    const calls = attacker
      .recorded(here.host, 'beacon')
      .filter(({ destination, atMs }) => destination === addressOf(there) && atMs >= startedMs);
    // The peer that was found asks for the later beacons.
    expect(calls.slice(0, 3).map(({ atMs }) => Math.round(atMs - startedMs))).toEqual([0, 300, 700]);
  });

  test('[CALL-2] without a peer is stored, and gets a beacon every 30 s until one answers', async () => {
    const here = await start('here');
    const thereHost = await world.addHost({ interfaces: [{ name: 'eth0', segment: 'there', ipv6: false }] });
    await world.route('here', 'there');
    const first = (await thereHost.start()) as SimNode;
    const address = addressOf(first);
    await first.stop();
    await expect(here.connect(address)).rejects.toThrow('no-answer');
    expect(here.hallway.network.settings().manualAddresses).toEqual([address]);
    const attacker = await addAttacker(world);
    const startedMs = world.nowMs();
    await world.passTime(95_000);
    const calls = attacker.recorded(here.host, 'beacon').filter(({ destination }) => destination === address);
    const moments = calls.map(({ atMs }) => Math.round((atMs - startedMs) / 1_000));
    expect(calls).toHaveLength(9);
    expect((moments[3] ?? 0) - (moments[0] ?? 0)).toBeGreaterThanOrEqual(29);
    expect((moments[3] ?? 0) - (moments[0] ?? 0)).toBeLessThanOrEqual(31);
    here.hallway.network.forget(address);
    await world.passTime(70_000);
    expect(attacker.recorded(here.host, 'beacon').filter(({ destination }) => destination === address)).toHaveLength(9);
  });

  test('[CALL-2, PROBE-5] lists a peer that returns there within 35 s', async () => {
    const [here, there] = [await start('here'), await start('there')];
    await world.route('here', 'there');
    const address = addressOf(there);
    await here.connect(address);
    const startedMs = world.nowMs();
    await there.kill();
    await world.waitUntil('it is gone', () => here.record.peers.size === 0, pastExpiryMs);
    expect(shownReason(here, there, startedMs)).toBe('unreachable');
    const back = (await there.host.start()) as SimNode;
    // The simulated node cannot choose its port, so the address is given again.
    await here.connect(addressOf(back));
    expect(here.record.peers.get(back.peerId)?.presence).toBe('online');
  });

  test('[CALL-2] gets a beacon when the adapters change', async () => {
    const [here, there] = [await start('here'), await start('there')];
    await world.route('here', 'there');
    await here.host.pullCable('eth0');
    await world.passTime(5_000);
    const connecting = here.connect(addressOf(there)).catch(() => undefined);
    await world.passTime(4_000);
    await connecting;
    const startedMs = world.nowMs();
    await here.host.plugCable('eth0');
    await world.waitUntil('it is found', () => here.record.peers.has(there.peerId), 5_000);
    expect(world.nowMs() - startedMs).toBeLessThanOrEqual(3_000);
  });
});

describe('peer exchange', () => {
  test('[CALL-3] connects two sites by one address: all nodes list each other, and stay listed', async () => {
    const nodes = await twoSites();
    const startedMs = world.nowMs();
    await nodes[0].connect(addressOf(nodes[2]));
    const allMs = await untilAllSeeAll(world, nodes, introducedMs);
    console.log(describeFigure('SIM', { name: 'two sites of two, from one address', value: allMs, unit: 'ms' }));
    await world.passTime(120_000);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    expect(nodes.flatMap(({ record }) => record.violations)).toEqual([]);
  });

  test('[CALL-3] connects three nodes on two segments by one address', async () => {
    const nodes = [await start('here'), await start('here'), await start('there')] as const;
    await world.route('here', 'there');
    await world.passTime(5_000);
    await nodes[2].connect(addressOf(nodes[0]));
    await untilAllSeeAll(world, nodes, introducedMs);
    await world.passTime(120_000);
    expectExactly(nodes);
  });

  test('[CALL-3] connects two sites of twenty nodes each by one address', async () => {
    const nodes: SimNode[] = [];
    for (let count = 0; count < 20; count += 1) nodes.push(await start('here'), await start('there'));
    await world.route('here', 'there');
    await world.passTime(5_000);
    const [here, there] = nodes as [SimNode, SimNode];
    await here.connect(addressOf(there));
    const allMs = await untilAllSeeAll(world, nodes, 2 * introducedMs);
    console.log(describeFigure('SIM', { name: 'two sites of twenty, from one address', value: allMs, unit: 'ms' }));
    const startedMs = world.nowMs();
    await world.passTime(60_000);
    expect(departures(nodes, startedMs)).toEqual([]);
  });

  test('[CALL-3] does not ask peers that multicast reaches', async () => {
    const nodes = [await start(), await start(), await start()];
    await untilAllSeeAll(world, nodes);
    await world.passTime(10_000);
    const attacker = await addAttacker(world);
    await world.passTime(120_000);
    expect(nodes.flatMap(({ host }) => attacker.recorded(host, 'ask-peers'))).toEqual([]);
  });
});

describe('a passive node', () => {
  test('[CALL-6, REG-4] answers but never asks, sends unicast beacons to manual addresses only, and lets silent peers expire', async () => {
    const [passive, other] = [await start(), await start()];
    const far = await start('there');
    await world.route('lan', 'there');
    passive.hallway.network.change({ passive: true });
    const attacker = await addAttacker(world);
    await untilAllSeeAll(world, [passive, other]);
    await passive.connect(addressOf(far));
    await world.passTime(60_000);
    const sent = (['ping', 'ask-peers', 'suspect'] as const).map((kind) => attacker.recorded(passive.host, kind).length);
    expect(sent).toEqual([0, 0, 0]);
    expect(attacker.recorded(passive.host, 'pong').length).toBeGreaterThan(10);
    expect([other, far].map((node) => node.record.peers.get(passive.peerId)?.presence)).toEqual(['online', 'online']);
    expect([other, far].map((node) => passive.record.peers.get(node.peerId)?.presence)).toEqual(['online', 'online']);
    const startedMs = world.nowMs();
    await other.kill();
    await world.waitUntil('it is noticed', () => leftAtMs(passive, other, startedMs) !== undefined, pastExpiryMs);
    expect(shownReason(passive, other, startedMs)).toBe('expired');
    expect(world.nowMs() - startedMs).toBeGreaterThan(25_000);
  });

  test('[CALL-6] can become passive and active while it runs', async () => {
    const [node, other] = [await start(), await start()];
    await untilAllSeeAll(world, [node, other]);
    const attacker = await addAttacker(world);
    node.hallway.network.change({ passive: true });
    await world.passTime(10_000);
    const before = attacker.recorded(node.host, 'ping').length;
    node.hallway.network.change({ passive: false });
    await world.passTime(10_000);
    expect([before <= 1, attacker.recorded(node.host, 'ping').length - before >= 4]).toEqual([true, true]);
  });
});

describe('an excluded adapter', () => {
  test('[MEM-1, MEM-2, SOCK-4] sends nothing, and can be used again while the node runs', async () => {
    const host = await world.addHost({ interfaces: [{ name: 'eth0' }, { name: 'vpn0', segment: 'vpn' }] });
    const node = (await host.start()) as SimNode;
    const [near, far] = [await start('lan'), await start('vpn')];
    await world.waitUntil('both are seen', () => node.record.peers.size === 2, 10_000);
    node.hallway.network.change({ excludedInterfaces: ['vpn0'] });
    await world.passTime(3_000);
    const onVpn: string[] = [];
    const undo = world.lan.onDatagram(
      ({ from, segment, destination }) => from === host.name && segment === 'vpn' && onVpn.push(destination),
    );
    await world.passTime(60_000);
    undo();
    expect([onVpn, [...node.record.peers.keys()], node.hallway.profile.self().interfaces.map(({ name }) => name)]).toEqual([
      [],
      [near.peerId],
      ['eth0', 'eth0'],
    ]);
    expect(far.record.peers.size).toBe(0);
    node.hallway.network.change({ excludedInterfaces: [] });
    expect(await world.waitUntil('both are seen again', () => node.record.peers.size === 2, 10_000)).toBeLessThanOrEqual(5_000);
  });
});

function shownReason(node: WorldNode, other: WorldNode, sinceMs: number): string | undefined {
  const left = node.record.events.find(
    ({ atMs, event }) => atMs >= sinceMs && event.event === 'peer-left' && event.peerId === other.peerId,
  );
  return left?.event.event === 'peer-left' ? left.event.reason : undefined;
}
