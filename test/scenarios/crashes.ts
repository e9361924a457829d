/** Crashes of several nodes at the same moment: all others notice each of them within seconds. */
import { expect } from 'vitest';
import {
  crashSeenGoalMs,
  departures,
  expectExactly,
  expiryMs,
  fillUp,
  runningNodes,
  startAll,
  untilGone,
} from './expectations.ts';
import { spreadFigures } from './figures.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

const rounds = 3;

type Choice = (running: readonly WorldNode[], round: number) => readonly WorldNode[];

export const crashesAmongFifty: readonly Scenario[] = [
  amongFifty('S-CRASH-TENTH', 'a tenth', (running) => running.filter((_, index) => index % 10 === 0)),
  amongFifty('S-CRASH-QUARTER', 'a quarter', (running) => running.filter((_, index) => index % 4 === 1)),
];

export const crashesAmongTwenty: readonly Scenario[] = [
  amongTwenty('S-CRASH-NEIGHBOURS', 'three neighbours in the ring', (running, round) =>
    running.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1)).slice(5 * round, 5 * round + 3),
  ),
  amongTwenty('S-CRASH-FIVE', 'five', (running, round) => running.filter((_, index) => index % 4 === round)),
];

function amongFifty(id: string, which: string, choose: Choice): Scenario {
  return {
    id,
    title: `all nodes lose ${which} of 50 that crash at once (goal ${crashSeenGoalMs / 1_000} s), and no other peer leaves`,
    async run(world) {
      return spreadFigures(
        'seen by others',
        await crashTogether(world, choose(runningNodes(world), 0)),
        crashSeenGoalMs,
        expiryMs,
      );
    },
  };
}

function amongTwenty(id: string, which: string, choose: Choice): Scenario {
  return {
    id,
    title: `[BUDDY-5] all nodes lose ${which} of 20 that crash at once (goal ${crashSeenGoalMs / 1_000} s), and no other peer leaves`,
    async run(world) {
      if (world.hosts.length === 0) {
        await startAll(await world.addHosts(20));
        await fillUp(world);
      }
      const samplesMs: number[] = [];
      for (let round = 0; round < rounds; round++)
        samplesMs.push(...(await crashTogether(world, choose(runningNodes(world), round))));
      return spreadFigures('seen by others', samplesMs, crashSeenGoalMs, expiryMs);
    },
  };
}

/** @returns when each node lost each victim, after the crash */
async function crashTogether(world: World, victims: readonly WorldNode[]): Promise<readonly number[]> {
  const others = runningNodes(world).filter((node) => !victims.includes(node));
  const startedMs = world.nowMs();
  await Promise.all(victims.map((victim) => victim.kill()));
  const samplesMs = await untilGone(world, others, victims, startedMs);
  expect(departures(others, startedMs)).toHaveLength(others.length * victims.length);
  expectExactly(others);
  await fillUp(world);
  return samplesMs;
}
