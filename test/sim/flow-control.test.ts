/** Rates of new keys and of listed peers, in whole nodes: who is listed, who stays online, and what health says. */
import { afterEach, describe, expect, test } from 'vitest';
import { departures, hasHealth, nth, startAll, untilAllOnline, untilAllSeeAll, untilHealth } from '../scenarios/expectations.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'flow control';
const foundMs = 10_000;

let world: SimWorld;

afterEach(() => world.close());

function droppedBy(node: SimWorld['nodes'][number], reason: string): number {
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
