/** Hosts that come and go: how completely and how quickly the others notice. */
import { expect } from 'vitest';
import {
  countJoins,
  departures,
  expectExactly,
  expiryMs,
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

const newcomerRounds = 10;
const leavers = 10;
const newcomerSeenLimitMs = 50;
const newcomerSeesLimitMs = 300;
const leaveSeenLimitMs = 100;
/** How long a settled network is watched for what it costs. */
const idleMs = 5_000;
const bytesPerMegabyte = 1_000_000;
const departedDeadlineMs = 5_000;

function find(count: number): Scenario {
  return {
    id: `S-FIND-${count}`,
    title: `${count} hosts find one another completely, each once`,
    async run(world) {
      const nodes = await startAll(await world.addHosts(count));
      const lastReadyMs = Math.max(...nodes.map((node) => node.record.ready?.atMs ?? Number.POSITIVE_INFINITY));
      await untilAllSeeAll(world, nodes);
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

const newcomer: Scenario = {
  id: 'S-NEWCOMER-50',
  title: `a newcomer among 50 is seen by the others within ${newcomerSeenLimitMs} ms of its ready, and sees all within ${newcomerSeesLimitMs} ms (p95)`,
  async run(world) {
    const settled = runningNodes(world).slice(0, -1);
    let last = nth(runningNodes(world), settled.length);
    const seenMs: number[] = [];
    const seesAllMs: number[] = [];
    for (let round = 0; round < newcomerRounds; round++) {
      await leave(world, last, settled);
      const startedMs = world.nowMs();
      // Never heard of before: a new identity.
      last = await last.host.start({ profile: `newcomer-${round}` });
      const everybody = [...settled, last];
      await untilAllSeeAll(world, everybody);
      const readyMs = last.record.ready?.atMs ?? Number.NaN;
      // Its first beacon is out before it says that it is ready, so others may be quicker than that.
      const sinceReadyMs = (atMs: number | undefined): number => Math.max(0, (atMs ?? Number.NaN) - readyMs);
      for (const other of settled) seenMs.push(sinceReadyMs(joinedAtMs(other, last, startedMs)));
      seesAllMs.push(Math.max(...settled.map((other) => sinceReadyMs(joinedAtMs(last, other, startedMs)))));
    }
    expectExactly([...settled, last]);
    return [
      ...spreadFigures('seen by others', seenMs, newcomerSeenLimitMs),
      ...spreadFigures('sees all', seesAllMs, newcomerSeesLimitMs),
    ];
  },
};

const leaveAmongFifty: Scenario = {
  id: 'S-LEAVE-50',
  title: `a clean leave among 50 is seen by the others within ${leaveSeenLimitMs} ms (p95)`,
  async run(world) {
    const samplesMs: number[] = [];
    const startedMs = world.nowMs();
    for (let round = 0; round < leavers; round++) {
      const [leaver, ...others] = runningNodes(world);
      if (!leaver) throw new Error('nobody is left');
      samplesMs.push(...(await leave(world, leaver, others)));
    }
    expectExactly(runningNodes(world));
    expect(departures(runningNodes(world), startedMs).filter((departure) => !departure.endsWith(' goodbye'))).toEqual([]);
    return spreadFigures('seen by others', samplesMs, leaveSeenLimitMs);
  },
};

/** @returns after how long each of the others noticed */
async function leave(world: World, leaver: WorldNode, others: readonly WorldNode[]): Promise<readonly number[]> {
  const startedMs = world.nowMs();
  await leaver.stop();
  await world.waitUntil(
    () => `all others see that ${leaver.name} left: ${others.filter((other) => listsAll(other, [leaver])).length} do not`,
    () => others.every((other) => leftAtMs(other, leaver, startedMs) !== undefined),
    departedDeadlineMs,
  );
  return others.map((other) => (leftAtMs(other, leaver, startedMs) ?? Number.NaN) - startedMs);
}

const kill: Scenario = {
  id: 'S-KILL',
  title: `a node that is killed is gone for everybody within ${expiryMs / 1000} s, and the same peer when it returns`,
  async run(world) {
    const [victim, ...others] = runningNodes(world);
    if (!victim) throw new Error('nobody is running');
    const startedMs = world.nowMs();
    await victim.kill();
    await world.waitUntil(
      () => `everybody notices that ${victim.name} was killed`,
      () => others.every((other) => leftAtMs(other, victim, startedMs) !== undefined),
      pastExpiryMs,
    );
    expect(departures(others, startedMs).filter((departure) => departure.endsWith(' goodbye'))).toEqual([]);
    expect(departures(others, startedMs)).toHaveLength(others.length);
    const noticedMs = others.map((other) => (leftAtMs(other, victim, startedMs) ?? Number.NaN) - startedMs);
    const returned = await victim.host.start();
    expect(returned.peerId).toBe(victim.peerId);
    await untilAllSeeAll(world, [...others, returned]);
    return spreadFigures('noticed by others', noticedMs).map((figure) =>
      figure.name.endsWith('max') ? { ...figure, limit: expiryMs } : figure,
    );
  },
};

const restart: Scenario = {
  id: 'S-RESTART',
  title: 'a node that is killed and started again at once stays one entry, heard again',
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
    // The new name comes with the new start, so who shows it has taken the new start in.
    const tookMs = await world.waitUntil(
      'the others show what the new start says',
      () => others.every((other) => other.record.peers.get(returned.peerId)?.name === 'returned') && listsAll(returned, others),
      pastExpiryMs,
    );
    expectExactly([returned, ...others]);
    await world.passTime(pastExpiryMs);
    // The old start's deadline must not take the new one away.
    expect(departures([returned, ...others], startedMs + tookMs)).toEqual([]);
    expectExactly([returned, ...others]);
    return [{ name: 'shown as returned', value: tookMs, unit: 'ms' }];
  },
};

export const findTwo = find(2);
export const findTen = find(10);
export const findFifty = find(50);
export const amongFifty = [findFifty, newcomer, leaveAmongFifty] as const;
export const amongTen = [findTen, kill] as const;
export { restart };
