import { expect, test } from 'vitest';
import { describeFigure, isAsItMustBe, percentile, slope, spreadFigures } from './figures.ts';

test('a percentile is a measured value, for any order of samples', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.95), percentile(hundred, 1), percentile([7], 0.95)]).toEqual([
    50, 95, 100, 7,
  ]);
});

test('a figure without samples is an error, not a pass', () => {
  expect(() => percentile([], 0.95)).toThrow('needs samples');
});

test('a figure is printed with its limit, and with its goal and verdict', () => {
  const lines = spreadFigures('seen', [1, 2, 3.456], 50, 35_000);
  expect(
    [...lines, { name: 'sent', value: 600, unit: 'B/s' as const, goal: 500 }].map((one) => describeFigure('S-X', one)),
  ).toEqual([
    'figure: S-X seen p50 = 2 ms',
    'figure: S-X seen p95 = 3.46 ms (goal 50 ms: met)',
    'figure: S-X seen max = 3.46 ms (limit 35000 ms)',
    'figure: S-X sent = 600 B/s (goal 500 B/s: missed)',
  ]);
});

test('a limit always applies, a goal only on virtual time', () => {
  const judge = (value: number, goalsCount: boolean): boolean =>
    isAsItMustBe({ name: 'seen', value, unit: 'ms', goal: 50, limit: 100 }, goalsCount);
  expect([judge(50, true), judge(51, true), judge(51, false), judge(101, false)]).toEqual([true, false, true, false]);
  expect(isAsItMustBe({ name: 'seen', value: Number.NaN, unit: 'ms', limit: 1 }, false)).toBe(false);
});

test('a slope is the growth, despite a sawtooth', () => {
  const saw = Array.from({ length: 40 }, (_, at) => ({ at, value: 7 + 0.5 * at + (at % 2 === 0 ? 1 : -1) }));
  expect(slope(saw)).toBeCloseTo(0.5, 1);
  expect(
    slope([
      { at: 0, value: 3 },
      { at: 9, value: 3 },
    ]),
  ).toBe(0);
  expect(() => slope([{ at: 0, value: 3 }])).toThrow('needs samples');
});
