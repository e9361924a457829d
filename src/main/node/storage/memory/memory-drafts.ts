/** The DraftStore in memory: passes the contract suite of the one on disk. */
import type { Draft } from '../../../../shared/contract/drafts.ts';
import type { ConversationId } from '../../../../shared/lib/ids.ts';
import { maxDrafts, type DraftStore } from '../../../core/drafts/ports.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export function createMemoryDrafts({ write, read, change }: MemoryTransactions): DraftStore {
  /** In order of version. */
  let drafts: readonly Draft[] = [];

  return {
    get: (conversation: ConversationId) => read(() => drafts.find((draft) => draft.conversation === conversation)),
    starts: (maxLength) =>
      read(() =>
        drafts.flatMap(({ conversation, text }) =>
          text === '' ? [] : { conversation, text: Array.from(text).slice(0, maxLength).join('') },
        ),
      ),
    put: (given) =>
      write(() => {
        const before = drafts;
        const draft = { ...given, version: (before.at(-1)?.version ?? 0) + 1 };
        const others = before.filter(({ conversation }) => conversation !== given.conversation);
        change(
          () => void (drafts = [...others, draft].slice(-maxDrafts)),
          () => void (drafts = before),
        );
        return draft;
      }),
  };
}
