/**
 * Deletes direct messages that were kept longer than a person chose (setting `keepDays`), at the start,
 * when that changes, and once a day (STORE-11). By our own clock and the time at which they came
 * here: what an author's clock says is only for display. And because our own may be wrong as well,
 * it is believed only if something else agrees.
 */
import type { Cursor } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { StoreError, type MessageStore } from '../../../core/messaging/ports.ts';
import { isClockBelievable, readClock, type ClockReading } from '../../../core/lib/believable-clock.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import { blockOfCursor } from '../query/cursor.ts';

const dayMs = 24 * 60 * 60 * 1_000;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'conversations' | 'deleteOlderThan'>;
}

interface Deletion {
  readonly days: number;
  readonly beforeMs: number;
  /** Messages deleted so far, and where the last slice ended. */
  readonly count: number;
  readonly after?: Cursor;
}

export interface Retention {
  /** Deletes what is older, at once and from now on. @param days null: nothing */
  keep(days: number | null): void;
  stop(): void;
}

export function createRetention({ clock, log, store }: Deps): Retention {
  let keepDays: number | null = null;
  let before: ClockReading = readClock(clock);
  let cancel = clock.setTimer(lookAgain, dayMs);
  let cancelNextSlice: Unsubscribe = () => undefined;

  return {
    keep(days) {
      keepDays = days;
      // An earlier reading of this clock proves nothing: as at the start, only the last message
      // does.
      deleteOld(readClock(clock), undefined);
    },
    stop() {
      cancel();
      cancelNextSlice();
    },
  };

  function lookAgain(): void {
    cancel = clock.setTimer(lookAgain, dayMs);
    const now = readClock(clock);
    deleteOld(now, before);
    before = now;
  }

  function deleteOld(now: ClockReading, earlier: ClockReading | undefined): void {
    if (keepDays === null) return;
    cancelNextSlice();
    const days = keepDays;
    attempt(() => deleteOlderThan(days, now, earlier));
  }

  function attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      // Whatever is wrong with the store is said when something is to be kept; tomorrow is another
      // day.
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', 'old messages could not be deleted', { code: error.code });
    }
  }

  function deleteOlderThan(days: number, now: ClockReading, earlier: ClockReading | undefined): void {
    const [latest] = store.conversations(1);
    if (!latest) return;
    if (!isClockBelievable(now, latest.last.receivedAtMs, earlier)) {
      log.write('warning', 'the clock is far ahead of the last message: nothing is deleted until it says so for a day');
      return;
    }
    deleteSlices({ days, beforeMs: now.wallMs - days * dayMs, count: 0 });
  }

  /** Deletes one slice, and the next ones after other work had its turn (STORE-12). */
  function deleteSlices({ days, beforeMs, count, after }: Deletion): void {
    const slice = store.deleteOlderThan(beforeMs, after);
    const deleted = count + slice.deleted;
    // Rooms have a setting of their own (ROOM-206).
    if (slice.next !== undefined && blockOfCursor(slice.next) === undefined) {
      const next = { days, beforeMs, count: deleted, after: slice.next };
      cancelNextSlice = clock.setTimer(() => attempt(() => deleteSlices(next)), 0);
    } else if (deleted > 0) log.write('info', 'old messages were deleted', { count: deleted, keepDays: days });
  }
}
