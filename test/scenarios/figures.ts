/**
 * Measured numbers: how they are condensed, printed and held against what they should be. A *limit* is part of what works or does not, and
 * fails the scenario anywhere. A *goal* is how good we mean to be: on virtual time it must be reached, on a machine that fifty nodes share
 * with other work it is printed with its verdict.
 */

export interface Figure {
  /** Such as `newcomer seen by others p95`. */
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MB' | 'MB/min' | '%' | 'count' | 'B/s' | '1/s';
  /** The largest value that is still right. */
  readonly limit?: number;
  /** The largest value that is as good as we mean to be. */
  readonly goal?: number;
}

/**
 * @param share 0.95 for the 95th percentile (nearest rank: always a value that was measured)
 * @throws when there are no samples, because a figure of nothing would pass every limit
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('a percentile needs samples');
  return value;
}

/** Median, 95th percentile and maximum of samples in milliseconds. The goal is for the 95th percentile, the limit for the slowest. */
export function spreadFigures(
  name: string,
  samplesMs: readonly number[],
  goalP95Ms?: number,
  limitMs?: number,
): readonly Figure[] {
  return [
    { name: `${name} p50`, value: percentile(samplesMs, 0.5), unit: 'ms' },
    {
      name: `${name} p95`,
      value: percentile(samplesMs, 0.95),
      unit: 'ms',
      ...(goalP95Ms === undefined ? {} : { goal: goalP95Ms }),
    },
    {
      name: `${name} max`,
      value: percentile(samplesMs, 1),
      unit: 'ms',
      ...(limitMs === undefined ? {} : { limit: limitMs }),
    },
  ];
}

/**
 * How fast something grows, by least squares over all samples, so that the sawtooth of a garbage collector counts for little.
 *
 * @returns the growth per unit of `at`
 */
export function slope(samples: readonly { readonly at: number; readonly value: number }[]): number {
  if (samples.length < 2) throw new Error('a slope needs samples');
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = mean(samples.map(({ at }) => at));
  const meanValue = mean(samples.map(({ value }) => value));
  const covariance = samples.reduce((sum, { at, value }) => sum + (at - meanAt) * (value - meanValue), 0);
  return covariance / samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
}

/** What must be right wherever it is measured; and, where time is virtual, what should be. */
export function isAsItMustBe({ value, limit, goal }: Figure, goalsCount: boolean): boolean {
  return (limit === undefined || value <= limit) && (!goalsCount || goal === undefined || value <= goal);
}

export function describeFigure(id: string, figure: Figure): string {
  const { name, value, unit, limit, goal } = figure;
  const marks = [
    ...(goal === undefined ? [] : [` (goal ${round(goal)} ${unit}: ${value <= goal ? 'met' : 'missed'})`]),
    ...(limit === undefined ? [] : [` (limit ${round(limit)} ${unit})`]),
  ];
  return `figure: ${id} ${name} = ${round(value)} ${unit}${marks.join('')}`;
}

function round(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 1));
}
