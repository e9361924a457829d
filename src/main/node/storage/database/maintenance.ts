/**
 * The store's work for quiet moments: it indexes messages in small slices, so that nothing else
 * waits long. Then it writes everything through to the disk, which bounds what a power failure can
 * take (STORE-2). Under steady load it works too, but seldom.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../../core/ports.ts';

export interface Maintenance {
  /** To be called after every write. */
  noteWrite(): void;
  close(): void;
}

interface Work {
  readonly clock: Clock;
  /** @returns whether there may be more to index */
  readonly indexSlice: () => boolean;
  /** Writes through to the disk. */
  readonly checkpoint: () => void;
}

/**
 * A quiet moment: no write for this long. Longer than a network answers, shorter than a user
 * searches.
 */
const quietMs = 250;
/** The pause between two slices, so that waiting work goes first. */
const sliceGapMs = 5;
/** Without a quiet moment, a slice and a checkpoint come this often. */
const maxUnwrittenMs = 5_000;

export function createMaintenance({ clock, indexSlice, checkpoint }: Work): Maintenance {
  let cancel: Unsubscribe | undefined;
  let lastWriteAtMs = 0;
  let unwrittenSinceMs: number | undefined;
  let isWorking = false;

  return {
    noteWrite() {
      // Its own writes do not count.
      if (isWorking) return;
      lastWriteAtMs = clock.monotonicMs();
      unwrittenSinceMs ??= lastWriteAtMs;
      cancel ??= clock.setTimer(check, quietMs);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };

  function check(): void {
    const nowMs = clock.monotonicMs();
    const quietInMs = lastWriteAtMs + quietMs - nowMs;
    const isOverdue = nowMs - (unwrittenSinceMs ?? nowMs) >= maxUnwrittenMs;
    const delayMs = quietInMs > 0 && !isOverdue ? quietInMs : work(isOverdue) ? sliceGapMs : quietInMs;
    cancel = delayMs > 0 ? clock.setTimer(check, delayMs) : undefined;
  }

  /** @returns whether there is more to do */
  function work(isOverdue: boolean): boolean {
    isWorking = true;
    const more = indexSlice();
    if (isOverdue || !more) {
      checkpoint();
      unwrittenSinceMs = undefined;
    }
    isWorking = false;
    return more;
  }
}
