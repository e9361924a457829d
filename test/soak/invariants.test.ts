import { expect, test } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createHarm, differing, growing, notOnce, unexplained, type Sample } from './invariants.ts';
import { planRound, veteranCount } from './plan.ts';

const hostCount = 30;

test('a seed gives one plan, another seed another', () => {
  const plan = (seed: number) => planRound(createSeededRandom(seed), hostCount);
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

test('a hundred rounds have every kind of trouble, in order, and never end a veteran', () => {
  const random = createSeededRandom(7);
  const rounds = Array.from({ length: 100 }, () => planRound(random, hostCount));
  expect(new Set(rounds.flat().map(({ kind }) => kind)).size).toBe(10);
  for (const round of rounds) {
    expect(round.map(({ atMs }) => atMs)).toEqual(round.map(({ atMs }) => atMs).toSorted((one, other) => one - other));
    const ended = round.flatMap((trouble) =>
      ['kill', 'leave', 'newcomer'].includes(trouble.kind) && 'host' in trouble ? [trouble.host] : [],
    );
    expect(ended.filter((host) => host < veteranCount)).toEqual([]);
  }
});

test('a departure is explained only by harm to one of the two, or to all', () => {
  const harm = createHarm();
  harm.harm('h1', 100);
  const left = (atMs: number, by: string, of: string) => unexplained([{ atMs, by, of, reason: 'expired' }], harm).length;
  expect([left(50, 'h1', 'h2'), left(50, 'h2', 'h1'), left(50, 'h2', 'h3'), left(150, 'h1', 'h2')]).toEqual([0, 0, 1, 1]);
  harm.harmAll(200);
  expect(left(150, 'h1', 'h2')).toBe(0);
});

test('histories that differ are named at the first difference', () => {
  expect(
    differing(
      new Map([
        ['h1', ['a', 'b']],
        ['h2', ['a', 'b']],
      ]),
    ),
  ).toBeUndefined();
  expect(
    differing(
      new Map([
        ['h1', ['a', 'b']],
        ['h2', ['a', 'c']],
      ]),
    ),
  ).toContain('differ at 1 of 2: b, c');
  expect(
    differing(
      new Map([
        ['h1', ['a']],
        ['h2', ['a', 'c']],
      ]),
    ),
  ).toContain('nothing, c');
});

test('a message is wanted exactly once', () => {
  expect(notOnce(['a', 'b', 'c'], ['a', 'b', 'b'])).toEqual(['b', 'c']);
});

test('a process that grows is named, one that varies is not', () => {
  const samples = (grow: number): readonly Sample[] =>
    Array.from({ length: 30 }, (_, at) => ({
      ...{ atMs: at, memoryBytes: 100e6 + (at % 3) * 5e6 + at * grow, descriptors: 30, timers: 20 + at * (grow / 1e6) },
    }));
  expect(growing('h1', samples(0))).toEqual([]);
  expect(growing('h1', samples(6e6))).toEqual([expect.stringContaining('memory grew'), expect.stringContaining('timers grew')]);
});
