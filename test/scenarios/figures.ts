/** Measured numbers: how they are condensed, printed and held against their limits. */

export interface Figure {
  /** Such as `newcomer seen by others p95`. */
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MB' | '%' | 'count' | 'B/s';
  /** The largest value that is still right; absent means printed only. */
  readonly limit?: number;
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

/** Median, 95th percentile and maximum of samples in milliseconds; the limit is for the 95th percentile. */
export function spreadFigures(name: string, samplesMs: readonly number[], limitP95Ms?: number): readonly Figure[] {
  return [
    { name: `${name} p50`, value: percentile(samplesMs, 0.5), unit: 'ms' },
    {
      name: `${name} p95`,
      value: percentile(samplesMs, 0.95),
      unit: 'ms',
      ...(limitP95Ms === undefined ? {} : { limit: limitP95Ms }),
    },
    { name: `${name} max`, value: percentile(samplesMs, 1), unit: 'ms' },
  ];
}

export function describeFigure(id: string, figure: Figure): string {
  const limit = figure.limit === undefined ? '' : ` (limit ${figure.limit} ${figure.unit})`;
  return `figure: ${id} ${figure.name} = ${Number(figure.value.toFixed(1))} ${figure.unit}${limit}`;
}
