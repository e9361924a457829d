/**
 * Defines a scenario, and runs one in either world. Figures are printed and compared with their
 * limits, and on virtual time with their goals. After each scenario it asserts the general
 * invariants.
 */
import { expect } from 'vitest';
import { describeFigure, isAsItMustBe } from './figures.ts';
import type { Figure } from './figures.ts';
import type { World } from './world.ts';

export interface Scenario {
  /** The same in both worlds, such as `S-FIND-10`. */
  readonly id: string;
  /** The behaviour, as a sentence. */
  readonly title: string;
  /** The worlds that can run it. If absent, both. */
  readonly worlds?: readonly World['kind'][];
  /** True if its nodes need disks, which the simulated world has only then. */
  readonly hasFiles?: boolean;
  /** Asserts the behaviour. @returns the measured figures */
  readonly run: (world: World) => Promise<readonly Figure[]>;
}

/** Scenarios that run in sequence in one world, since its set-up is most of the work. */
export interface ScenarioGroup {
  readonly title: string;
  /** True if no other group may run at the same time, because of load or precise measurements. */
  readonly alone: boolean;
  readonly scenarios: readonly Scenario[];
  /**
   * Scenarios that run after these in the same world, slow but light. The namespaces run them
   * beside the groups that are not alone.
   */
  readonly background?: readonly Scenario[];
}

/** @param print takes one line per figure */
export async function runScenario(scenario: Scenario, world: World, print: (line: string) => void): Promise<void> {
  const figures = await scenario.run(world);
  for (const figure of figures) print(describeFigure(scenario.id, figure));
  expect(figures.filter((figure) => !isAsItMustBe(figure, world.kind === 'sim'))).toEqual([]);
  await expectWhatIsAlwaysTrue(world);
}

/**
 * Asserts that no event violates the format, no node lists itself or a peer twice, and none
 * crashed.
 */
async function expectWhatIsAlwaysTrue(world: World): Promise<void> {
  expect(world.nodes.flatMap((node) => node.record.violations.map((violation) => `${node.name}: ${violation}`))).toEqual([]);
  expect(world.nodes.filter((node) => node.state === 'crashed').map((node) => node.name)).toEqual([]);
  const running = world.nodes.filter((node) => node.state === 'running' && node.record.ready);
  const listings = await Promise.all(running.map(async (node) => ({ node, listed: await node.askPeers() })));
  expect(
    listings.filter(({ node, listed }) => listed.some((peer) => peer.peerId === node.peerId)).map(({ node }) => node.name),
  ).toEqual([]);
  for (const { node, listed } of listings)
    expect(new Set(listed.map((peer) => peer.peerId)).size, `${node.name} lists a peer twice`).toBe(listed.length);
}
