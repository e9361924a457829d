/**
 * Opens a database file as we use it, and says what it is if it is not ours to use. Moving files
 * aside, copies, and what to do without any file is left to message-store.ts.
 *
 * The file is locked for this process alone as long as it is open: two writers would each take the
 * other's numbers, and without shared memory the write-ahead log also works on network drives and
 * opens on a full disk (sqlite.org/wal.html, section 8).
 */
import type * as sqliteModule from 'node:sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { applicationId, emptySearchIndex, hasFullTextSearch, migrate, schemaVersion, searchIndexName } from './message-schema.ts';
import { nothingSalvaged, salvageContacts, type Salvage } from './contact-salvage.ts';
import { toStoreError } from './store-error.ts';

export type Sqlite = typeof sqliteModule;

export type OpenedFile =
  | { readonly state: 'open'; readonly database: DatabaseSync }
  /** Damaged, or something else than our database. What could be read of it is in `salvage`. */
  | { readonly state: 'unreadable'; readonly salvage: Salvage }
  | { readonly state: 'newer'; readonly salvage: Salvage }
  | { readonly state: 'locked' }
  | { readonly state: 'failed'; readonly reason: string };

/** Memory for pages, in KiB: holds the upper part of the indices of a million messages. */
const cacheKib = 16_384;

/**
 * Pages of 4 KiB in the write-ahead log after which it is written back, with two waits for the
 * disk: 16 MiB, some 50,000 messages.
 */
const checkpointPages = 4_096;

/**
 * NORMAL: a commit is in the hands of the system, so nothing is lost when this process dies, and
 * what a power failure can take is what came after the last write-through (maintenance.ts). What is
 * deleted is overwritten where that costs no further write.
 */
const settings = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  PRAGMA secure_delete = FAST;
  PRAGMA cache_size = -${cacheKib};
  PRAGMA wal_autocheckpoint = ${checkpointPages};
  PRAGMA journal_size_limit = ${checkpointPages * 4_096};
  PRAGMA temp_store = MEMORY;
`;

/**
 * @param options.mustCheck whether the whole file is read through for damage, 0.2 s per 100,000
 *   messages
 * @returns a database of this version, locked
 */
export function openDatabaseFile(sqlite: Sqlite, path: string, options: { readonly mustCheck: boolean }): OpenedFile {
  let database: DatabaseSync | undefined;
  let found: OpenedFile | undefined;
  try {
    database = new sqlite.DatabaseSync(path);
    // Everything stands still while SQLite waits for a lock: whoever wants to wait tries again.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE');
    found = prepareFile(database, options.mustCheck);
  } catch (error) {
    found = explain(error, database);
  } finally {
    if (found?.state !== 'open') close(database);
  }
  return found;
}

function prepareFile(database: DatabaseSync, mustCheck: boolean): OpenedFile {
  const version = numberOf(database, 'PRAGMA user_version');
  const isEmpty = version === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
  // It belongs to another program, and so do the people in it.
  if (!isEmpty && numberOf(database, 'PRAGMA application_id') !== applicationId) {
    return { state: 'unreadable', salvage: nothingSalvaged };
  }
  // Before anything else is touched: what a newer version means by its file we cannot know.
  if (version > schemaVersion) return { state: 'newer', salvage: salvageContacts(database) };
  const damage = mustCheck ? findDamage(database) : [];
  if (damage.some((verdict) => !verdict.includes(searchIndexName))) {
    return { state: 'unreadable', salvage: salvageContacts(database) };
  }
  database.exec(settings);
  migrate(database, version);
  // The messages are sound, and the index can be made again of them.
  if (damage.length > 0 && hasFullTextSearch(database)) emptySearchIndex(database);
  return { state: 'open', database };
}

/** @returns what is wrong, a sentence each */
function findDamage(database: DatabaseSync): readonly string[] {
  const verdicts = database.prepare('PRAGMA quick_check').all();
  return verdicts.map((row) => String(Object.values(row)[0])).filter((verdict) => verdict !== 'ok');
}

function explain(error: unknown, database: DatabaseSync | undefined): OpenedFile {
  const storeError = toStoreError(error);
  if (!storeError) throw error;
  switch (storeError.code) {
    case 'corrupt':
      return { state: 'unreadable', salvage: database ? salvageContacts(database) : nothingSalvaged };
    case 'busy':
      return { state: 'locked' };
    case 'full':
      return { state: 'failed', reason: 'ENOSPC' };
    case 'read-only':
    case 'failed':
    case 'bad-cursor':
      return { state: 'failed', reason: storeError.message };
  }
}

function numberOf(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

function close(database: DatabaseSync | undefined): void {
  try {
    database?.close();
  } catch {
    // It never opened.
  }
}
