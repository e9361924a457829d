/**
 * Many writes, one transaction: what is asked within one turn of the event loop is committed together, and each caller hears of its own when
 * it is kept (rules KEEP-1, KEEP-2). So persisting before sending and before acknowledging costs a share of a commit, not a commit.
 */
import type { Unsubscribe } from '../../shared/link.ts';
import type { Clock } from '../ports.ts';
import { StoreError, type MessageStore } from './ports.ts';

export interface GroupCommit {
  /**
   * @param act one write or several that belong together
   * @returns what `act` returned, once it is committed; rejects with the StoreError if it cannot be
   */
  run<Result>(act: () => Result): Promise<Result>;
  /** Commits what waits, now. */
  flush(): void;
  /** Writes that wait: for back-pressure. */
  readonly waiting: number;
}

interface Write {
  readonly act: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'batch'>;
}

export function createGroupCommit({ clock, store }: Deps): GroupCommit {
  let writes: Write[] = [];
  let cancelTurn: Unsubscribe | undefined;

  return {
    run: (act) =>
      new Promise((resolve, reject) => {
        writes.push({ act, resolve: resolve as (result: unknown) => void, reject });
        cancelTurn ??= clock.setTimer(flush, 0);
      }),
    flush,
    get waiting() {
      return writes.length;
    },
  };

  function flush(): void {
    cancelTurn?.();
    cancelTurn = undefined;
    const group = writes;
    writes = [];
    if (group.length === 0) return;
    try {
      const results = store.batch(() => group.map(({ act }) => act()));
      for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // One write that cannot be must not take the others with it.
      if (group.length === 1) group[0]?.reject(error);
      else for (const write of group) commitAlone(write);
    }
  }

  function commitAlone({ act, resolve, reject }: Write): void {
    try {
      resolve(store.batch(act));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      reject(error);
    }
  }
}
