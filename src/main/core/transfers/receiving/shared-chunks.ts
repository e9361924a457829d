/**
 * The chunks that one transfer has in flight, over all members that it comes from (rule XFER-14):
 * as many as a transfer between two has, shared alike.
 */
import type { ChunkShares } from './chunk-shares.ts';

export interface SharedChunks {
  of(shares: ChunkShares): ChunkShares;
  /** There are fewer lanes. */
  wake(): void;
}

export function createSharedChunks(max: number, lanes: () => number): SharedChunks {
  const waiting = new Set<() => void>();
  let taken = 0;

  return {
    of(shares) {
      let own = 0;
      return {
        take(sizeBytes, again) {
          // One is left for a lane that comes later: a slow first one must not hold them all.
          const most = Math.max(1, Math.floor(max / Math.max(1, lanes())) - (lanes() < 2 ? 1 : 0));
          if (taken >= max || own >= most) {
            waiting.add(again);
            return false;
          }
          waiting.delete(again);
          if (!shares.take(sizeBytes, again)) return false;
          taken += 1;
          own += 1;
          return true;
        },
        release() {
          taken -= 1;
          own -= 1;
          shares.release();
          wake();
        },
        forget(again) {
          waiting.delete(again);
          shares.forget(again);
        },
      };
    },
    wake,
  };

  function wake(): void {
    for (const again of [...waiting]) if (waiting.has(again)) again();
  }
}
