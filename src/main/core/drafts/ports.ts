/**
 * The port of drafts to what is kept. The real store is node/storage/database, the one in memory is
 * node/storage/memory; both pass test/contract/store.
 */
import type { Draft } from '../../../shared/contract/drafts.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';

/** Conversations with a draft, or that had one. The one that changed longest ago goes first. */
export const maxDrafts = 1_000;

/** Synchronous, and part of the transactions of the MessageStore. Throws StoreErrors. */
export interface DraftStore {
  get(conversation: ConversationId): Draft | undefined;
  /** The beginnings of all drafts that have a text, in any order. */
  starts(maxLength: number): readonly Pick<Draft, 'conversation' | 'text'>[];
  /** @returns the draft with its new version, which is higher than that of any other */
  put(draft: Omit<Draft, 'version'>): Draft;
}
