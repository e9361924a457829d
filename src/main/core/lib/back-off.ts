/** Who could not be reached is left alone for a while, longer each time, until there is news of it (rule SESS-13). Times are monotonic. */
import { createLruMap } from './lru-map.ts';

/** How long to wait, in milliseconds: at first, and at most; and the failures that are remembered. */
export interface BackOffOptions {
  readonly firstBackOffMs: number;
  readonly maxBackOffMs: number;
  readonly maxBackOffs: number;
}

export interface BackOffs {
  /** @returns how long it is left alone from now on */
  failed(peerId: string, nowMs: number): number;
  /** @returns 0 if it may be tried now */
  leftMs(peerId: string, nowMs: number): number;
  forget(peerId: string): void;
}

/** @param fraction chance in [0, 1): spreads the attempts of many nodes that failed together */
export function createBackOffs(fraction: () => number, options: BackOffOptions): BackOffs {
  /** The one that failed longest ago first. */
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
