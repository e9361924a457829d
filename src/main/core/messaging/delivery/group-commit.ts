/**
 * Many writes, one transaction: what is asked within one turn of the event loop is committed together, and each caller hears of its own when
 * it is kept (rules KEEP-1, KEEP-2). So persisting before sending and before acknowledging costs a share of a commit, not a commit.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { MessageStore } from '../ports.ts';

export interface GroupCommit {
  /**
   * @param act one write or several that belong together; run again, alone, if the group cannot be committed
   * @returns what `act` returned, once it is committed; rejects with the StoreError if it cannot be
   */
  run<Result>(act: () => Result): Promise<Result>;
  /** Commits all that waits, now. */
  flush(): void;
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

/** Writes committed in one turn, some 10 ms of work: what the network and the people ask meanwhile waits no longer. */
const maxPerTurn = 1_000;

export function createGroupCommit({ clock, store }: Deps): GroupCommit {
  let writes: Write[] = [];
  let cancelTurn: Unsubscribe | undefined;

  return {
    run: (act) =>
      new Promise((resolve, reject) => {
        writes.push({ act, resolve: resolve as (result: unknown) => void, reject });
        cancelTurn ??= clock.setTimer(turn, 0);
      }),
    flush() {
      while (writes.length > 0) commitSome();
      cancelTurn?.();
      cancelTurn = undefined;
    },
  };

  function turn(): void {
    cancelTurn = undefined;
    commitSome();
    if (writes.length > 0) cancelTurn ??= clock.setTimer(turn, 0);
  }

  function commitSome(): void {
    const group = writes.slice(0, maxPerTurn);
    writes = writes.slice(maxPerTurn);
    if (!commit(group) && group.length > 1) for (const write of group) commit([write]);
  }

  /** One write that cannot be must not take the others with it: a group that fails rejects nobody. */
  function commit(group: readonly Write[]): boolean {
    let results: readonly unknown[];
    try {
      results = store.batch(() => group.map(({ act }) => act()));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      return false;
    }
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    return true;
  }
}
