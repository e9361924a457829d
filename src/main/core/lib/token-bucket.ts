/**
 * Token buckets with a rate per second and a burst (rule FLOW-2). A bucket refuses what exceeds the
 * rate. A pace allows it and returns the time to wait. Pure but for their own state; times are
 * monotonic milliseconds.
 */
export interface Rate {
  readonly perSecond: number;
  /** Capacity, and the tokens at the start. */
  readonly burst: number;
}

export interface TokenBucket {
  /**
   * Takes one token.
   * @param reserve tokens to leave for others, by default none
   * @returns true if there was one
   */
  take(nowMs: number, reserve?: number): boolean;
  /** True if `take` would find one. */
  has(nowMs: number): boolean;
}

export interface Pace {
  /**
   * Takes `count` tokens, by default one, in advance if needed.
   * @returns milliseconds to wait for them; 0 if they were available
   */
  take(nowMs: number, count?: number): number;
}

export function createTokenBucket(rate: Rate): TokenBucket {
  const tokens = createTokens(rate);
  return {
    take(nowMs, reserve = 0) {
      if (tokens.left(nowMs) < reserve + 1) return false;
      tokens.spend(1);
      return true;
    },
    has: (nowMs) => tokens.left(nowMs) >= 1,
  };
}

export function createPace(rate: Rate): Pace {
  const tokens = createTokens(rate);
  return {
    take(nowMs, count = 1) {
      const left = tokens.left(nowMs) - count;
      tokens.spend(count);
      return left >= 0 ? 0 : (-left * 1_000) / rate.perSecond;
    },
  };
}

export interface TokenBuckets {
  take(key: string, nowMs: number): boolean;
}

/**
 * Creates a bucket per key.
 *
 * @param maxBuckets limit of buckets; the least recently used one is dropped, which only gives its
 * sender a new burst
 */
export function createTokenBuckets(rate: Rate, maxBuckets: number): TokenBuckets {
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

function createTokens({ perSecond, burst }: Rate) {
  let tokens = burst;
  let filledMs: number | undefined;
  return {
    /** Adds the tokens for the time since the last call. */
    left(nowMs: number): number {
      if (filledMs !== undefined) tokens = Math.min(burst, tokens + ((nowMs - filledMs) * perSecond) / 1_000);
      filledMs = nowMs;
      return tokens;
    },
    spend: (count: number) => void (tokens -= count),
  };
}
