/** The rules of a soak, as functions of observations, so that each is shown to fail when broken. */

/** The hosts that were disturbed, and until when it may show. */
export interface Harm {
  /** Until then, others may lose that host, and it may lose others. */
  harm(host: string, untilMs: number): void;
  harmAll(untilMs: number): void;
  isHarmed(host: string, atMs: number): boolean;
}

export function createHarm(): Harm {
  const untilByHost = new Map<string, number>();
  let allUntilMs = Number.NEGATIVE_INFINITY;
  return {
    harm(host, untilMs) {
      untilByHost.set(host, Math.max(untilMs, untilByHost.get(host) ?? untilMs));
    },
    harmAll(untilMs) {
      allUntilMs = Math.max(allUntilMs, untilMs);
    },
    isHarmed: (host, atMs) => atMs <= allUntilMs || atMs <= (untilByHost.get(host) ?? Number.NEGATIVE_INFINITY),
  };
}

export interface Departure {
  readonly atMs: number;
  /** The host whose node reported it. */
  readonly by: string;
  /** The host whose node was said to have left. */
  readonly of: string;
  readonly reason: string;
}

/** @returns a sentence for each departure that nothing explains */
export function unexplained(departures: readonly Departure[], harm: Harm): readonly string[] {
  return departures
    .filter(({ atMs, by, of }) => !harm.isHarmed(by, atMs) && !harm.isHarmed(of, atMs))
    .map(
      ({ atMs, by, of, reason }) =>
        `${by} took ${of} off its list (${reason}) at ${(atMs / 1_000).toFixed(1)} s, and nothing was wrong`,
    );
}

/**
 * @param histories by host: the IDs of the last messages of a room, oldest first
 * @returns a sentence about the first two hosts whose histories differ
 */
export function differing(histories: ReadonlyMap<string, readonly string[]>): string | undefined {
  const [first, ...others] = histories;
  if (first === undefined) return undefined;
  const [firstHost, expected] = first;
  for (const [host, ids] of others) {
    const length = Math.max(ids.length, expected.length);
    const index = Array.from({ length }, (_, at) => at).find((at) => ids[at] !== expected[at]);
    if (index !== undefined)
      return `${firstHost} and ${host} differ at ${index} of ${length}: ${expected[index] ?? 'nothing'}, ${ids[index] ?? 'nothing'}`;
  }
  return undefined;
}

/** @returns the IDs of `wanted` that are not exactly once in `found` */
export function notOnce(wanted: readonly string[], found: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  return wanted.filter((id) => counts.get(id) !== 1);
}

/** The resources that a process used at one moment. */
export interface Sample {
  readonly atMs: number;
  readonly memoryBytes: number;
  readonly descriptors: number;
  readonly timers: number;
}

/** A node may grow by this share and amount from the first third of a soak to the last. */
const growthLimits = { memoryShare: 0.15, memoryBytes: 12e6, descriptors: 12, timers: 12 };

/**
 * @param samples of one process that lived through the whole soak
 * @returns a sentence for each resource that is not flat
 */
export function growing(name: string, samples: readonly Sample[]): readonly string[] {
  const third = Math.floor(samples.length / 3);
  if (third < 2) return [];
  const early = summarise(samples.slice(third, 2 * third));
  const late = summarise(samples.slice(-third));
  const found: string[] = [];
  if (late.memoryBytes > early.memoryBytes * (1 + growthLimits.memoryShare) + growthLimits.memoryBytes)
    found.push(`${name}: memory grew from ${megabytes(early.memoryBytes)} to ${megabytes(late.memoryBytes)}`);
  for (const key of ['descriptors', 'timers'] as const)
    if (late[key] > early[key] + growthLimits[key]) found.push(`${name}: ${key} grew from ${early[key]} to ${late[key]}`);
  return found;
}

/** Medians: a single sample may come in the middle of an exchange. */
export function summarise(samples: readonly Sample[]): Omit<Sample, 'atMs'> {
  const median = (values: readonly number[]): number =>
    values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return {
    memoryBytes: median(samples.map((sample) => sample.memoryBytes)),
    descriptors: median(samples.map((sample) => sample.descriptors)),
    timers: median(samples.map((sample) => sample.timers)),
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
