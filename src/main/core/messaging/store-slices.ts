/**
 * Runs a long search or deletion in the slices of a MessageStore, with a turn for other work between
 * any two of them (STORE-12). So the network is served while a store of any size is searched.
 */
import type { Cursor } from '../../../shared/lib/ids.ts';
import type { Clock } from '../ports.ts';
import type { DeletionSlice, MessageStore, SearchOptions, StoredMessage } from './ports.ts';

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'search'>;
}

/** @returns newest first, at most `limit` */
export async function searchInSlices(
  { clock, store }: Deps,
  text: string,
  { limit, ...options }: SearchOptions,
): Promise<readonly StoredMessage[]> {
  const found: StoredMessage[] = [];
  let slice = store.search(text, { limit, ...options });
  for (;;) {
    found.push(...slice.found);
    if (slice.next === undefined || found.length >= limit) return found;
    await nextTurn(clock);
    slice = store.search(text, { ...options, limit: limit - found.length, before: slice.next });
  }
}

/**
 * @param deleteSlice deletes the slice after a place; resolves with undefined if the store refused
 * @returns the number of deleted messages; undefined if the store refused
 */
export async function deleteInSlices(
  clock: Clock,
  deleteSlice: (after: Cursor | undefined) => Promise<DeletionSlice | undefined>,
): Promise<number | undefined> {
  let deleted = 0;
  let after: Cursor | undefined;
  for (;;) {
    const slice = await deleteSlice(after);
    if (slice === undefined) return undefined;
    deleted += slice.deleted;
    if (slice.next === undefined) return deleted;
    after = slice.next;
    await nextTurn(clock);
  }
}

function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, 0));
}
