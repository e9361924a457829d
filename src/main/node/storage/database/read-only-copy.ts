/**
 * Shows messages of a file that cannot be written. SQLite must write even to read the write-ahead
 * log of a crash, and an earlier version needs a migration. So this copies the file to the system's
 * temporary folder and opens the copy. Every write is refused.
 */
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryStore } from '../../../core/rooms/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { openDatabaseFile, type Sqlite } from './database-file.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { toStoreError } from './store-error.ts';

/** @returns undefined if the copy cannot be opened either */
export async function openReadOnlyCopy(
  path: string,
  sqlite: Sqlite,
  deps: { readonly clock: Clock },
): Promise<HistoryStore | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'hallway-history-')).catch(() => undefined);
  if (directory === undefined) return undefined;
  const copy = join(directory, 'messages.db');
  try {
    await copyFile(path, copy);
    await copyFile(`${path}-wal`, `${copy}-wal`).catch(() => undefined);
    const file = openDatabaseFile(sqlite, copy, { mustCheck: true });
    if (file.state !== 'open') return undefined;
    file.database.exec('PRAGMA query_only = ON');
    return closingWith(createSqliteStore(file.database, deps, { isReadOnly: true, onDamage: () => undefined }), () =>
      rmSync(directory, { recursive: true, force: true }),
    );
  } catch (error) {
    // Unreadable, no space for a copy, or unexpected tables.
    if (error instanceof Error && ('code' in error || toStoreError(error))) return undefined;
    throw error;
  } finally {
    // Where an open file may be unlinked, the copy goes at once, so that no crash leaves private
    // messages.
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

function closingWith(store: HistoryStore, afterClose: () => void): HistoryStore {
  return {
    ...store,
    close() {
      store.close();
      afterClose();
    },
  };
}
