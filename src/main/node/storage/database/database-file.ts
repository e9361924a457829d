/**
 * Opens a database file with our settings, or says why it cannot be used. Moving files aside,
 * copies, and a start without a file are left to message-store.ts.
 *
 * The file is locked for this process while it is open. Two writers would use the same numbers. And
 * without shared memory, the write-ahead log works on network drives and on a full disk
 * (sqlite.org/wal.html, section 8).
 */
import type * as sqliteModule from 'node:sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { applicationId, emptySearchIndex, hasFullTextSearch, migrate, schemaVersion, searchIndexName } from './message-schema.ts';
import { nothingSalvaged, salvageContacts, type Salvage } from './contact-salvage.ts';
import { toStoreError } from './store-error.ts';

export type Sqlite = typeof sqliteModule;

export type OpenedFile =
  | { readonly state: 'open'; readonly database: DatabaseSync }
  /** Damaged, or not our database. `salvage` has its readable contacts. */
  | { readonly state: 'unreadable'; readonly salvage: Salvage }
  | { readonly state: 'newer'; readonly salvage: Salvage }
  | { readonly state: 'locked' }
  | { readonly state: 'failed'; readonly reason: string };

/** Memory for pages, in KiB: the upper levels of the indices of a million messages. */
const cacheKib = 16_384;

/**
 * Pages of 4 KiB in the write-ahead log before a checkpoint, which waits for the disk twice: 16
 * MiB, some 50,000 messages.
 */
const checkpointPages = 4_096;

/**
 * NORMAL: the system has a commit, so nothing is lost when this process dies. A power failure can
 * take the messages after the last checkpoint (maintenance.ts). FAST: SQLite overwrites deleted
 * data where that needs no further write.
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
 * @param options.mustCheck whether to check the whole file for damage, 0.2 s per 100,000 messages
 * @returns a database of this version, locked
 */
export function openDatabaseFile(sqlite: Sqlite, path: string, options: { readonly mustCheck: boolean }): OpenedFile {
  let database: DatabaseSync | undefined;
  let found: OpenedFile | undefined;
  try {
    database = new sqlite.DatabaseSync(path);
    // A wait in SQLite blocks the process. The caller retries instead.
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
  // The file belongs to another program, and so do its contacts.
  if (!isEmpty && numberOf(database, 'PRAGMA application_id') !== applicationId) {
    return { state: 'unreadable', salvage: nothingSalvaged };
  }
  // First, because this version cannot know the meaning of a newer file.
  if (version > schemaVersion) return { state: 'newer', salvage: salvageContacts(database) };
  const damage = mustCheck ? findDamage(database) : [];
  if (damage.some((verdict) => !verdict.includes(searchIndexName))) {
    return { state: 'unreadable', salvage: salvageContacts(database) };
  }
  database.exec(settings);
  migrate(database, version);
  // The messages are sound, and the index can be rebuilt.
  if (damage.length > 0 && hasFullTextSearch(database)) emptySearchIndex(database);
  return { state: 'open', database };
}

/** @returns SQLite's sentences about the damage */
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
    // The file never opened.
  }
}
