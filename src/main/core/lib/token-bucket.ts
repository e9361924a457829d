/** A token bucket: so many at once, so many per second (rule FLOW-2). Pure but for its own state; time is an argument. */
export interface TokenBucket {
  /** Takes one token. @returns whether there was one */
  take(nowMs: number): boolean;
}

/** @param burst tokens that it holds, and starts with */
export function createTokenBucket({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }): TokenBucket {
  let tokens = burst;
  let filledMs: number | undefined;
  return {
    take(nowMs) {
      if (filledMs !== undefined) tokens = Math.min(burst, tokens + ((nowMs - filledMs) * perSecond) / 1_000);
      filledMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

export interface TokenBuckets {
  take(key: string, nowMs: number): boolean;
}

/**
 * A bucket per key.
 *
 * @param maxBuckets the least recently used one is forgotten first; that only ever gives somebody a fresh burst
 */
export function createTokenBuckets(
  rate: { readonly perSecond: number; readonly burst: number },
  maxBuckets: number,
): TokenBuckets {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key, nowMs) {
      const bucket = buckets.get(key) ?? createTokenBucket(rate);
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxBuckets) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return bucket.take(nowMs);
    },
  };
}
