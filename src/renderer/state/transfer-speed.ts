/** The speed of a transfer, from what arrived and when. Pure. */

/** Younger samples count more: after so long, an old speed counts a third. */
const memoryMs = 3_000;
/** Before that, the first bytes say little. */
const firstAfterMs = 600;

interface Sample {
  readonly atMs: number;
  readonly doneBytes: number;
}

export interface Speed {
  readonly first: Sample | undefined;
  readonly last: Sample | undefined;
  /** Undefined while too little is known. */
  readonly bytesPerSecond: number | undefined;
}

export const noSpeed: Speed = { first: undefined, last: undefined, bytesPerSecond: undefined };

export function addSample({ first, last, bytesPerSecond }: Speed, sample: Sample): Speed {
  // A transfer that began anew has less than before.
  if (first === undefined || last === undefined || sample.doneBytes < last.doneBytes)
    return { first: sample, last: sample, bytesPerSecond: undefined };
  const sinceMs = sample.atMs - last.atMs;
  if (sinceMs <= 0) return { first, last, bytesPerSecond };
  const sinceFirstMs = sample.atMs - first.atMs;
  if (bytesPerSecond === undefined) {
    if (sinceFirstMs < firstAfterMs) return { first, last: sample, bytesPerSecond };
    return { first, last: sample, bytesPerSecond: ((sample.doneBytes - first.doneBytes) * 1_000) / sinceFirstMs };
  }
  const now = ((sample.doneBytes - last.doneBytes) * 1_000) / sinceMs;
  const weight = Math.exp(-sinceMs / memoryMs);
  return { first, last: sample, bytesPerSecond: weight * bytesPerSecond + (1 - weight) * now };
}

/** @returns undefined while nothing moves */
export function secondsLeft(totalBytes: number, doneBytes: number, bytesPerSecond: number | undefined): number | undefined {
  if (bytesPerSecond === undefined || bytesPerSecond < 1) return undefined;
  return Math.max(0, totalBytes - doneBytes) / bytesPerSecond;
}
