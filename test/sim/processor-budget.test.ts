/**
 * A newcomer among fifty, when each datagram costs processor time at both ends. On the kernel,
 * fifty processes share two cores, so the figures there are those of the machine. Here every host
 * has a processor of its own, and the figures are those of the protocol.
 */
import { afterEach, expect, test } from 'vitest';
import { joinedAtMs, nth, runningNodes, startAll, untilAllSeeAll } from '../scenarios/expectations.ts';
import { percentile } from '../scenarios/figures.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const hostCount = 50;
const newcomers = 3;
/** The time to check or make a signature, and the system's part of sending it. */
const processorMs = 0.15;
const settledMs = 10_000;
const seenGoalMs = 50;
const seesAllGoalMs = 100;

let world: SimWorld;

afterEach(() => world.close());

test(`[HS-1] a newcomer among ${hostCount} is seen within ${seenGoalMs} ms and sees all within ${seesAllGoalMs} ms`, async () => {
  world = createSimWorld({ seed: 'processor-budget' });
  await startAll(await world.addHosts(hostCount - 1));
  await untilAllSeeAll(world, runningNodes(world));
  await world.passTime(settledMs);
  const settled = runningNodes(world);
  world.lan.setProcessorTime(processorMs);

  const host = await world.addHost();
  const seenMs: number[] = [];
  const seesAllMs: number[] = [];
  for (let round = 0; round < newcomers; round += 1) {
    const startedMs = world.nowMs();
    const newcomer = await host.start({ profile: `newcomer-${round}` });
    await untilAllSeeAll(world, [...settled, newcomer]);
    const readyMs = newcomer.record.ready?.atMs ?? Number.NaN;
    const since = (atMs: number | undefined): number => Math.max(0, (atMs ?? Number.NaN) - readyMs);
    seenMs.push(...settled.map((other) => since(joinedAtMs(other, newcomer, startedMs))));
    seesAllMs.push(Math.max(...settled.map((other) => since(joinedAtMs(newcomer, other, startedMs)))));
    await newcomer.stop();
    await world.passTime(settledMs);
  }
  const seen = percentile(seenMs, 0.95);
  const all = percentile(seesAllMs, 1);
  console.log(`${processorMs} ms for each datagram: seen p95 ${seen.toFixed(1)} ms, sees all at most ${all.toFixed(1)} ms`);
  expect(seen).toBeLessThanOrEqual(seenGoalMs);
  expect(all).toBeLessThanOrEqual(seesAllGoalMs);
  expect(nth(settled, 0).record.violations).toEqual([]);
});
