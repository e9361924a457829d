/**
 * The scenarios on real kernels, each group in its own world. Groups that measure, or that fill the
 * machine, run first and alone. The others mostly wait, so they run together.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { scenarioGroups } from '../scenarios/all.ts';
import { startAll, untilAllOnline } from '../scenarios/expectations.ts';
import { eachSays, untilTold } from '../scenarios/room-talk.ts';
import { runScenario } from '../scenarios/scenario.ts';
import type { Scenario, ScenarioGroup } from '../scenarios/scenario.ts';
import { builtCommand, createNetnsWorld } from './netns-world.ts';
import type { NetnsWorld } from './netns-world.ts';
import { mustSkipNetns } from './tools.ts';

/** Groups that run together. Starting all of them at once would delay each other. */
const groupsAtOnce = 8;
/** Two processes that meet and talk. */
const compilingMs = 30_000;
/** Three minutes of loss, and the scenarios before it. */
const backgroundTimeoutMs = 360_000;

function print(line: string): void {
  console.log(line);
}

const here: readonly ScenarioGroup[] = scenarioGroups
  .map((group) => ({ ...group, scenarios: runnableHere(group.scenarios), background: runnableHere(group.background ?? []) }))
  .filter((group) => group.scenarios.length > 0);

vi.setConfig({ maxConcurrency: groupsAtOnce });

describe.skipIf(mustSkipNetns())('namespaces', () => {
  const worlds = new Map<ScenarioGroup, NetnsWorld>();
  /** What two processes compiled saves fifty others a third of the work of their start. */
  let compiled: string;
  beforeAll(async () => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
    compiled = mkdtempSync(join(tmpdir(), 'hallway-compiled-'));
    await compileInto(compiled);
  });
  afterAll(async () => {
    rmSync(compiled, { recursive: true, force: true });
    for (const world of worlds.values()) await world.close();
  });

  for (const group of here.filter(({ alone }) => alone)) {
    const { title, scenarios, background = [] } = group;
    describe(`alone: ${title}`, () => {
      beforeAll(async () => void worlds.set(group, await createNetnsWorld(compiled)));
      // With a background scenario, the world's time passes too.
      afterAll(async () => {
        if (background.length === 0) await worlds.get(group)?.close();
      });

      // In sequence, each in the state that the last one left.
      for (const scenario of scenarios)
        test(`[${scenario.id}] ${scenario.title}`, async () => {
          await expect(runScenario(scenario, worldOf(group), print)).resolves.toBeUndefined();
        });
    });
  }

  describe.concurrent('groups', () => {
    for (const group of here.filter(({ background = [] }) => background.length > 0))
      test(`beside: ${titlesOf(group.background ?? [])}`, { timeout: backgroundTimeoutMs }, async () => {
        const world = worldOf(group);
        for (const scenario of group.background ?? []) await runScenario(scenario, world, print);
        await world.close();
        expect(world.nodes.filter((node) => node.state === 'running')).toEqual([]);
      });

    for (const { title, scenarios } of here.filter((group) => !group.alone))
      test(`together: ${title}`, async () => {
        const world = await createNetnsWorld(compiled);
        try {
          for (const scenario of scenarios) await runScenario(scenario, world, print);
        } finally {
          await world.close();
        }
        expect(world.nodes.filter((node) => node.state === 'running')).toEqual([]);
      });
  });

  function worldOf(group: ScenarioGroup): NetnsWorld {
    const world = worlds.get(group);
    if (!world) throw new Error(`there is no world for "${group.title}"`);
    return world;
  }
});

/** A process writes what it compiled when it ends by itself. */
async function compileInto(folder: string): Promise<void> {
  const world = await createNetnsWorld(folder);
  const nodes = await startAll(await world.addHosts(2));
  await untilAllOnline(world, nodes, compilingMs);
  await untilTold(world, nodes, await eachSays(world, nodes, 'one message of'), compilingMs);
  await Promise.all(nodes.map((node) => node.stop()));
  await world.close();
}

function runnableHere(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.filter(({ worlds }) => worlds?.includes('netns') ?? true);
}

function titlesOf(scenarios: readonly Scenario[]): string {
  return scenarios.map(({ id, title }) => `[${id}] ${title}`).join('; ');
}
