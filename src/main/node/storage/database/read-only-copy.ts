/**
 * Shows messages that lie where nothing can be written. SQLite needs to write even to read what a crash left in the write-ahead log, and a file
 * of an earlier version needs migrating: so the file is copied to the system's temporary folder and read there. Every write is refused.
 */
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageStore } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { openDatabaseFile, type Sqlite } from './database-file.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { toStoreError } from './store-error.ts';

/** @returns undefined if that is not possible either */
export async function openReadOnlyCopy(
  path: string,
  sqlite: Sqlite,
  deps: { readonly clock: Clock },
): Promise<MessageStore | undefined> {
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
    // Unreadable, no space for a copy, or tables that are not what they should be.
    if (error instanceof Error && ('code' in error || toStoreError(error))) return undefined;
    throw error;
  } finally {
    // Names go at once where files that are open may lose theirs, so that no crash leaves private messages behind.
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

function closingWith(store: MessageStore, afterClose: () => void): MessageStore {
  return {
    ...store,
    close() {
      store.close();
      afterClose();
    },
  };
}
