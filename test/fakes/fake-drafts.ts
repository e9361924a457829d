/** Drafts for a fake Hallway: the real area on a store in memory, which persists at once. */
import { createDrafts, type DraftsArea } from '../../src/main/core/drafts/drafts.ts';
import { createMemoryDrafts } from '../../src/main/node/storage/memory/memory-drafts.ts';
import { createMemoryTransactions } from '../../src/main/node/storage/memory/memory-transactions.ts';

export function createFakeDrafts(): DraftsArea {
  const store = createMemoryDrafts(createMemoryTransactions());
  const onListenerError = (error: unknown): void => {
    throw error;
  };
  return createDrafts({ store, persist: async (act) => act(), onListenerError });
}
