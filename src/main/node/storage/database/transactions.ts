/**
 * One writer, one transaction at a time: everything inside is persisted, or nothing (STORE-1). A
 * write outside a batch is a batch of its own. The rows are left to the callers.
 */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../../core/messaging/ports.ts';
import { rollBack } from './message-schema.ts';
import { toStoreError } from './store-error.ts';

export interface Transactions {
  batch<Result>(act: () => Result): Result;
  /** Joins the batch in progress, or is one. @throws StoreError */
  write<Result>(act: () => Result): Result;
  /** @throws StoreError */
  read<Result>(act: () => Result): Result;
  /** Afterwards everything throws a StoreError. */
  close(): void;
}

interface Hooks {
  /** The last step of a transaction. */
  readonly beforeCommit: () => void;
  readonly afterCommit: () => void;
  readonly afterRollback: () => void;
  readonly onError: (error: StoreError) => void;
}

export function createTransactions(database: DatabaseSync, hooks: Hooks): Transactions {
  // Immediate, so that the wait for the lock is here and nowhere else.
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  let isInBatch = false;
  let isClosed = false;
  let failure: unknown;

  return {
    batch,
    write: (act) => (isInBatch ? noteFailure(act) : batch(act)),
    read: guarded,
    close: () => void (isClosed = true),
  };

  function batch<Result>(act: () => Result): Result {
    if (isInBatch) throw new Error('a batch cannot begin inside another');
    return guarded(() => {
      begin.run();
      isInBatch = true;
      failure = undefined;
      let result: Result;
      try {
        result = act();
        // A caller may have caught it. Half a batch must not be persisted.
        if (failure !== undefined) throw failure;
        hooks.beforeCommit();
        commit.run();
      } catch (error) {
        rollBack(database);
        hooks.afterRollback();
        throw error;
      } finally {
        isInBatch = false;
      }
      hooks.afterCommit();
      return result;
    });
  }

  function noteFailure<Result>(act: () => Result): Result {
    try {
      return guarded(act);
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  function guarded<Result>(act: () => Result): Result {
    if (isClosed) throw new StoreError('failed', 'the store is closed');
    try {
      return act();
    } catch (error) {
      const storeError = toStoreError(error);
      if (storeError) hooks.onError(storeError);
      throw storeError ?? error;
    }
  }
}
