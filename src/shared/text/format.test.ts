import { expect, test } from 'vitest';
import { formatCount, formatDuration, formatList } from './format.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('%j names at most three: %j', (names, text) => {
  expect(formatList(names, 3)).toBe(text);
});

test('without a limit, all items are named', () => {
  const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
  expect(formatList(names).split(/, | and /u)).toEqual(names);
});

test('one item takes the singular', () => {
  expect([
    formatCount(0, 'time'),
    formatCount(1, 'time'),
    formatCount(2, 'time'),
    formatCount(2, 'person is', 'people are'),
  ]).toEqual(['0 times', '1 time', '2 times', '2 people are']);
});

test.each([
  [0, '0 s'],
  [999, '1 s'],
  [1_234, '1.2 s'],
  [-800, '0.8 s'],
  [12_345, '12 s'],
  [59_900, '59 s'],
  [59_999, '1 min'],
  [119_000, '1 min'],
  [3_599_990, '1 h'],
  [7_200_000, '2 h'],
  [3 * 86_400_000, '3 d'],
])('%d ms are %j', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
