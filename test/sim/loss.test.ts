/**
 * False departures in five minutes, or in an hour with HALLWAY_LONG=1: fifty nodes on a network that
 * loses a fifth of all datagrams. Loss is independent per direction and receiver. No node leaves, so
 * no event may report that one left.
 */
import { afterEach, expect, test } from 'vitest';
import { departures, startAll, untilAllSeeAll } from '../scenarios/expectations.ts';
import { describeFigure } from '../scenarios/figures.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'loss';
const lossRate = 0.2;
const count = 50;
const hours = process.env['HALLWAY_LONG'] === '1' ? 1 : 1 / 12;
/** Real time. The hour takes three minutes on an idle machine with two processors. */
const timeoutMs = 1_200_000;

let world: SimWorld;

afterEach(() => world.close());

test(
  `[PROBE-1, PROBE-5, DOUBT-1] ${lossRate * 100} % loss, ${count} nodes, ${60 * hours} minutes: no peer leaves`,
  { timeout: timeoutMs },
  async () => {
    const startedMs = performance.now();
    world = createSimWorld({ seed, lossRate });
    const nodes = await startAll(await world.addHosts(count));
    const foundMs = await untilAllSeeAll(world, nodes, 35_000);
    const sinceMs = world.nowMs();
    await world.passTime(hours * 3_600_000);
    const suspects = nodes.flatMap(({ record }) =>
      record.events.filter(({ event }) => event.event === 'peer-updated' && event.peer.presence === 'suspect'),
    );
    const left = departures(nodes, sinceMs);
    for (const figure of [
      { name: 'all see all', value: foundMs, unit: 'ms' },
      { name: 'false departures', value: left.length, unit: 'count', limit: 0 },
      { name: 'false suspicions, per node and hour', value: suspects.length / count / hours, unit: 'count' },
      { name: 'real time', value: (performance.now() - startedMs) / 1_000, unit: 's' },
    ] as const)
      console.log(describeFigure('SIM-LOSS', figure));
    expect(left, `seed ${seed}`).toEqual([]);
    expect(nodes.flatMap(({ record }) => record.violations)).toEqual([]);
  },
);
