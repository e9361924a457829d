/** Versions that peers announce, on virtual time. */
import { afterEach, expect, test } from 'vitest';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

let world: SimWorld;
afterEach(() => world.close());

const newerAt = ({ hallway }: SimNode) => hallway.diagnostics.examine().findings.filter(({ code }) => code === 'newer-version');
const versionsAt = ({ hallway }: SimNode) =>
  hallway.presence
    .peers()
    .map(({ name, version }) => [name, version] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));

test('[PROF-10, PROF-11] the doctor counts the peers here that claim a newer version, until they leave', async () => {
  world = createSimWorld({
    seed: 'versions',
    versions: { h1: '1.2.0', h2: '1.3.0', h3: '1.10.0-beta.1', h4: '1.2.0', h5: 'latest' },
  });
  const nodes = await startSettled(world, 6);
  const [ana, bo, cy] = [nth(nodes, 0), nth(nodes, 1), nth(nodes, 2)];
  const seen = versionsAt(ana);
  const all = newerAt(ana);
  const atNewest = newerAt(cy);
  const withoutVersion = newerAt(nth(nodes, 5));
  await cy.stop();
  await world.passTime(1_000);
  const one = newerAt(ana);
  await bo.stop();
  await world.passTime(1_000);

  expect(seen).toEqual([
    ['h2', '1.3.0'],
    ['h3', '1.10.0-beta.1'],
    ['h4', '1.2.0'],
    ['h5', undefined],
    ['h6', undefined],
  ]);
  expect({ all, atNewest, withoutVersion, one, none: newerAt(ana) }).toEqual({
    all: [{ code: 'newer-version', severity: 'info', values: { count: 2, newest: '1.10.0-beta.1', own: '1.2.0' } }],
    atNewest: [],
    withoutVersion: [],
    one: [{ code: 'newer-version', severity: 'info', values: { count: 1, newest: '1.3.0', own: '1.2.0' } }],
    none: [],
  });
});

test('[PROF-11] a newer version raises no health entry', async () => {
  world = createSimWorld({ seed: 'quiet', versions: { h1: '1.2.0', h2: '99999.0.0' } });
  const [ana] = await startSettled(world, 2);
  expect({ found: ana && newerAt(ana).length, health: ana?.hallway.health.list() }).toEqual({ found: 1, health: [] });
});
