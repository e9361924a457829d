/**
 * Deletes messages, but for those that wait to be delivered, and remembers which they were, so that none is taken for new when it comes again
 * (STORE-3). Expects to be called inside a transaction.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Conversations } from './conversations.ts';
import type { SearchIndex } from './search-index.ts';

/**
 * Deleted messages that are remembered, per author and conversation, so that none is taken for new when it comes again. An author sends again
 * only what was on its way without an answer, and these are the latest; it has at most some thousands on their way.
 */
export const maxTombstones = 10_000;

interface Deps {
  readonly conversations: Conversations;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
}

export interface Removal {
  /** @returns how many were deleted; the same below */
  ofConversation(conversationId: number): number;
  /** Up to the first that was kept later, and none that are unread. */
  olderThan(receivedAtMs: number): number;
}

export function createRemoval(database: DatabaseSync, { conversations, search }: Deps): Removal {
  // The latest of each author in each conversation: `recent` counts back from the last.
  const recent = 'row_number() OVER (PARTITION BY conversation_id, author_id ORDER BY position DESC)';
  const trim = database.prepare(`DELETE FROM forgotten WHERE (message_id, author_id) IN (
    SELECT message_id, author_id FROM (SELECT message_id, author_id, ${recent} AS recent FROM forgotten) WHERE recent > ${maxTombstones})`);

  const removeConversation = prepareRemoval('m.conversation_id = ?', 'party_id = ?');
  // By position, because clocks are set back and forth: what came after something young is not old, whatever the clock said then.
  const firstYoung = database.prepare('SELECT position FROM message WHERE received_at_ms >= ? ORDER BY position LIMIT 1');
  const isRead = `(m.settled IS NOT NULL OR m.position <= (SELECT read_position FROM party WHERE party_id = m.conversation_id))`;
  const removeBefore = prepareRemoval(`m.position < ? AND ${isRead}`, 'last_position > 0 AND ? IS NOT NULL');

  return {
    ofConversation: removeConversation,
    olderThan: (receivedAtMs) => removeBefore(Number(firstYoung.get(receivedAtMs)?.['position'] ?? Number.MAX_SAFE_INTEGER)),
  };

  function prepareRemoval(condition: string, affected: string): (value: number) => number {
    const doomed = `message AS m WHERE ${condition} AND NOT EXISTS (
      SELECT 1 FROM outbox AS o WHERE o.conversation_id = m.conversation_id AND o.sequence = m.sequence AND o.position = m.position)`;
    const addTombstones = database.prepare(`INSERT OR IGNORE INTO forgotten
      SELECT message_id, author_id, conversation_id, position FROM (SELECT *, ${recent} AS recent FROM ${doomed})
      WHERE recent <= ${maxTombstones}`);
    const remove = database.prepare(`DELETE FROM ${doomed}`);
    const recount = database.prepare(`UPDATE party SET
      last_position = coalesce((SELECT max(m.position) FROM message AS m WHERE m.conversation_id = party_id), 0),
      unread = (SELECT count(*) FROM message AS m
        WHERE m.conversation_id = party_id AND m.position > read_position AND m.settled IS NULL)
      WHERE ${affected}`);
    return (value) => {
      // What was read in this transaction is read.
      conversations.flush();
      addTombstones.run(value);
      const count = Number(remove.run(value).changes);
      if (count === 0) return 0;
      trim.run();
      recount.run(value);
      conversations.clearCache();
      search.noteDeleted(count);
      return count;
    };
  }
}
