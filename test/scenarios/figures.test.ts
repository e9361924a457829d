import { expect, test } from 'vitest';
import { describeFigure, percentile, spreadFigures } from './figures.ts';

test('a percentile is a value that was measured, whatever the order', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.95), percentile(hundred, 1), percentile([7], 0.95)]).toEqual([
    50, 95, 100, 7,
  ]);
});

test('a figure of no samples is an error, not a pass', () => {
  expect(() => percentile([], 0.95)).toThrow('needs samples');
});

test('figures are printed with their limit', () => {
  const lines = spreadFigures('seen', [1, 2, 3.456], 50).map((figure) => describeFigure('S-X', figure));
  expect(lines).toEqual([
    'figure: S-X seen p50 = 2 ms',
    'figure: S-X seen p95 = 3.5 ms (limit 50 ms)',
    'figure: S-X seen max = 3.5 ms',
  ]);
});
