/**
 * Opens the place where a profile's messages stay: `messages.db`, by Node's own SQLite. It opens wherever that is at all possible (STORE-7 to
 * STORE-10): a file that cannot be used is moved aside, never deleted, and a new one begun; one that cannot be written is read from a copy;
 * and where nothing can be kept, messages last as long as the process. What had to be given up is in `problems`.
 */
import { writeFileSync } from 'node:fs';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError, type MessageStore } from '../../../core/messaging/ports.ts';
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
import { errorCode, moveAside } from '../atomic-file.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { toStoreError } from './store-error.ts';

export interface StoreDeps {
  readonly clock: Clock;
}

export interface StoreOptions {
  /** Absent means this Node.js's own, if it has one. */
  readonly loadSqlite?: () => Promise<Sqlite>;
  /** How long a file is waited for that another program has locked. Absent means not at all. */
  readonly patienceMs?: number;
}

interface OpenedStore {
  readonly ok: true;
  readonly store: MessageStore;
  readonly problems: readonly HistoryProblem[];
}

export type OpenStoreResult =
  | OpenedStore
  /** Another process has the file. To keep messages elsewhere meanwhile would split the history, so nothing is opened; try again later. */
  | { readonly ok: false; readonly problem: HistoryProblem };

/** Files up to this size are always read through for damage before they are trusted, in a tenth of a second; larger ones after a crash. */
const alwaysCheckedBytes = 16 * 1024 * 1024;

/** A file that is locked is tried again this often: a lock is mostly over in milliseconds, and trying costs less than one. */
const retryMs = 100;

/** What SQLite keeps beside a database: part of it while it is there. */
const companions = ['-wal', '-shm'];

/** Stands beside a database that turned out to be damaged while it was used. */
const damageMark = '-damaged';

/** @param path of the database; its folder must be there */
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
        // It says that it is ours, and its tables are not.
        return replace(path, salvage, historyReplaced, opening);
      }
  }
}

type Found =
  | { readonly state: 'new' | 'not-a-file' }
  | { readonly state: 'here'; readonly mustCheck: boolean }
  | { readonly state: 'read-only' | 'unusable'; readonly reason: string };

/** Looks before SQLite does, whose errors tell little of the cause; makes the file if there is none, for its owner only. */
async function look(path: string, clock: Clock): Promise<Found> {
  try {
    const file = await stat(path).catch(() => undefined);
    if (!file || (file.isFile() && file.size === 0)) {
      if (!file) {
        // Left without its database, which somebody took away, it would be applied to the new one.
        for (const companion of companions) await moveAside(path + companion, clock.wallMs());
      }
      await (await open(path, 'a', 0o600)).close();
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

/** Moves what is there aside, and takes over whom we know. */
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

/** @returns what is kept now */
function takeOver(store: MessageStore, salvage: Salvage): Salvage {
  try {
    store.batch(() => {
      for (const contact of salvage.contacts) store.putKnownPeer(contact);
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

/** So that the next start reads the file through. */
function mark(path: string): void {
  try {
    writeFileSync(path + damageMark, '', { mode: 0o600 });
  } catch {
    // The next crash or reading finds it again.
  }
}
