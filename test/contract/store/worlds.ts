/** Stores for the suites: in memory, and on a real file in its own folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import type { HistoryProblem } from '../../../src/main/node/storage/database/history-problems.ts';
import { createMemoryStore } from '../../../src/main/node/storage/memory/memory-store.ts';
import { hasFullTextSearch } from '../../../src/main/node/storage/database/message-schema.ts';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import type { StoreWorld } from './store-suite.ts';

/**
 * The first releases of Node.js 22 have no FTS5. Their searches compare each message, and have no
 * index to test.
 */
export const canIndex = hasFullTextSearch(new DatabaseSync(':memory:'));

export async function openMemoryWorld(): Promise<StoreWorld> {
  const clock = createFakeClock();
  const store = createMemoryStore({ clock });
  return { store: () => store, clock, close: async () => store.close() };
}

export interface FileWorld extends StoreWorld {
  readonly directory: string;
  readonly path: string;
  /** Closes the store and opens the file again. @returns the reported problems */
  reopen(): Promise<readonly HistoryProblem[]>;
}

export async function openFileWorld(): Promise<FileWorld> {
  const clock = createFakeClock();
  const directory = await mkdtemp(join(tmpdir(), 'hallway-store-'));
  const path = join(directory, 'messages.db');
  let store: HistoryStore | undefined;
  const open = async (): Promise<readonly HistoryProblem[]> => {
    store?.close();
    const result = await openMessageStore(path, { clock });
    if (!result.ok) throw new Error(result.problem.code);
    store = result.store;
    return result.problems;
  };
  const problems = await open();
  if (problems.length > 0) throw new Error(problems[0]?.code);
  return {
    directory,
    path,
    clock,
    store() {
      if (!store) throw new Error('the store is not open');
      return store;
    },
    reopen: open,
    async close() {
      store?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
