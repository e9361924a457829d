/**
 * Measured figures: condensed, printed and compared. A *limit* decides whether a scenario passes,
 * in both worlds. A *goal* is the quality that we aim for. It must be reached on virtual time. On a
 * machine shared by fifty nodes it is printed with its verdict.
 */

export interface Figure {
  /** Such as `newcomer seen by others p95`. */
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MB' | 'MB/min' | '%' | 'count' | 'B/s' | '1/s';
  /** The largest value that passes. */
  readonly limit?: number;
  /** The largest value that reaches our aim. */
  readonly goal?: number;
}

/**
 * The percentile of samples.
 *
 * @param share 0.95 for the 95th percentile (nearest rank: always a measured value)
 * @throws without samples, because such a figure would pass every limit
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('a percentile needs samples');
  return value;
}

/**
 * Median, 95th percentile and maximum of samples in milliseconds. The goal applies to the 95th
 * percentile, the limit to the maximum.
 */
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
 * The growth of a value, by least squares over all samples. The sawtooth of a garbage collector
 * then has little weight.
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

/** True if the value is within its limit, and within its goal if goals count. */
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
