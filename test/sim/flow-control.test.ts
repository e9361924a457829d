/**
 * Rates of new keys and of listed peers, in whole nodes: which peers are listed and stay online, and
 * what health says.
 */
import { afterEach, describe, expect, test } from 'vitest';
import {
  departures,
  hasHealth,
  nth,
  presencesShown,
  startAll,
  untilAllOnline,
  untilAllSeeAll,
  untilHealth,
} from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'flow control';
const foundMs = 10_000;

let world: SimWorld;

afterEach(() => world.close());

function droppedBy(node: SimNode, reason: string): number {
  const dropped = node.hallway.diagnostics.read().counters['dropped'] as Readonly<Record<string, number>>;
  return dropped[reason] ?? 0;
}

describe('new keys', () => {
  test('[FLOW-9] of forty instances on one computer, started at once, are all listed', async () => {
    world = createSimWorld({ seed });
    const host = await world.addHost();
    await Promise.all(Array.from({ length: 40 }, (_, index) => host.start({ profile: `${index}`, name: `${index}` })));
    await untilAllSeeAll(world, world.nodes);
    expect(world.nodes.map((node) => droppedBy(node, 'new-key-rate'))).toEqual(world.nodes.map(() => 0));
  });

  test('[FLOW-9] that come and go do not keep a peer out that restarts meanwhile, again and again', async () => {
    world = createSimWorld({ seed });
    const nodes = await startAll(await world.addHosts(2));
    const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses: 7 }] });
    await untilAllOnline(world, nodes, foundMs);
    const [stayer, first] = [nth(nodes, 0), nth(nodes, 1)];
    const attacking = attacker.attack({ kind: 'come-and-go', keysPerSecond: 900, durationMs: 40_000 });
    let restarted = first;
    for (let round = 0; round < 3; round += 1) {
      await world.passTime(3_000);
      await restarted.stop();
      restarted = await first.host.start();
      await untilAllOnline(world, [stayer, restarted], foundMs);
    }
    expect(hasHealth(stayer, 'flooded') || hasHealth(restarted, 'flooded')).toBe(true);
    expect(departures([stayer], 0).filter((text) => text.includes(`: ${first.name} `) && !text.endsWith('goodbye'))).toEqual([]);
    await attacking;
    await untilHealth(world, stayer, 'flooded', false, 15_000);
  });

  test('[REG-9] beyond the limit of the list are refused, health says so, and the listed peers stay', async () => {
    world = createSimWorld({ seed, presence: { maxPeers: 100 } });
    const nodes = await startAll(await world.addHosts(2));
    const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses: 20 }] });
    await untilAllOnline(world, nodes, foundMs);
    await attacker.attack({ kind: 'crowd', peers: 150, peersPerSecond: 100, durationMs: 10_000 });
    expect(nodes.map((node) => ({ listed: node.record.peers.size, full: hasHealth(node, 'list-full') }))).toEqual(
      nodes.map(() => ({ listed: 100, full: true })),
    );
    for (const node of nodes) await untilHealth(world, node, 'list-full', false, 60_000);
    expect(departures(nodes, 0).filter((text) => nodes.some(({ name }) => text.includes(`: ${name} `)))).toEqual([]);
  });
});

describe('listed keys', () => {
  const attackMs = 30_000;
  const order = { kind: 'known-keys', keys: 100, enterMs: 8_000, datagramsPerSecond: 5_000, durationMs: attackMs } as const;

  test('[FLOW-11, FLOW-5] under which wrong signatures come cost them the lane, and no one else', async () => {
    world = createSimWorld({ seed });
    const nodes = await startSettled(world, 3);
    const attacker = await world.addHost();
    const startedMs = world.nowMs();
    const attacking = attacker.attack(order);
    await world.passTime(order.enterMs + 4_000);
    const early = nodes.map((node) => counterOf(node, 'badSignature'));
    await world.passTime(10_000);
    const perSecond = nodes.map((node, index) => (counterOf(node, 'badSignature') - (early[index] ?? 0)) / 10);
    // The rate of one unknown address, for all these keys together.
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(200);
    expect(nodes.map((node) => hasHealth(node, 'flooded'))).toEqual(nodes.map(() => true));
    await attacking;
    for (const node of nodes) await untilHealth(world, node, 'flooded', false, 15_000);
    expect(wrongShown(nodes, startedMs)).toEqual([]);
  });

  test('[FLOW-10, FLOW-5] that flood with right signatures cannot use up the lane of the others', async () => {
    world = createSimWorld({ seed });
    const nodes = await startSettled(world, 5);
    const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses: 7 }] });
    const startedMs = world.nowMs();
    const attacking = attacker.attack({ ...order, keys: 200, durationMs: 20_000, signed: true });
    await world.passTime(order.enterMs + 5_000);
    const early = nodes.map((node) => counterOf(node, 'received'));
    await world.passTime(5_000);
    const perSecond = nodes.map((node, index) => (counterOf(node, 'received') - (early[index] ?? 0)) / 5);
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(1_100);
    expect(nodes.map((node) => droppedBy(node, 'known-rate') > 5_000)).toEqual(nodes.map(() => true));
    expect(nodes.map((node) => hasHealth(node, 'flooded'))).toEqual(nodes.map(() => true));
    await attacking;
    for (const node of nodes) await untilHealth(world, node, 'flooded', false, 15_000);
    expect(wrongShown(nodes, startedMs)).toEqual([]);
  });

  test('[FLOW-11] stay in the lane when wrong signatures under them come from other addresses', async () => {
    world = createSimWorld({ seed });
    const nodes = await startSettled(world, 5);
    const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses: 100 }] });
    const startedMs = world.nowMs();
    await attacker.attack({ kind: 'wrongly-signed', datagramsPerSecond: 10_000, durationMs: 8_000 });
    // Most datagrams of unknown senders are dropped meanwhile.
    expect(Math.min(...nodes.map((node) => droppedBy(node, 'unknown-rate')))).toBeGreaterThan(5_000);
    expect(wrongShown(nodes, startedMs)).toEqual([]);
  });
});

/** What nodes showed of each other since then, apart from `online`. */
function wrongShown(nodes: readonly SimNode[], sinceMs: number): readonly string[] {
  return nodes.flatMap((node) =>
    nodes.flatMap((other) => presencesShown(node, other, sinceMs).filter((presence) => presence !== 'online')),
  );
}

function counterOf(node: SimNode, name: 'received' | 'badSignature'): number {
  return node.hallway.diagnostics.read().counters[name] as number;
}
