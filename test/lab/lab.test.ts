/**
 * The scenarios on real kernels: each scene in a world of its own. Those that measure, or that fill the machine, run first and alone; the
 * others spend most of their time waiting, so they wait together.
 */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { scenes } from '../scenarios/all.ts';
import { runScenario } from '../scenarios/scenario.ts';
import type { Scene } from '../scenarios/scenario.ts';
import { builtCommand, createLabWorld } from './lab-world.ts';
import type { LabWorld } from './lab-world.ts';
import { mustSkipLab } from './tools.ts';

/** Scenes that wait together: with all of them at once, starting them all would make each other late. */
const scenesAtOnce = 8;

function print(line: string): void {
  console.log(line);
}

const here: readonly Scene[] = scenes
  .map((scene) => ({ ...scene, scenarios: scene.scenarios.filter(({ worlds }) => worlds?.includes('lab') ?? true) }))
  .filter((scene) => scene.scenarios.length > 0);

vi.setConfig({ maxConcurrency: scenesAtOnce });

describe.skipIf(mustSkipLab())('the lab', () => {
  beforeAll(() => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
  });

  for (const { title, scenarios } of here.filter((scene) => scene.alone)) {
    describe(`alone: ${title}`, () => {
      let world: LabWorld;
      beforeAll(async () => {
        world = await createLabWorld();
      });
      afterAll(() => world.close());

      // One after the other, each where the last one has left the world.
      for (const scenario of scenarios)
        test(`[${scenario.id}] ${scenario.title}`, async () => {
          await expect(runScenario(scenario, world, print)).resolves.toBeUndefined();
        });
    });
  }

  describe.concurrent('scenes', () => {
    for (const { title, scenarios } of here.filter((scene) => !scene.alone))
      test(`together: ${title}`, async () => {
        const world = await createLabWorld();
        try {
          for (const scenario of scenarios) await runScenario(scenario, world, print);
        } finally {
          await world.close();
        }
        expect(world.nodes.filter((node) => node.state === 'running')).toEqual([]);
      });
  });
});
