/**
 * Deletes messages that were kept longer than a person chose (`keepDays` of settings.json), at the start and once a day. By our own clock and
 * the time at which they came here: what an author's clock says is only for display. Nothing that still waits to be delivered goes.
 */
import type { Unsubscribe } from '../../shared/link.ts';
import { StoreError, type MessageStore } from '../messaging/ports.ts';
import type { Clock, Log } from '../ports.ts';

const dayMs = 24 * 60 * 60 * 1_000;

interface Deps {
  readonly clock: Pick<Clock, 'wallMs' | 'setTimer'>;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'deleteOlderThan'>;
}

/** @param keepDays absent means for ever @returns its undo */
export function startRetention({ clock, log, store }: Deps, keepDays: number | undefined): Unsubscribe {
  if (keepDays === undefined) return () => undefined;
  let cancel: Unsubscribe | undefined;
  deleteOld(keepDays);
  return () => cancel?.();

  function deleteOld(days: number): void {
    cancel = clock.setTimer(() => deleteOld(days), dayMs);
    try {
      const count = store.deleteOlderThan(clock.wallMs() - days * dayMs);
      if (count > 0) log.write('info', 'old messages were deleted', { count, keepDays: days });
    } catch (error) {
      // Whatever is wrong with the store is said when something is to be kept; tomorrow is another day.
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', 'old messages could not be deleted', { code: error.code });
    }
  }
}
