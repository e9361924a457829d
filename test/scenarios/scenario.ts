/**
 * What a scenario is, and how one is run in either world: its figures are printed and held against their limits (and, on virtual
 * time, their goals), and what must be true after every scenario is looked at.
 */
import { expect } from 'vitest';
import { describeFigure, isAsItMustBe } from './figures.ts';
import type { Figure } from './figures.ts';
import type { World } from './world.ts';

export interface Scenario {
  /** The same in both worlds, such as `S-FIND-10`. */
  readonly id: string;
  /** What is true, as a sentence. */
  readonly title: string;
  /** The worlds that can show it; both if not given. */
  readonly worlds?: readonly World['kind'][];
  /** Asserts what it says; returns what it measured. */
  readonly run: (world: World) => Promise<readonly Figure[]>;
}

/** Scenarios that follow one another in the same world, because setting it up is most of the work. */
export interface ScenarioGroup {
  readonly title: string;
  /** Whether it is so much work, or measures so finely, that nothing else should run on the machine at the same time. */
  readonly alone: boolean;
  readonly scenarios: readonly Scenario[];
  /** What follows in the same world and hardly works but takes long: the namespaces run it beside the groups that are not alone. */
  readonly background?: readonly Scenario[];
}

/** @param print takes one line for each figure */
export async function runScenario(scenario: Scenario, world: World, print: (line: string) => void): Promise<void> {
  const figures = await scenario.run(world);
  for (const figure of figures) print(describeFigure(scenario.id, figure));
  expect(figures.filter((figure) => !isAsItMustBe(figure, world.kind === 'sim'))).toEqual([]);
  await expectWhatIsAlwaysTrue(world);
}

/** Nobody said anything that contradicts the format or itself, nobody lists itself, and nobody ended without being told to. */
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
