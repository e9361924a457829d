/**
 * Floods, of garbage, of wrong signatures and of peers with valid keys. Nodes keep their lists, find
 * newcomers, and bound their memory. The attacker programs are in test/attackers.
 */
import { expect } from 'vitest';
import type { AttackOrder } from '../attackers/attacks.ts';
import { departures, expectExactly, hasHealth, healedMs, startAll, untilAllOnline } from './expectations.ts';
import { slope } from './figures.ts';
import type { Figure } from './figures.ts';
import type { Scenario } from './scenario.ts';
import type { NodeCost, World, WorldNode } from './world.ts';

const floodPerSecond = 20_000;
/** Half of this already exceeds the signatures that a node can check. */
const signedFloodPerSecond = 10_000;
/** Longer in a nightly run: a slope tells only there. */
const floodMs = process.env['HALLWAY_LONG'] === '1' ? 50_000 : 20_000;
const shortFloodMs = 12_000;
/** Time until queues and tables are full, and memory is stable. */
const warmUpMs = 8_000;
const sampleEveryMs = 500;
/** A slope is meaningful after this time. A shorter one mostly shows the garbage collector. */
const slopeTellsAfterMs = 20_000;
/**
 * By then V8 has sized its young generation, in one step of some 8 MB about 20 s into a flood. With
 * that size capped (--max-semi-space-size=2) the whole flood is flat.
 */
const settledAfterMs = 16_000;
/** An idle node needs 92 MB, and one that 200 addresses flood took 145. */
const memoryLimitMegabytes = 150;
/**
 * Memory counts as flat below this slope once it has settled. A table that keeps 100 bytes of 20,000
 * datagrams a second would grow by 120 MB a minute.
 */
const growthLimitPerMinute = 10;
const bytesPerMegabyte = 1_000_000;
const manyAddresses = 200;
const fewAddresses = 7;
const passersByPerSecond = 900;
const knownKeys = 200;
const keyFloodMs = 30_000;
const keyFloodProcessorLimit = 40;
/** Health forgets a flood after 10 s. */
const floodForgottenMs = 15_000;
const crowdSize = 4_600;
/** The rate at which a node sends HELLOs. */
const crowdPerSecond = 190;
const crowdMs = 30_000;
/** 200 at once, 20 a second and one at each address, with some room. */
const mayEnter = 1_000;
const crowdGoneMs = 60_000;

interface Sample extends NodeCost {
  readonly atMs: number;
}

interface Flood {
  readonly id: string;
  readonly what: string;
  readonly order: AttackOrder;
  readonly extraAddresses?: number;
  /** The rules that it shows, in brackets. */
  readonly rules?: string;
  /** Share of a core that it may cost a node, in percent. */
  readonly processorLimit?: number;
}

function flood({ id, what, order, extraAddresses = 0, rules = '[FLOW-3, FLOW-4, FLOW-5]', processorLimit }: Flood): Scenario {
  return {
    id,
    title: `${rules} ${what}: no peer leaves, a newcomer is found, memory stays flat, and health names it while it lasts`,
    async run(world) {
      const hosts = await world.addHosts(3);
      const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses }] });
      const nodes = await startAll(hosts);
      await untilAllOnline(world, nodes, healedMs);
      const startedMs = world.nowMs();
      const watched = { samples: nodes.map((): Sample[] => []), isOver: false, wrong: new Set<string>() };
      const [result, newcomer] = await Promise.all([
        attacker.attack(order).finally(() => (watched.isOver = true)),
        startAmid(world, nodes, order.durationMs),
        watch(world, nodes, watched),
      ]);
      const others = new Set([...nodes, newcomer].map(({ name }) => name));
      expect(departures(nodes, startedMs).filter((departure) => others.has(departure.split(' ')[1] ?? ''))).toEqual([]);
      expect([...watched.wrong]).toEqual([]);
      expect(nodes.some((node) => hasHealth(node, 'flooded'))).toBe(true);
      await world.waitUntil('the flood is over', () => nodes.every((node) => !hasHealth(node, 'flooded')), floodForgottenMs);
      await world.waitUntil(
        () => `the attacker's peers are gone from ${nodes.map((node) => node.record.peers.size - nodes.length).join(', ')}`,
        () => nodes.every((node) => node.record.peers.size === nodes.length),
        crowdGoneMs,
      );
      await untilAllOnline(world, [...nodes, newcomer], healedMs);
      expectExactly([...nodes, newcomer]);
      const seconds = order.durationMs / 1_000;
      // An attacker below its stated rate would prove nothing.
      expect((result['sent'] ?? 0) / seconds).toBeGreaterThan(('datagramsPerSecond' in order ? order.datagramsPerSecond : 0) / 2);
      // The next flood starts with an empty world.
      await Promise.all([...nodes, newcomer].map((node) => node.stop()));
      return [
        { name: 'sent by the attacker', value: (result['sent'] ?? 0) / seconds, unit: '1/s' },
        ...watched.samples.flatMap((samples) => costFigures(samples, processorLimit)),
      ];
    },
  };
}

/** Starts a node halfway through the flood. It is found before the end. */
async function startAmid(world: World, nodes: readonly WorldNode[], durationMs: number): Promise<WorldNode> {
  const host = await world.addHost();
  await world.passTime(durationMs / 2);
  const newcomer = await host.start();
  await untilAllOnline(world, [...nodes, newcomer], durationMs / 2);
  return newcomer;
}

/** Samples the nodes until the end: their cost, and whether all are online everywhere. */
async function watch(
  world: World,
  nodes: readonly WorldNode[],
  watched: { readonly samples: readonly Sample[][]; readonly isOver: boolean; readonly wrong: Set<string> },
): Promise<void> {
  const startedMs = world.nowMs();
  while (!watched.isOver) {
    await world.passTime(sampleEveryMs);
    for (const [index, node] of nodes.entries()) {
      const cost = await node.cost();
      if (cost && world.nowMs() - startedMs > warmUpMs) watched.samples[index]?.push({ ...cost, atMs: world.nowMs() });
      for (const other of nodes) {
        const presence = node.record.peers.get(other.peerId)?.presence;
        if (node !== other && presence !== 'online') watched.wrong.add(`${node.name} has ${other.name} ${presence}`);
      }
    }
  }
}

function costFigures(samples: readonly Sample[], processorLimit: number | undefined): readonly Figure[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return [];
  const most = Math.max(...samples.map(({ memoryBytes }) => memoryBytes)) / bytesPerMegabyte;
  const later = samples.filter(({ atMs }) => atMs - first.atMs > settledAfterMs);
  const settled = later.length > 1 ? later : samples;
  const perMinute = slope(settled.map(({ atMs, memoryBytes }) => ({ at: atMs / 60_000, value: memoryBytes / bytesPerMegabyte })));
  return [
    {
      name: 'memory, growth once settled',
      value: perMinute,
      unit: 'MB/min',
      ...(last.atMs - first.atMs > settledAfterMs + slopeTellsAfterMs ? { limit: growthLimitPerMinute } : {}),
    },
    { name: 'memory, most', value: most, unit: 'MB', limit: memoryLimitMegabytes },
    {
      name: 'processor',
      value: (100 * (last.cpuMs - first.cpuMs)) / (last.atMs - first.atMs),
      unit: '%',
      ...(processorLimit === undefined ? {} : { limit: processorLimit }),
    },
  ];
}

export const garbageFlood = flood({
  id: 'S-FLOOD',
  what: `${floodPerSecond} garbage datagrams a second for ${floodMs / 1_000} s`,
  order: { kind: 'garbage', datagramsPerSecond: floodPerSecond, durationMs: floodMs },
});

export const wrongSignatures = flood({
  id: 'S-FLOOD-SIGNED',
  what: `${signedFloodPerSecond} wrongly signed beacons a second with invented and known keys`,
  order: { kind: 'wrongly-signed', datagramsPerSecond: signedFloodPerSecond, durationMs: shortFloodMs },
});

export const manySources = flood({
  id: 'S-FLOOD-SOURCES',
  what: `${signedFloodPerSecond} wrongly signed beacons a second from ${manyAddresses} addresses`,
  order: { kind: 'wrongly-signed', datagramsPerSecond: signedFloodPerSecond, durationMs: shortFloodMs },
  extraAddresses: manyAddresses,
});

export const passersBy = flood({
  id: 'S-FLOOD-KEYS',
  what: `${passersByPerSecond} keys a second that come and go, from ${fewAddresses + 1} addresses`,
  order: { kind: 'come-and-go', keysPerSecond: passersByPerSecond, durationMs: keyFloodMs },
  extraAddresses: fewAddresses,
  rules: '[FLOW-3, FLOW-5, FLOW-9]',
  processorLimit: keyFloodProcessorLimit,
});

export const underKnownKeys = flood({
  id: 'S-FLOOD-KNOWN',
  what: `${signedFloodPerSecond} wrongly signed datagrams a second under ${knownKeys} listed keys`,
  order: {
    kind: 'known-keys',
    keys: knownKeys,
    enterMs: warmUpMs,
    datagramsPerSecond: signedFloodPerSecond,
    durationMs: keyFloodMs,
  },
  extraAddresses: fewAddresses,
  rules: '[FLOW-3, FLOW-5, FLOW-11]',
  processorLimit: keyFloodProcessorLimit,
});

export const crowdOfPeers: Scenario = {
  id: 'S-CROWD',
  title: `[FLOW-9] ${crowdSize} peers with valid keys from one computer: few enter, health reports it, and earlier peers stay`,
  async run(world) {
    const hosts = await world.addHosts(2);
    const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses: 60 }] });
    const nodes = await startAll(hosts);
    await untilAllOnline(world, nodes, healedMs);
    const startedMs = world.nowMs();
    const ours = (): readonly string[] =>
      departures(nodes, startedMs).filter((departure) => nodes.some((node) => departure.includes(`: ${node.name} `)));
    const result = await attacker.attack({
      kind: 'crowd',
      peers: crowdSize,
      peersPerSecond: crowdPerSecond,
      durationMs: crowdMs,
    });
    const listed = nodes.map((node) => node.record.peers.size);
    const costs = await Promise.all(nodes.map((node) => node.cost()));
    expect(ours()).toEqual([]);
    expect(nodes.map((node) => hasHealth(node, 'flooded'))).toEqual(nodes.map(() => true));
    await world.waitUntil(
      () => `the crowd is gone from ${nodes.map((node) => node.record.peers.size - 1).join(' and ')}`,
      () => nodes.every((node) => node.record.peers.size === 1),
      crowdGoneMs,
    );
    expect(ours()).toEqual([]);
    await untilAllOnline(world, nodes, healedMs);
    return [
      { name: 'came', value: result['came'] ?? 0, unit: 'count' },
      ...listed.map((value): Figure => ({ name: 'listed', value, unit: 'count', limit: mayEnter })),
      ...costs.flatMap((cost): readonly Figure[] =>
        cost ? [{ name: 'memory', value: cost.memoryBytes / bytesPerMegabyte, unit: 'MB', limit: 300 }] : [],
      ),
    ];
  },
};
