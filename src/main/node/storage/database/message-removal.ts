/**
 * Deletes messages that are not waiting to be delivered, and leaves a tombstone for each, so that
 * none is new when it arrives again (STORE-3). The tombstones are in the table `forgotten`. Expects
 * to be called inside a transaction.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Conversations } from './conversations.ts';
import type { SearchIndex } from './search-index.ts';

/**
 * Tombstones per author and conversation. An author re-sends only messages in flight, which are its
 * latest ones; it has some thousands of them at most.
 */
export const maxTombstones = 10_000;

interface Deps {
  readonly conversations: Conversations;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
}

export interface Removal {
  /** @returns the number of deleted messages; the same below */
  ofConversation(conversationId: number): number;
  /** Up to the first message that was persisted later. Never an unread one. */
  olderThan(receivedAtMs: number): number;
}

export function createRemoval(database: DatabaseSync, { conversations, search }: Deps): Removal {
  // Numbers the messages of each author in each conversation, from the latest back.
  const recent = 'row_number() OVER (PARTITION BY conversation_id, author_id ORDER BY position DESC)';
  const trim = database.prepare(`DELETE FROM forgotten WHERE (message_id, author_id) IN (
    SELECT message_id, author_id FROM (SELECT message_id, author_id, ${recent} AS recent FROM forgotten) WHERE recent > ${maxTombstones})`);

  const removeConversation = prepareRemoval('m.conversation_id = ?', 'party_id = ?');
  // By position, because users set clocks back and forth: a message after a young one is not old.
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
      // The counts below must see what this transaction has read.
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
