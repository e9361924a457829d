/**
 * Writes to a store that may refuse (rules KEEP-1, KEEP-2, STORE-8). All writes of one turn of the
 * event loop share a transaction, so persisting before sending and before acknowledging costs a
 * share of a commit. A refusal becomes a value; the problem is reported once, and its end once.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import { StoreError, type MessageStore, type StoreProblem } from '../ports.ts';

export interface StoreWriter {
  /**
   * @param act one write, or several that belong together; run again, alone, if the group cannot be
   * committed
   * @returns the result of `act`, once it is committed; undefined if the store refused
   */
  persist<Result>(act: () => Result): Promise<Result | undefined>;
  /** @returns undefined if the store refused */
  read<Result>(act: () => Result): Result | undefined;
  /** Commits all waiting writes now. */
  flush(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'batch'>;
  /** @param code undefined: the store works again */
  readonly onProblem: (code: StoreProblem | undefined) => void;
}

interface Write {
  readonly act: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes per transaction: some 10 ms of work, for which the network and the user wait. */
const maxPerTurn = 1_000;

export function createStoreWriter({ clock, store, onProblem }: Deps): StoreWriter {
  let writes: Write[] = [];
  let cancelTurn: Unsubscribe | undefined;
  let problem: StoreProblem | undefined;

  return {
    async persist(act) {
      try {
        const result = await enqueue(act);
        emit(undefined);
        return result;
      } catch (error) {
        return refused(error);
      }
    },
    read(act) {
      try {
        return act();
      } catch (error) {
        return refused(error);
      }
    },
    flush() {
      while (writes.length > 0) commitSome();
      cancelTurn?.();
      cancelTurn = undefined;
    },
  };

  function enqueue<Result>(act: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      writes.push({ act, resolve: resolve as (result: unknown) => void, reject });
      cancelTurn ??= clock.setTimer(turn, 0);
    });
  }

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

  /** One write that fails must not fail the others: a group that fails rejects no caller. */
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

  function refused(error: unknown): undefined {
    // A mistake of the caller is no problem of the store.
    if (!(error instanceof StoreError) || error.code === 'bad-cursor') throw error;
    emit(error.code);
  }

  function emit(code: StoreProblem | undefined): void {
    if (code === problem) return;
    problem = code;
    onProblem(code);
  }
}
