/**
 * Transactions over things in memory: each change says how it is undone, and a batch that fails is undone backwards. The behaviour towards those
 * who call is that of transactions.ts.
 */
import { StoreError } from '../../../core/messaging/ports.ts';

export interface UndoLog {
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

export function createUndoLog(): UndoLog {
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
        // What was there keeps its place.
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
        // Somebody may have caught it; half of what was meant must not be kept all the same.
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
