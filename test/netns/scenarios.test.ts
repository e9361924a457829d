/**
 * The scenarios on real kernels: each scene in a world of its own. Those that measure, or that fill the machine, run first and alone; the
 * others spend most of their time waiting, so they wait together.
 */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { scenes } from '../scenarios/all.ts';
import { runScenario } from '../scenarios/scenario.ts';
import type { Scenario, Scene } from '../scenarios/scenario.ts';
import { builtCommand, createNetnsWorld } from './netns-world.ts';
import type { NetnsWorld } from './netns-world.ts';
import { mustSkipNetns } from './tools.ts';

/** Scenes that wait together: with all of them at once, starting them all would make each other late. */
const scenesAtOnce = 6;
/** Three minutes of loss, and what comes before. */
const backgroundTimeoutMs = 360_000;

function print(line: string): void {
  console.log(line);
}

const here: readonly Scene[] = scenes
  .map((scene) => ({ ...scene, scenarios: runnableHere(scene.scenarios), background: runnableHere(scene.background ?? []) }))
  .filter((scene) => scene.scenarios.length > 0);

vi.setConfig({ maxConcurrency: scenesAtOnce });

describe.skipIf(mustSkipNetns())('namespaces', () => {
  const worlds = new Map<Scene, NetnsWorld>();
  beforeAll(() => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
  });
  afterAll(async () => {
    for (const world of worlds.values()) await world.close();
  });

  for (const scene of here.filter(({ alone }) => alone)) {
    const { title, scenarios, background = [] } = scene;
    describe(`alone: ${title}`, () => {
      beforeAll(async () => void worlds.set(scene, await createNetnsWorld()));
      // Where something goes on beside the others, the world goes on too.
      afterAll(async () => {
        if (background.length === 0) await worlds.get(scene)?.close();
      });

      // One after the other, each where the last one has left the world.
      for (const scenario of scenarios)
        test(`[${scenario.id}] ${scenario.title}`, async () => {
          await expect(runScenario(scenario, worldOf(scene), print)).resolves.toBeUndefined();
        });
    });
  }

  describe.concurrent('scenes', () => {
    for (const scene of here.filter(({ background = [] }) => background.length > 0))
      test(`beside: ${titlesOf(scene.background ?? [])}`, { timeout: backgroundTimeoutMs }, async () => {
        const world = worldOf(scene);
        for (const scenario of scene.background ?? []) await runScenario(scenario, world, print);
        await world.close();
        expect(world.nodes.filter((node) => node.state === 'running')).toEqual([]);
      });

    for (const { title, scenarios } of here.filter((scene) => !scene.alone))
      test(`together: ${title}`, async () => {
        const world = await createNetnsWorld();
        try {
          for (const scenario of scenarios) await runScenario(scenario, world, print);
        } finally {
          await world.close();
        }
        expect(world.nodes.filter((node) => node.state === 'running')).toEqual([]);
      });
  });

  function worldOf(scene: Scene): NetnsWorld {
    const world = worlds.get(scene);
    if (!world) throw new Error(`there is no world for "${scene.title}"`);
    return world;
  }
});

function runnableHere(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.filter(({ worlds }) => worlds?.includes('netns') ?? true);
}

function titlesOf(scenarios: readonly Scenario[]): string {
  return scenarios.map(({ id, title }) => `[${id}] ${title}`).join('; ');
}
