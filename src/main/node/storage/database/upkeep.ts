/**
 * What is done for the store when there is time: messages are indexed in small slices, so that nothing else waits long, and then everything is
 * written through to the disk, which bounds what a power failure can take (STORE-2). Under steady load it is done all the same, seldom.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../../core/ports.ts';

export interface Upkeep {
  /** Something was written. */
  touched(): void;
  close(): void;
}

interface Work {
  readonly clock: Clock;
  /** @returns whether there may be more */
  readonly indexSlice: () => boolean;
  /** Writes through to the disk. */
  readonly settle: () => void;
}

/** Quiet is when nothing was written for so long: longer than a network answers, shorter than a person searches. */
const quietMs = 250;
/** Between two slices, so that what waits comes first. */
const sliceGapMs = 5;
/** Never quiet: a slice, and everything written through, this often. */
const maxUnsettledMs = 5_000;

export function createUpkeep({ clock, indexSlice, settle }: Work): Upkeep {
  let cancel: Unsubscribe | undefined;
  let touchedAtMs = 0;
  let unsettledSinceMs: number | undefined;
  let isWorking = false;

  return {
    touched() {
      // Its own writes are not what it waits for.
      if (isWorking) return;
      touchedAtMs = clock.monotonicMs();
      unsettledSinceMs ??= touchedAtMs;
      cancel ??= clock.setTimer(look, quietMs);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };

  function look(): void {
    const nowMs = clock.monotonicMs();
    const quietInMs = touchedAtMs + quietMs - nowMs;
    const isOverdue = nowMs - (unsettledSinceMs ?? nowMs) >= maxUnsettledMs;
    const delayMs = quietInMs > 0 && !isOverdue ? quietInMs : work(isOverdue) ? sliceGapMs : quietInMs;
    cancel = delayMs > 0 ? clock.setTimer(look, delayMs) : undefined;
  }

  /** @returns whether there is more to do */
  function work(mustSettle: boolean): boolean {
    isWorking = true;
    const more = indexSlice();
    if (mustSettle || !more) {
      settle();
      unsettledSinceMs = undefined;
    }
    isWorking = false;
    return more;
  }
}
