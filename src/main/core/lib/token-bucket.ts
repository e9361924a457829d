/**
 * Token buckets (rule FLOW-2): so many at once, so many per second. A bucket refuses what is beyond its rate; a pace lets it through and says
 * how long to wait. Pure but for their own state; time is an argument, in milliseconds on a monotonic clock.
 */
export interface Rate {
  readonly perSecond: number;
  /** Tokens that it holds, and starts with. */
  readonly burst: number;
}

export interface TokenBucket {
  /** Takes one token. @returns whether there was one */
  take(nowMs: number): boolean;
}

export interface Pace {
  /** Takes `count` tokens, or one, even if that many are not there. @returns how long to wait for them, in ms; 0 if they were there */
  take(nowMs: number, count?: number): number;
}

export function createTokenBucket(rate: Rate): TokenBucket {
  const tokens = createTokens(rate);
  return {
    take(nowMs) {
      if (tokens.left(nowMs) < 1) return false;
      tokens.spend(1);
      return true;
    },
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
 * A bucket per key.
 *
 * @param maxBuckets the least recently used one is forgotten first; that only ever gives its sender a fresh burst
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
    /** Fills up for the time since it was last asked. */
    left(nowMs: number): number {
      if (filledMs !== undefined) tokens = Math.min(burst, tokens + ((nowMs - filledMs) * perSecond) / 1_000);
      filledMs = nowMs;
      return tokens;
    },
    spend: (count: number) => void (tokens -= count),
  };
}
