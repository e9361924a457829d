/**
 * Back-off per peer: each failure lengthens the delay before the next attempt, until a success
 * (rule SESS-13). Times are monotonic milliseconds.
 */
import { createLruMap } from './lru-map.ts';

/** The first and the longest delay, in milliseconds, and the number of peers remembered. */
export interface BackOffOptions {
  readonly firstBackOffMs: number;
  readonly maxBackOffMs: number;
  readonly maxBackOffs: number;
}

export interface BackOffs {
  /** Records a failure. @returns the delay until the next attempt, in milliseconds */
  failed(peerId: string, nowMs: number): number;
  /** @returns milliseconds until the next attempt; 0 if it may start now */
  leftMs(peerId: string, nowMs: number): number;
  forget(peerId: string): void;
}

/** @param fraction chance in [0, 1), which spreads the attempts of nodes that failed together */
export function createBackOffs(fraction: () => number, options: BackOffOptions): BackOffs {
  /** The peer that failed longest ago comes first. */
  const failures = createLruMap<string, { readonly count: number; readonly untilMs: number }>(options.maxBackOffs);
  return {
    failed(peerId, nowMs) {
      const count = (failures.get(peerId)?.count ?? 0) + 1;
      const ceilingMs = Math.min(options.firstBackOffMs * 2 ** (count - 1), options.maxBackOffMs);
      const waitMs = ceilingMs * (0.75 + 0.25 * fraction());
      failures.set(peerId, { count, untilMs: nowMs + waitMs });
      return waitMs;
    },
    leftMs: (peerId, nowMs) => Math.max(0, (failures.get(peerId)?.untilMs ?? 0) - nowMs),
    forget: failures.delete,
  };
}
