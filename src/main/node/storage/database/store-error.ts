/**
 * Says in a StoreError's few codes what SQLite found. What is done about it is left to those who call: opening moves files aside, messaging
 * waits and tells its user.
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

/** @returns undefined if it is not an error of SQLite: then it is a bug, and thrown on as it is */
export function toStoreError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') {
    return new StoreError(codes[error.errcode & 0xff] ?? 'failed', `${error.message} (SQLite ${error.errcode})`);
  }
  return undefined;
}
