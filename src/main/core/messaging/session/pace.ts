/** A pace that is kept by waiting: so many at once, so many per second. Pure but for its own state; time is an argument. */
export interface Pace {
  /** Counts one, or so many. @returns how long to wait until it is within the pace; 0 if it is */
  take(nowMs: number, count?: number): number;
}

export function createPace({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }): Pace {
  let left = burst;
  let filledMs: number | undefined;
  return {
    take(nowMs, count = 1) {
      if (filledMs !== undefined) left = Math.min(burst, left + ((nowMs - filledMs) * perSecond) / 1_000);
      filledMs = nowMs;
      left -= count;
      return left >= 0 ? 0 : (-left * 1_000) / perSecond;
    },
  };
}
