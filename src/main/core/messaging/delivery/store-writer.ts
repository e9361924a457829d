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
/** No further write begins in a turn after this: one write may hold 1,024 messages of a peer. */
const maxTurnMs = 25;

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
    const untilMs = clock.monotonicMs() + maxTurnMs;
    const group = writes.slice(0, maxPerTurn);
    let count = group.length > 1 ? commitGroup(group, untilMs) : 0;
    // One write that fails must not fail the others: each is tried alone.
    if (count === 0) {
      do commitAlone(group[count++] as Write);
      while (count < group.length && clock.monotonicMs() < untilMs);
    }
    writes = writes.slice(count);
  }

  /** @returns how many are committed; 0 if any of them failed, and then none is settled */
  function commitGroup(group: readonly Write[], untilMs: number): number {
    const results: unknown[] = [];
    try {
      store.batch(() => {
        for (const { act } of group) {
          results.push(act());
          if (clock.monotonicMs() >= untilMs) return;
        }
      });
    } catch {
      return 0;
    }
    for (const [index, result] of results.entries()) group[index]?.resolve(result);
    return results.length;
  }

  function commitAlone({ act, resolve, reject }: Write): void {
    try {
      resolve(store.batch(act));
    } catch (error) {
      reject(error);
    }
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
