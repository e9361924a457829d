/** Runs the slices of a store to their end at once, for tests in which nothing else has to go on meanwhile. */
import type { MessageStore, SearchOptions, StoredMessage } from '../../src/main/core/messaging/ports.ts';
import type { ConversationId, Cursor } from '../../src/shared/lib/ids.ts';

export function searchAll(
  store: Pick<MessageStore, 'search'>,
  text: string,
  { limit, ...options }: SearchOptions,
): readonly StoredMessage[] {
  const found: StoredMessage[] = [];
  let before: Cursor | undefined;
  do {
    const slice = store.search(text, { ...options, limit: limit - found.length, ...(before !== undefined && { before }) });
    found.push(...slice.found);
    before = slice.next;
  } while (before !== undefined && found.length < limit);
  return found;
}

/** @returns the number of deleted messages; the same below */
export function clearAll(store: Pick<MessageStore, 'clear'>, conversation: ConversationId): number {
  return deleteAll((after) => store.clear(conversation, after));
}

export function deleteAllOlderThan(store: Pick<MessageStore, 'deleteOlderThan'>, receivedAtMs: number): number {
  return deleteAll((after) => store.deleteOlderThan(receivedAtMs, after));
}

function deleteAll(deleteSlice: (after: Cursor | undefined) => ReturnType<MessageStore['clear']>): number {
  let deleted = 0;
  let after: Cursor | undefined;
  do {
    const slice = deleteSlice(after);
    deleted += slice.deleted;
    after = slice.next;
  } while (after !== undefined);
  return deleted;
}
