/**
 * Attackers on the same network must not change the peers that nodes show. The attacker programs
 * are in test/attackers.
 */
import { expect } from 'vitest';
import { maxHostBytes, maxNameBytes, maxNoteBytes } from '../../src/shared/contract/profile.ts';
import type { AttackOrder } from '../attackers/attacks.ts';
import { masks } from '../attackers/liars.ts';
import {
  departures,
  expectExactly,
  hasHealth,
  healedMs,
  nth,
  pastExpiryMs,
  startAll,
  untilAllOnline,
  untilAllSeeAll,
} from './expectations.ts';
import { slope } from './figures.ts';
import type { Figure } from './figures.ts';
import type { Scenario } from './scenario.ts';
import type { Host, NodeCost, World, WorldNode } from './world.ts';

const floodPerSecond = 20_000;
/** Half of this already exceeds the signatures that a node can check. */
const signedFloodPerSecond = 10_000;
const floodMs = 50_000;
const shortFloodMs = 12_000;
const lieMs = 28_000;
/** Time until queues and tables are full, and memory is stable. */
const warmUpMs = 8_000;
const sampleEveryMs = 500;
/** A slope is meaningful after this time. A shorter one mostly shows the garbage collector. */
const slopeTellsAfterMs = 20_000;
/** The heap takes one step of some 8 MB about 20 s into a flood, and is flat from then on. */
const settledAfterMs = 16_000;
/** An idle node needs 80 MB; the largest queue holds two and a half. */
const memoryLimitMegabytes = 150;
/**
 * Memory counts as flat below this slope over all samples after the warm-up. A table that keeps 100
 * bytes of 20,000 datagrams a second would grow by 120 MB a minute.
 */
const growthLimitPerMinute = 20;
const bytesPerMegabyte = 1_000_000;
const manyAddresses = 200;
const crowdSize = 4_600;
/** The rate at which a node sends HELLOs. */
const crowdPerSecond = 190;
const crowdMs = 30_000;
const maxPeers = 4_096;
const crowdGoneMs = 60_000;

interface Sample extends NodeCost {
  readonly atMs: number;
}

interface Flood {
  readonly id: string;
  readonly what: string;
  readonly order: AttackOrder;
  readonly extraAddresses?: number;
}

function flood({ id, what, order, extraAddresses = 0 }: Flood): Scenario {
  return {
    id,
    title: `[FLOW-3, FLOW-4] ${what}: no peer leaves, a newcomer is found, and memory stays flat`,
    async run(world) {
      const hosts = await world.addHosts(3);
      const attacker = await world.addHost({ interfaces: [{ name: 'eth0', extraAddresses }] });
      const nodes = await startAll(hosts);
      await untilAllOnline(world, nodes, healedMs);
      const startedMs = world.nowMs();
      const watched = { samples: nodes.map((): Sample[] => []), isOver: false, wrong: new Set<string>() };
      const [result, newcomer] = await Promise.all([
        attacker.attack(order).finally(() => (watched.isOver = true)),
        startAmid(world, order.durationMs),
        watch(world, nodes, watched),
      ]);
      expect(departures(nodes, startedMs)).toEqual([]);
      expect([...watched.wrong]).toEqual([]);
      await untilAllOnline(world, [...nodes, newcomer], healedMs);
      expectExactly([...nodes, newcomer]);
      const seconds = order.durationMs / 1_000;
      // An attacker below its stated rate would prove nothing.
      expect((result['sent'] ?? 0) / seconds).toBeGreaterThan(('datagramsPerSecond' in order ? order.datagramsPerSecond : 0) / 2);
      // The next flood starts with an empty world.
      await Promise.all([...nodes, newcomer].map((node) => node.stop()));
      return [
        { name: 'sent by the attacker', value: (result['sent'] ?? 0) / seconds, unit: '1/s' },
        ...watched.samples.flatMap(costFigures),
      ];
    },
  };
}

async function startAmid(world: World, durationMs: number): Promise<WorldNode> {
  const host = await world.addHost();
  await world.passTime(durationMs / 2);
  return host.start();
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

function costFigures(samples: readonly Sample[]): readonly Figure[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return [];
  const most = Math.max(...samples.map(({ memoryBytes }) => memoryBytes)) / bytesPerMegabyte;
  const later = samples.filter(({ atMs }) => atMs - first.atMs > settledAfterMs);
  const settled = later.length > 1 ? later : samples;
  const perMinute = slope(settled.map(({ atMs, memoryBytes }) => ({ at: atMs / 60_000, value: memoryBytes / bytesPerMegabyte })));
  return [
    {
      name: 'memory, growth after warm-up',
      value: perMinute,
      unit: 'MB/min',
      ...(last.atMs - first.atMs > settledAfterMs + slopeTellsAfterMs ? { limit: growthLimitPerMinute } : {}),
    },
    { name: 'memory, most', value: most, unit: 'MB', limit: memoryLimitMegabytes },
    { name: 'processor', value: (100 * (last.cpuMs - first.cpuMs)) / (last.atMs - first.atMs), unit: '%' },
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

export const crowdOfPeers: Scenario = {
  id: 'S-CROWD',
  title: `[REG-9] ${crowdSize} peers with valid keys from one computer: the registry is bounded, health reports it, and earlier peers stay`,
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
    for (const size of listed) expect(size).toBeLessThanOrEqual(maxPeers);
    expect(nodes.map((node) => hasHealth(node, 'list-full'))).toEqual(listed.map((size) => size === maxPeers));
    await world.waitUntil(
      () => `the crowd is gone from ${nodes.map((node) => node.record.peers.size - 1).join(' and ')}`,
      () => nodes.every((node) => node.record.peers.size === 1),
      crowdGoneMs,
    );
    expect(ours()).toEqual([]);
    await untilAllOnline(world, nodes, healedMs);
    return [
      { name: 'came', value: result['came'] ?? 0, unit: 'count' },
      ...listed.map((value): Figure => ({ name: 'listed', value, unit: 'count', limit: maxPeers })),
      ...costs.flatMap((cost): readonly Figure[] =>
        cost ? [{ name: 'memory', value: cost.memoryBytes / bytesPerMegabyte, unit: 'MB', limit: 300 }] : [],
      ),
    ];
  },
};

interface Lie {
  readonly id: string;
  readonly title: string;
  readonly kind: 'forge' | 'replay';
}

function lie({ id, title, kind }: Lie): Scenario {
  return {
    id,
    title,
    async run(world) {
      const hosts = await world.addHosts(3);
      const attacker = await world.addHost();
      const nodes = await startAll(hosts);
      await untilAllOnline(world, nodes, healedMs);
      const [stayer, other, leaver] = [nth(nodes, 0), nth(nodes, 1), nth(nodes, 2)];
      const startedMs = world.nowMs();
      const attacking = attacker.attack({ kind, durationMs: lieMs });
      await world.passTime(lieMs / 4);
      // A peer that left stays away, and a peer that returned stays listed, whatever the attacker
      // replays.
      await leaver.stop();
      const leftMs = world.nowMs();
      await world.passTime(lieMs / 4);
      expect(departures([stayer, other], startedMs).toSorted()).toEqual(
        [stayer, other].map((node) => `${node.name}: ${leaver.name} goodbye`).toSorted(),
      );
      expectExactly([stayer, other]);
      await other.stop();
      const returned = await nth(hosts, 1).start();
      await untilAllOnline(world, [stayer, returned], healedMs);
      const returnedMs = world.nowMs();
      const { sent = 0 } = await attacking;
      await world.passTime(pastExpiryMs);
      expect(departures([stayer, returned], returnedMs)).toEqual([]);
      expect(stayer.record.events.filter(({ atMs, event }) => atMs > leftMs && isAbout(event, leaver.peerId))).toEqual([]);
      expectExactly([stayer, returned]);
      expect(sent).toBeGreaterThan(0);
      return [{ name: 'sent by the attacker', value: sent, unit: 'count' }];
    },
  };
}

function isAbout(event: WorldNode['record']['events'][number]['event'], peerId: string): boolean {
  return (event.event === 'peer-joined' || event.event === 'peer-updated') && event.peer.peerId === peerId;
}

export const forgeries = lie({
  id: 'S-FORGED',
  title: '[ID-3, BUDDY-4, BYE-2] goodbyes, beacons, HELLOs, PINGs and suspicions in others’ names, or from strangers, do nothing',
  kind: 'forge',
});

export const replays = lie({
  id: 'S-REPLAYED',
  title: '[HS-6, AUTO-4] replaying everything that the group heard, at once and repeatedly, neither removes nor lists a peer',
  kind: 'replay',
});

export const slander: Scenario = {
  id: 'S-SLANDER',
  title: '[BUDDY-2] a peer that sends suspicions of all others makes no peer leave or become suspect',
  async run(world) {
    const { nodes, startedMs, attacker } = await threeAndAnAttacker(world);
    await attacker.attack({ kind: 'slander', durationMs: lieMs / 2 });
    const emitted = nodes.flatMap((node) =>
      node.record.events.flatMap(({ atMs, event }) =>
        atMs >= startedMs && event.event === 'peer-updated' && event.peer.presence !== 'online' ? [event.peer] : [],
      ),
    );
    expect(emitted.filter(({ peerId }) => nodes.some((node) => node.peerId === peerId))).toEqual([]);
    expect(departures(nodes, startedMs).filter((departure) => !departure.includes(': Slanderer '))).toEqual([]);
    expect(
      nodes.map((node) =>
        node.record.events.some(({ event }) => event.event === 'peer-joined' && event.peer.name === 'Slanderer'),
      ),
    ).toEqual(nodes.map(() => true));
    return [];
  },
};

/** Characters that a terminal or a browser would obey or hide. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060\ufeff\u00ad\u2800\u3164\u{e0000}-\u{e007f}]/u;

export const hostileTexts: Scenario = {
  id: 'S-HOSTILE-TEXT',
  title: '[WIRE-6, WIRE-7] names, hosts and notes with controls, overrides and excess length are shown clean and short',
  async run(world) {
    const { nodes, startedMs, attacker } = await threeAndAnAttacker(world);
    await attacker.attack({ kind: 'masquerade', durationMs: lieMs / 6 });
    const own = new Set(nodes.map((node) => node.peerId));
    for (const node of nodes) {
      const unknownPeers = [...node.record.peers.values()].filter(({ peerId }) => !own.has(peerId));
      expect(unknownPeers).toHaveLength(masks.length);
      const bytes = (text: string): number => new TextEncoder().encode(text).length;
      for (const { name, host, note } of unknownPeers) {
        expect([name, host, note].filter((text) => unsafe.test(text) || text !== text.trim())).toEqual([]);
        expect(bytes(name)).toBeLessThanOrEqual(maxNameBytes);
        expect(bytes(host)).toBeLessThanOrEqual(maxHostBytes);
        expect(bytes(note)).toBeLessThanOrEqual(maxNoteBytes);
      }
    }
    // A peer with the name of another is an entry of its own, and changes nothing about the first.
    const namesakes = [...nth(nodes, 1).record.peers.values()].filter(({ name }) => name === nth(nodes, 0).name);
    expect(new Set(namesakes.map(({ peerId }) => peerId)).size).toBe(2);
    expect(departures(nodes, startedMs)).toEqual([]);
    return [];
  },
};

async function threeAndAnAttacker(
  world: World,
): Promise<{ readonly nodes: readonly WorldNode[]; readonly startedMs: number; readonly attacker: Host }> {
  const hosts = await world.addHosts(3);
  const attacker = await world.addHost();
  const nodes = await startAll(hosts);
  await untilAllSeeAll(world, nodes);
  return { nodes, startedMs: world.nowMs(), attacker };
}
