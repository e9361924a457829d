/** The marks on conversations of a store in memory. */
import type { ConversationId } from '../../../../shared/lib/ids.ts';
import type { ConversationMark, MarkStore } from '../../../core/messaging/mark-store.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export function createMemoryMarks({ read, write, put }: Pick<MemoryTransactions, 'read' | 'write' | 'put'>): MarkStore {
  const marks = new Map<ConversationId, ConversationMark>();
  return {
    conversationMarks: () =>
      read(() =>
        [...marks.values()].filter(
          ({ pin, archivedThrough, mutedUntilMs }) => pin !== null || archivedThrough !== null || mutedUntilMs !== null,
        ),
      ),
    putConversationMark: (mark) => write(() => put(marks, mark.conversation, mark)),
  };
}
