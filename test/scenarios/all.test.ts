import { expect, test } from 'vitest';
import { scenarioGroups } from './all.ts';

test('every scenario has a unique ID and a sentence as title', () => {
  const scenarios = scenarioGroups.flatMap((group) => [...group.scenarios, ...(group.background ?? [])]);
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  expect(scenarios.filter(({ id, title }) => !/^S-[A-Z0-9-]+$/.test(id) || title.length < 20)).toEqual([]);
});
