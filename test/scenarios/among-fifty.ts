/**
 * Events among fifty hosts that list each other: newcomers, clean leaves, crashes, pulled cables, a
 * switch that restarts, and the cost of idling. Each scenario starts where the last one ended, and
 * leaves fifty hosts.
 */
import { expect } from 'vitest';
import {
  crashSeenGoalMs,
  departures,
  expectExactly,
  expiryMs,
  fillUp,
  hasHealth,
  healedMs,
  joinedAtMs,
  leftAfterMs,
  nth,
  onlineDeadlineMs,
  pastExpiryMs,
  runningNodes,
  untilAllOnline,
  untilAllSeeAll,
  untilGone,
} from './expectations.ts';
import { spreadFigures } from './figures.ts';
import { costScenario } from './steady-cost.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

const rounds = 10;
const newcomerSeenGoalMs = 50;
const newcomerSeesGoalMs = 100;
const leaveSeenGoalMs = 100;
const kills = 3;
const cables = 1;
const switchOffMs = 10_000;
const lossRate = 0.2;
const lossyMs = 181_000;

export const newcomerAmongFifty: Scenario = {
  id: 'S-NEWCOMER-50',
  title: `a newcomer among 50 is seen by the others (goal ${newcomerSeenGoalMs} ms after its ready) and sees all (goal ${newcomerSeesGoalMs} ms)`,
  async run(world) {
    const settled = runningNodes(world).slice(0, -1);
    let last = nth(runningNodes(world), settled.length);
    const seenMs: number[] = [];
    const seesAllMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await leave(world, last, settled);
      const startedMs = world.nowMs();
      // A new identity, unknown to all.
      last = await last.host.start({ profile: `newcomer-${round}` });
      const everybody = [...settled, last];
      await untilAllSeeAll(world, everybody);
      const readyMs = last.record.ready?.atMs ?? Number.NaN;
      // The first beacon precedes `ready`, so others may list the newcomer earlier.
      const sinceReadyMs = (atMs: number | undefined): number => Math.max(0, (atMs ?? Number.NaN) - readyMs);
      for (const other of settled) seenMs.push(sinceReadyMs(joinedAtMs(other, last, startedMs)));
      seesAllMs.push(Math.max(...settled.map((other) => sinceReadyMs(joinedAtMs(last, other, startedMs)))));
    }
    expectExactly([...settled, last]);
    return [
      ...spreadFigures('seen by others', seenMs, newcomerSeenGoalMs),
      ...spreadFigures('sees all', seesAllMs, newcomerSeesGoalMs),
    ];
  },
};

export const leaveAmongFifty: Scenario = {
  id: 'S-LEAVE-50',
  title: `a clean leave among 50 is seen by the others (goal ${leaveSeenGoalMs} ms)`,
  async run(world) {
    const samplesMs: number[] = [];
    const startedMs = world.nowMs();
    for (let round = 0; round < rounds; round++) {
      const [leaver, ...others] = runningNodes(world);
      if (!leaver) throw new Error('no node is left');
      samplesMs.push(...(await leave(world, leaver, others)));
    }
    expectExactly(runningNodes(world));
    expect(departures(runningNodes(world), startedMs).filter((departure) => !departure.endsWith(' goodbye'))).toEqual([]);
    await fillUp(world);
    return spreadFigures('seen by others', samplesMs, leaveSeenGoalMs);
  },
};

export const killAmongFifty: Scenario = {
  id: 'S-KILL-50',
  title: `every node loses one of 50 that is killed (goal ${crashSeenGoalMs / 1_000} s, never more than ${expiryMs / 1_000} s)`,
  async run(world) {
    const samplesMs: number[] = [];
    for (let round = 0; round < kills; round++) {
      const [victim, ...others] = runningNodes(world);
      if (!victim) throw new Error('no node is left');
      const startedMs = world.nowMs();
      await victim.kill();
      samplesMs.push(...(await untilGone(world, others, [victim], startedMs)));
      expect(departures(others, startedMs)).toEqual(others.map((other) => `${other.name}: ${victim.name} unreachable`));
      const returned = await victim.host.start();
      await untilAllSeeAll(world, [...others, returned]);
    }
    return spreadFigures('seen by others', samplesMs, crashSeenGoalMs, expiryMs);
  },
};

export const cableAmongFifty: Scenario = {
  id: 'S-CABLE-50',
  title: `the others lose one of 50 whose cable is pulled (goal ${crashSeenGoalMs / 1_000} s), and it blames its own network`,
  async run(world) {
    const samplesMs: number[] = [];
    for (let round = 0; round < cables; round++) {
      const [cutOff, ...others] = runningNodes(world);
      if (!cutOff) throw new Error('no node is left');
      const startedMs = world.nowMs();
      await cutOff.host.pullCable('eth0');
      samplesMs.push(...(await untilGone(world, others, [cutOff], startedMs)));
      await world.waitUntil(
        'it says that it is cut off',
        () => hasHealth(cutOff, 'no-network') || hasHealth(cutOff, 'looks-offline'),
        pastExpiryMs,
      );
      expect(departures([cutOff], startedMs)).toEqual([]);
      expect(departures(others, startedMs)).toHaveLength(others.length);
      await cutOff.host.plugCable('eth0');
      await untilAllOnline(world, [...others, cutOff], onlineDeadlineMs[world.kind]);
      expect(departures([cutOff], startedMs)).toEqual([]);
    }
    return spreadFigures('seen by others', samplesMs, crashSeenGoalMs, expiryMs);
  },
};

export const switchRestarts: Scenario = {
  id: 'S-SWITCH-RESTARTS',
  title: `a switch is off for ${switchOffMs / 1_000} s: no peer leaves, and all are online soon after (goal ${healedMs / 1_000} s)`,
  async run(world) {
    const nodes = runningNodes(world);
    await untilAllOnline(world, nodes, onlineDeadlineMs[world.kind]);
    // Else a node that stands still while the switch fails is taken for one that crashed before.
    await world.untilProcessorsAreFree?.();
    const startedMs = world.nowMs();
    const switchOn = await world.stopSwitch('lan');
    try {
      await world.passTime(switchOffMs);
      const doubting = (): readonly string[] => nodes.filter((node) => hasHealth(node, 'looks-offline')).map(({ name }) => name);
      await world.waitUntil(
        () => `all ${nodes.length} doubt themselves, not only ${doubting().join(' ')}`,
        () => doubting().length === nodes.length,
        onlineDeadlineMs[world.kind],
      );
      // All peers fell silent at once, so each node doubts itself. Peers with unanswered probes are
      // suspect, and stay listed.
      const suspects = nodes.map(
        (node) => [...node.record.peers.values()].filter(({ presence }) => presence === 'suspect').length,
      );
      expect(departures(nodes, startedMs)).toEqual([]);
      expect(Math.min(...suspects)).toBeGreaterThan(0);
    } finally {
      // Else every scenario after a failure would fail too.
      await switchOn();
    }
    const onlineMs = await untilAllOnline(world, nodes, onlineDeadlineMs[world.kind]);
    await world.waitUntil(
      'no node doubts itself',
      () => nodes.every((node) => !hasHealth(node, 'looks-offline')),
      onlineDeadlineMs[world.kind],
    );
    expect(departures(nodes, startedMs)).toEqual([]);
    return [{ name: 'all online again', value: onlineMs, unit: 'ms', goal: healedMs }];
  },
};

/** On virtual time, test/sim/steady-cost.test.ts runs it. */
export const costOfFifty: Scenario = { ...costScenario(50), worlds: ['netns'] };

export const longLoss: Scenario = {
  id: 'S-LOSS-LONG',
  title: `${lossRate * 100} % loss among 50 hosts for three minutes: no peer leaves`,
  // On virtual time, a separate test runs an hour of it.
  worlds: ['netns'],
  async run(world) {
    const nodes = runningNodes(world);
    await untilAllOnline(world, nodes, onlineDeadlineMs[world.kind]);
    await world.setLoss(lossRate);
    const startedMs = world.nowMs();
    await world.passTime(lossyMs);
    await world.setLoss(0);
    expect(departures(nodes, startedMs)).toEqual([]);
    expectExactly(nodes);
    return [
      { name: 'watched', value: (world.nowMs() - startedMs) / 1_000, unit: 's' },
      { name: 'false departures', value: departures(nodes, startedMs).length, unit: 'count', limit: 0 },
    ];
  },
};

/** @returns how long each of the others took to notice, in milliseconds */
async function leave(world: World, leaver: WorldNode, others: readonly WorldNode[]): Promise<readonly number[]> {
  const startedMs = world.nowMs();
  await leaver.stop();
  await untilGone(world, others, [leaver], startedMs);
  return leftAfterMs(others, leaver, startedMs);
}
