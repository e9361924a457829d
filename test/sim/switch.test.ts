/**
 * A switch that is off for a while, on slow networks. No peer leaves, whatever was being probed at
 * the time.
 */
import { afterEach, expect, test } from 'vitest';
import { departures, untilAllOnline } from '../scenarios/expectations.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

let world: SimWorld;

afterEach(() => world.close());

test.each([
  ['a switch behind a slow link', { min: 0, max: 250 }],
  ['a quick switch', { min: 0.1, max: 0.5 }],
])('[DOUBT-1, DOUBT-5] %s: lost probes are repeated once it is back', async (_, delayMs) => {
  world = createSimWorld({ seed: process.env['HALLWAY_SEED'] ?? 'switch', delayMs });
  const nodes = await Promise.all((await world.addHosts(20)).map((host) => host.start()));
  await untilAllOnline(world, nodes, 20_000);
  const startedMs = world.nowMs();
  for (const offMs of [4_000, 7_300, 10_100, 13_700, 16_000]) {
    await world.passTime(6_000 + offMs / 7);
    const switchOn = await world.stopSwitch('lan');
    await world.passTime(offMs);
    await switchOn();
    await untilAllOnline(world, nodes, 10_000);
  }
  expect(departures(nodes, startedMs)).toEqual([]);
});
