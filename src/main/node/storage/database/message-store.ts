/**
 * Opens the message database of a profile, `messages.db`, by Node's own SQLite. It opens whenever
 * possible (STORE-7 to STORE-10). A file that cannot be used is moved aside, never deleted, and a
 * new one created. A file that cannot be written is read from a copy. Without any file, messages
 * last as long as the process. `problems` says what was lost.
 */
import { writeFileSync } from 'node:fs';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError, type MessageStore } from '../../../core/messaging/ports.ts';
import type { HistoryStore } from '../../../core/rooms/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { openDatabaseFile, type Sqlite } from './database-file.ts';
import {
  historyFromNewer,
  historyInUse,
  historyNotKept,
  historyReadOnly,
  historyReplaced,
  historyWithoutSqlite,
  type HistoryProblem,
} from './history-problems.ts';
import { nothingSalvaged, salvageContacts, type Salvage } from './contact-salvage.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { openReadOnlyCopy } from './read-only-copy.ts';
import { errorCode, giveToOwnerOfFolder, moveAside } from '../atomic-file.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { toStoreError } from './store-error.ts';

export interface StoreDeps {
  readonly clock: Clock;
}

export interface StoreOptions {
  /** Absent means the SQLite of this Node.js, if it has one. */
  readonly loadSqlite?: () => Promise<Sqlite>;
  /** The longest wait for a locked file. Absent means no wait. */
  readonly patienceMs?: number;
}

interface OpenedStore {
  readonly ok: true;
  readonly store: HistoryStore;
  readonly problems: readonly HistoryProblem[];
}

export type OpenStoreResult =
  | OpenedStore
  /**
   * Another process has the file. A second file would split the history, so nothing is opened.
   * Retry later.
   */
  | { readonly ok: false; readonly problem: HistoryProblem };

/**
 * Files up to this size are always checked for damage, in a tenth of a second. Larger ones only
 * after a crash.
 */
const alwaysCheckedBytes = 16 * 1024 * 1024;

/**
 * The time between two tries at a locked file. Most locks last milliseconds, and a try takes less
 * than one.
 */
const retryMs = 100;

/** Files that SQLite writes beside a database, and that belong to it. */
const companions = ['-wal', '-shm'];

/** Marks a database in which SQLite found damage while it was open. */
const damageMark = '-damaged';

/** @param path of the database; its folder must exist */
export async function openMessageStore(path: string, deps: StoreDeps, options: StoreOptions = {}): Promise<OpenStoreResult> {
  const sqlite = await (options.loadSqlite ?? (() => import('node:sqlite')))().catch(() => undefined);
  if (!sqlite) {
    return inMemory(deps, [historyWithoutSqlite()]);
  }
  const giveUpAtMs = deps.clock.monotonicMs() + (options.patienceMs ?? 0);
  return openAt(path, { ...deps, sqlite, giveUpAtMs });
}

interface Opening extends StoreDeps {
  readonly sqlite: Sqlite;
  /** Monotonic. */
  readonly giveUpAtMs: number;
}

async function openAt(path: string, opening: Opening): Promise<OpenStoreResult> {
  const { clock, sqlite, giveUpAtMs } = opening;
  const found = await look(path, clock);
  if (found.state === 'unusable') return inMemory(opening, [historyNotKept(path, found.reason)]);
  if (found.state === 'not-a-file') return replace(path, nothingSalvaged, historyReplaced, opening);
  if (found.state === 'read-only') return readOnly(path, found.reason, opening);

  const file = openDatabaseFile(sqlite, path, { mustCheck: found.state === 'here' && found.mustCheck });
  switch (file.state) {
    case 'locked':
      if (clock.monotonicMs() >= giveUpAtMs) return { ok: false, problem: historyInUse(path) };
      await new Promise<void>((resolve) => void clock.setTimer(resolve, retryMs));
      return openAt(path, opening);
    case 'failed':
      if (found.state === 'new') return inMemory(opening, [historyNotKept(path, file.reason)]);
      return readOnly(path, file.reason, opening);
    case 'newer':
      return replace(path, file.salvage, historyFromNewer, opening);
    case 'unreadable':
      return replace(path, file.salvage, historyReplaced, opening);
    case 'open':
      try {
        const onDamage = (): void => mark(path);
        const store = createSqliteStore(file.database, { clock }, { isReadOnly: false, onDamage });
        await rm(path + damageMark, { force: true });
        return { ok: true, store, problems: [] };
      } catch (error) {
        const salvage = salvageContacts(file.database);
        file.database.close();
        if (!toStoreError(error)) throw error;
        // The file is marked as ours, but its tables are not ours.
        return replace(path, salvage, historyReplaced, opening);
      }
  }
}

type Found =
  | { readonly state: 'new' | 'not-a-file' }
  | { readonly state: 'here'; readonly mustCheck: boolean }
  | { readonly state: 'read-only' | 'unusable'; readonly reason: string };

/**
 * Checks the path, because SQLite's errors say little about the cause. Creates a missing file, for
 * its owner only.
 */
async function look(path: string, clock: Clock): Promise<Found> {
  try {
    const file = await stat(path).catch(() => undefined);
    if (!file || (file.isFile() && file.size === 0)) {
      if (!file) {
        // SQLite would apply the log of a database that is gone to the new one.
        for (const companion of companions) await moveAside(path + companion, clock.wallMs());
      }
      const created = await open(path, 'a', 0o600);
      try {
        // SQLite gives its other files to the owner of this one.
        if (!file) await giveToOwnerOfFolder(created, path);
      } finally {
        await created.close();
      }
      return { state: 'new' };
    }
    if (!file.isFile()) return { state: 'not-a-file' };
    await access(path, constants.W_OK);
    await access(dirname(path), constants.W_OK);
    const mayBeDamaged = (await sizeOf(`${path}-wal`)) > 0 || (await sizeOf(path + damageMark)) >= 0;
    return { state: 'here', mustCheck: mayBeDamaged || file.size <= alwaysCheckedBytes };
  } catch (error) {
    const reason = errorCode(error);
    return { state: (await sizeOf(path)) > 0 ? 'read-only' : 'unusable', reason };
  }
}

/** @returns -1 if there is none */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  );
}

/** Moves the file aside, and copies its contacts into a new one. */
async function replace(
  path: string,
  salvage: Salvage,
  problemOf: (asidePath: string, salvage: Salvage) => HistoryProblem,
  opening: Opening,
): Promise<OpenStoreResult> {
  const aside = await moveAside(path, opening.clock.wallMs());
  if (aside === undefined) {
    const result = inMemory(opening, [historyNotKept(path, 'unmovable')]);
    takeOver(result.store, salvage);
    return result;
  }
  for (const companion of companions) await rename(path + companion, aside + companion).catch(() => undefined);
  await rm(path + damageMark, { force: true });
  const result = await openAt(path, opening);
  if (!result.ok) return result;
  return { ...result, problems: [problemOf(aside, takeOver(result.store, salvage)), ...result.problems] };
}

/** @returns the contacts that are persisted now */
function takeOver(store: MessageStore, salvage: Salvage): Salvage {
  try {
    store.batch(() => {
      for (const contact of salvage.contacts) store.putContact(contact);
    });
    return salvage;
  } catch (error) {
    if (error instanceof StoreError) return nothingSalvaged;
    throw error;
  }
}

async function readOnly(path: string, reason: string, opening: Opening): Promise<OpenStoreResult> {
  const store = await openReadOnlyCopy(path, opening.sqlite, opening);
  return store
    ? { ok: true, store, problems: [historyReadOnly(path, reason)] }
    : inMemory(opening, [historyNotKept(path, reason)]);
}

function inMemory(deps: StoreDeps, problems: readonly HistoryProblem[]): OpenedStore {
  return { ok: true, store: createMemoryStore(deps), problems };
}

/** Makes the next start check the whole file. */
function mark(path: string): void {
  try {
    writeFileSync(path + damageMark, '', { mode: 0o600 });
  } catch {
    // The next check finds the damage again.
  }
}
