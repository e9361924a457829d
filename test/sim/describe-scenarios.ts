/**
 * Runs scenarios on the simulated network, on virtual time and from one seed. The namespaces run
 * the same scenarios on real kernels. For another trace: HALLWAY_SEED=… npx vitest run --project
 * sim.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { scenarioGroups } from '../scenarios/all.ts';
import { runScenario, type ScenarioGroup } from '../scenarios/scenario.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'hallway';
/** Real time: fifty nodes for some minutes of virtual time, on a machine that is busy besides. */
const timeoutMs = 240_000;

/** Two files run them, at the same time: this group takes as long as all others. */
export const titleOfFifty = 'fifty hosts';

export function describeScenarios(isHere: (group: ScenarioGroup) => boolean): void {
  const groups = scenarioGroups
    .filter(isHere)
    .map(({ title, scenarios, background = [] }) => ({
      title,
      scenarios: [...scenarios, ...background].filter(({ worlds }) => worlds?.includes('sim') ?? true),
    }))
    .filter(({ scenarios }) => scenarios.length > 0);

  describe.each(groups)('$title', ({ scenarios }) => {
    let world: SimWorld;
    beforeAll(() => void (world = createSimWorld({ seed, hasFiles: scenarios.some(({ hasFiles = false }) => hasFiles) })));
    afterAll(() => world.close());

    test.each(scenarios.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
      '[%s] %s',
      { timeout: timeoutMs },
      async (_id, _title, scenario) => {
        await runScenario(scenario, world, (line) => console.log(line));
      },
    );
  });
}
