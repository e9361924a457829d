/**
 * Transactions over maps in memory: each change brings its own undo, and a batch that fails is
 * undone backwards. Callers see the behaviour of database/transactions.ts.
 */
import { StoreError } from '../../../core/messaging/ports.ts';

export interface MemoryTransactions {
  batch<Result>(act: () => Result): Result;
  /** Joins the batch in progress, or is one. */
  write<Result>(act: () => Result): Result;
  read<Result>(act: () => Result): Result;
  /** Does something, and remembers how to undo it. */
  change(act: () => void, undo: () => void): void;
  put<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void;
  /** Afterwards everything throws a StoreError. */
  close(): void;
}

export function createMemoryTransactions(): MemoryTransactions {
  let undos: (() => void)[] | undefined;
  let failure: unknown;
  let isClosed = false;

  return {
    batch,
    write: (act) => (undos ? noteFailure(act) : batch(act)),
    read: (act) => open(act),
    change,
    put(map, key, value) {
      const before = map.get(key);
      const wasThere = map.has(key);
      change(
        () => void map.set(key, value),
        // An earlier entry keeps its place in the order.
        () => void (wasThere ? map.set(key, before as typeof value) : map.delete(key)),
      );
    },
    close: () => void (isClosed = true),
  };

  function batch<Result>(act: () => Result): Result {
    if (undos) throw new Error('a batch cannot begin inside another');
    return open(() => {
      undos = [];
      failure = undefined;
      try {
        const result = act();
        // A caller may have caught it. Half a batch must not stay.
        if (failure !== undefined) throw failure;
        return result;
      } catch (error) {
        for (const undo of undos.reverse()) undo();
        throw error;
      } finally {
        undos = undefined;
      }
    });
  }

  function noteFailure<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  function change(act: () => void, undo: () => void): void {
    act();
    undos?.push(undo);
  }

  function open<Result>(act: () => Result): Result {
    if (isClosed) throw new StoreError('failed', 'the store is closed');
    return act();
  }
}
