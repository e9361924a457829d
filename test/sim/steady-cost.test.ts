/**
 * The traffic of an idle node, which must not grow with the network: the scenarios of 10 and 50,
 * and one of 200 with HALLWAY_LONG=1.
 */
import { afterEach, describe, test } from 'vitest';
import { startAll, untilAllSeeAll } from '../scenarios/expectations.ts';
import { runScenario } from '../scenarios/scenario.ts';
import { costScenario } from '../scenarios/steady-cost.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'steady-cost';
const counts = process.env['HALLWAY_LONG'] === '1' ? [10, 50, 200] : [10, 50];
/** Time until peers met by HELLO alone are also heard by multicast, at intervals of 15 s. */
const quietMs = 30_000;

let world: SimWorld;

afterEach(() => world.close());

describe('steady cost', () => {
  test.each(counts)('[BUDDY-1, CAD-1, CAD-5] of one of %i nodes is within the goals', async (count) => {
    world = createSimWorld({ seed });
    const nodes = await startAll(await world.addHosts(count));
    await untilAllSeeAll(world, nodes);
    await world.passTime(quietMs);
    await runScenario(costScenario(count), world, (line) => console.log(line));
  });
});
