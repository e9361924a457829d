/**
 * Hosts that find each other, and one that is killed. The same among fifty hosts is in
 * among-fifty.ts.
 */
import { expect } from 'vitest';
import {
  countJoins,
  crashSeenGoalMs,
  departures,
  expectExactly,
  expiryMs,
  findDeadlineMs,
  joinedAtMs,
  leftAtMs,
  listsAll,
  nth,
  pastExpiryMs,
  runningNodes,
  startAll,
  untilAllSeeAll,
} from './expectations.ts';
import { spreadFigures } from './figures.ts';
import type { Figure } from './figures.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

/** How long the cost of a settled network is measured. */
const idleMs = 5_000;
const bytesPerMegabyte = 1_000_000;
/** Milliseconds are asked of virtual time. Processes that share two processors print them. */
const foundWithinMs: Record<World['kind'], number> = { sim: findDeadlineMs, netns: 60_000 };

function find(count: number): Scenario {
  return {
    id: `S-FIND-${count}`,
    title: `${count} hosts find each other completely, each once`,
    async run(world) {
      const nodes = await startAll(await world.addHosts(count));
      const lastReadyMs = Math.max(...nodes.map((node) => node.record.ready?.atMs ?? Number.POSITIVE_INFINITY));
      await untilAllSeeAll(world, nodes, foundWithinMs[world.kind]);
      const completeMs = Math.max(
        ...nodes.flatMap((node) => nodes.map((other) => (node === other ? 0 : (joinedAtMs(node, other, 0) ?? Number.NaN)))),
      );
      expectExactly(nodes);
      for (const node of nodes) for (const other of nodes) if (node !== other) expect(countJoins(node, other)).toBe(1);
      return [
        { name: 'all see all, after the last is ready', value: Math.max(0, completeMs - lastReadyMs), unit: 'ms' },
        ...(await costFigures(world, nodes)),
      ];
    },
  };
}

async function costFigures(world: World, nodes: readonly WorldNode[]): Promise<readonly Figure[]> {
  const before = await Promise.all(nodes.map((node) => node.cost()));
  if (before.includes(undefined)) return [];
  await world.passTime(idleMs);
  const after = await Promise.all(nodes.map((node) => node.cost()));
  const shares = after.map((cost, index) => ((cost?.cpuMs ?? Number.NaN) - (before[index]?.cpuMs ?? Number.NaN)) / idleMs);
  return [
    {
      name: 'memory of the largest node',
      value: Math.max(...after.map((cost) => cost?.memoryBytes ?? Number.NaN)) / bytesPerMegabyte,
      unit: 'MB',
    },
    {
      name: 'processor time of one node, mean',
      value: (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length,
      unit: '%',
    },
  ];
}

const kill: Scenario = {
  id: 'S-KILL',
  title: `every node loses a killed peer within ${expiryMs / 1000} s, and lists the same peer when it returns`,
  async run(world) {
    const [victim, ...others] = runningNodes(world);
    if (!victim) throw new Error('no node is running');
    const startedMs = world.nowMs();
    await victim.kill();
    await world.waitUntil(
      () => `all notice that ${victim.name} was killed`,
      () => others.every((other) => leftAtMs(other, victim, startedMs) !== undefined),
      pastExpiryMs,
    );
    expect(departures(others, startedMs).filter((departure) => departure.endsWith(' goodbye'))).toEqual([]);
    expect(departures(others, startedMs)).toHaveLength(others.length);
    const noticedMs = others.map((other) => (leftAtMs(other, victim, startedMs) ?? Number.NaN) - startedMs);
    const returned = await victim.host.start();
    expect(returned.peerId).toBe(victim.peerId);
    await untilAllSeeAll(world, [...others, returned]);
    return spreadFigures('noticed by others', noticedMs, crashSeenGoalMs, expiryMs);
  },
};

const restart: Scenario = {
  id: 'S-RESTART',
  title: '[HS-7] a node that is killed and restarted at once stays one entry, with its new incarnation',
  async run(world) {
    const hosts = await world.addHosts(3);
    const nodes = await startAll(hosts);
    await untilAllSeeAll(world, nodes);
    const victim = nth(nodes, 0);
    const others = nodes.slice(1);
    await victim.kill();
    const startedMs = world.nowMs();
    const returned = await nth(hosts, 0).start({ name: 'returned' });
    expect(returned.peerId).toBe(victim.peerId);
    // The new name comes with the new incarnation, so it shows that a peer accepted it.
    const tookMs = await world.waitUntil(
      'the others show what the new start says',
      () => others.every((other) => other.record.peers.get(returned.peerId)?.name === 'returned') && listsAll(returned, others),
      pastExpiryMs,
    );
    expectExactly([returned, ...others]);
    await world.passTime(pastExpiryMs);
    // The deadline of the old incarnation must not remove the new one.
    expect(departures([returned, ...others], startedMs + tookMs)).toEqual([]);
    expectExactly([returned, ...others]);
    return [{ name: 'shown as returned', value: tookMs, unit: 'ms' }];
  },
};

export const findTwo = find(2);
export const findTen = find(10);
export const findFifty = find(50);
export { kill, restart };
