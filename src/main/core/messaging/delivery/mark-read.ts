/**
 * What we read: kept, and told to its author where people agree to that (rule DELIVER-9). In
 * slices, because whoever was away may have hundreds of thousands of messages to read, and nothing
 * else should wait for all of them.
 */
import type { GetSetting } from '../../../../shared/contract/settings.ts';
import { peerOfConversation, type ConversationId, type Cursor } from '../../../../shared/lib/ids.ts';
import type { StoreWriter } from './store-writer.ts';
import type { MessageStore } from '../ports.ts';
import type { ReadReceipts } from './read-receipts.ts';

/**
 * Messages marked in one write, and told in one frame: some milliseconds of work here, and there.
 */
export const readSlice = 1_024;

interface Deps {
  readonly store: Pick<MessageStore, 'history' | 'markRead'>;
  readonly writer: Pick<StoreWriter, 'persist'>;
  readonly receipts: Pick<ReadReceipts, 'read'>;
  readonly getSetting: GetSetting;
}

/**
 * @returns a function that marks everything up to that place; settles with whether anything was
 * unread before
 */
export function createReading({ store, writer, receipts, getSetting }: Deps) {
  return async (conversation: ConversationId, seen: Cursor): Promise<boolean> => {
    let through: Cursor | undefined;
    let isAny = false;
    for (;;) {
      const marks = await writer.persist(() => {
        // What comes while this goes on was not seen.
        through ??= isNewest(conversation, seen) ? store.history(conversation, { limit: 1 })[0]?.cursor : seen;
        if (through === undefined) return [];
        return store.markRead(conversation, through, readSlice);
      });
      if (!marks || marks.length === 0) return isAny;
      isAny = true;
      const author = peerOfConversation(conversation);
      const messageIds = marks.filter(({ from }) => from === author).map(({ messageId }) => messageId);
      if (getSetting('readReceipts') && author !== undefined && messageIds.length > 0) receipts.read(author, messageIds);
      if (marks.length < readSlice) return isAny;
    }
  };

  /** Nothing was said after it. Refuses what is no cursor. */
  function isNewest(conversation: ConversationId, seen: Cursor): boolean {
    return store.history(conversation, { limit: 1, after: seen }).length === 0;
  }
}
