/**
 * Deletes messages that are older than the user's limit (`keepDays`), at the start and once a day
 * (STORE-11). The age counts from their arrival, by our clock; an author's clock is only for
 * display. Our clock may be wrong too, so it counts only if something else confirms it.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { StoreError, type MessageStore } from '../../../core/messaging/ports.ts';
import type { Clock, Log } from '../../../core/ports.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * A clock counts as right if it is at most this far ahead of the last message, or of itself a day
 * ago. Users are away for a week and computers sleep for days; a wrong clock is mostly wrong by
 * months or years.
 */
const maxAheadMs = 7 * dayMs;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'conversations' | 'deleteOlderThan'>;
}

interface Reading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** @param keepDays absent means for ever @returns its undo */
export function startRetention({ clock, log, store }: Deps, keepDays: number | undefined): Unsubscribe {
  if (keepDays === undefined) return () => undefined;
  let cancel: Unsubscribe | undefined;
  let before: Reading | undefined;
  run(keepDays);
  return () => cancel?.();

  function run(days: number): void {
    cancel = clock.setTimer(() => run(days), dayMs);
    const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
    try {
      deleteOld(days, now);
    } catch (error) {
      // The next write reports what is wrong with the store. This tries again tomorrow.
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', 'old messages could not be deleted', { code: error.code });
    }
    before = now;
  }

  function deleteOld(days: number, now: Reading): void {
    const [latest] = store.conversations(1);
    if (!latest) return;
    if (!isBelievable(now, latest.last.receivedAtMs, before)) {
      log.write('warning', 'the clock is far ahead of the last message: nothing is deleted until it says so for a day');
      return;
    }
    const count = store.deleteOlderThan(now.wallMs - days * dayMs);
    if (count > 0) log.write('info', 'old messages were deleted', { count, keepDays: days });
  }
}

/**
 * One start with a clock a year ahead must not delete the whole history.
 *
 * @param latestMs the arrival of the last message
 */
function isBelievable(now: Reading, latestMs: number, before: Reading | undefined): boolean {
  if (now.wallMs - latestMs <= maxAheadMs) return true;
  if (!before) return false;
  const expectedMs = before.wallMs + (now.monotonicMs - before.monotonicMs);
  return Math.abs(now.wallMs - expectedMs) <= maxAheadMs;
}
