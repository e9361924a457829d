/**
 * Maps SQLite's errors to the codes of a StoreError. The reaction is left to the callers: opening
 * moves files aside, messaging waits and tells the user.
 */
import { StoreError, type StoreProblem } from '../../../core/messaging/ports.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html): the low byte of the extended ones. */
const codes: Readonly<Record<number, StoreProblem>> = {
  5: 'busy', // SQLITE_BUSY
  6: 'busy', // SQLITE_LOCKED
  8: 'read-only', // SQLITE_READONLY
  11: 'corrupt', // SQLITE_CORRUPT
  13: 'full', // SQLITE_FULL
  26: 'corrupt', // SQLITE_NOTADB
};

/** @returns undefined for an error that is not SQLite's: a bug, to be rethrown */
export function toStoreError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') {
    return new StoreError(codes[error.errcode & 0xff] ?? 'failed', `${error.message} (SQLite ${error.errcode})`);
  }
  return undefined;
}
