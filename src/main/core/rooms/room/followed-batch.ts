/**
 * Transactions whose end the keepers of rooms learn at once (rule ROOM-38): the writer runs a write
 * again if its group failed, and that must not be judged by what the failed one left in memory.
 */
import type { MessageStore } from '../../messaging/ports.ts';
import type { LogTag } from '../wire/block.ts';
import type { RoomKeeper } from './room-keeper.ts';

export function followBatches(
  store: Pick<MessageStore, 'batch'>,
  keepers: () => Iterable<Pick<RoomKeeper, 'settled'>>,
): Pick<MessageStore, 'batch'> {
  return {
    batch(act) {
      let isCommitted = false;
      try {
        const result = store.batch(act);
        isCommitted = true;
        return result;
      } finally {
        for (const keeper of keepers()) keeper.settled(isCommitted);
      }
    },
  };
}

/** The logs that transactions change, for the keeper of their room. */
export interface TouchedLogs {
  note(tag: LogTag): void;
  /** Reads what is still to be read again. Throws StoreErrors. */
  catchUp(): void;
  settled(isCommitted: boolean): void;
}

/** @param refresh reads one log from the store again */
export function createTouchedLogs(refresh: (tag: LogTag) => void): TouchedLogs {
  const touched = new Set<LogTag>();
  let isStale = false;
  return {
    note: (tag) => void touched.add(tag),
    catchUp() {
      if (isStale) refreshAll();
    },
    settled(isCommitted) {
      if (isCommitted && !isStale) return touched.clear();
      isStale = true;
      try {
        refreshAll();
      } catch {
        // The store cannot be read. The next block tries again, before it is judged.
      }
    },
  };

  function refreshAll(): void {
    for (const tag of touched) refresh(tag);
    touched.clear();
    isStale = false;
  }
}
