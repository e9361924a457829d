/**
 * Deletes messages in slices, oldest first, but none that waits to be delivered. Leaves a tombstone
 * for each, so that none is new when it arrives again (STORE-3). The tombstones are in the table
 * `forgotten`. Expects to be called inside a transaction.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { DeletionSlice } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { cursorAt } from '../query/cursor.ts';
import { createSlice } from '../query/slice.ts';
import type { Conversations } from './conversations.ts';
import type { SearchIndex } from './search-index.ts';

/**
 * Tombstones per author and conversation. An author re-sends only messages in flight, which are its
 * latest ones; it has some thousands of them at most.
 */
export const maxTombstones = 10_000;

/** Bytes of text that cost as much as one character of other work. They are freed, not read. */
const bytesPerLength = 16;
/** The cost of looking at a message and of deleting it, beside its text, in characters. */
const deletedLength = 64;

interface Deps {
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly search: Pick<SearchIndex, 'noteDeleted'>;
  /** Whether its messages go with their blocks instead (room-removal.ts). */
  readonly isPlaced: (conversationId: number) => boolean;
}

export interface Removal {
  ofConversation(conversationId: number, afterPosition: number): DeletionSlice;
  /** Up to the first message that was persisted later. Never an unread one. */
  olderThan(receivedAtMs: number, afterPosition: number): DeletionSlice;
}

interface Deleted {
  readonly conversationId: number;
  readonly authors: Set<number>;
  unread: number;
}

export function createRemoval(database: DatabaseSync, { clock, conversations, search, isPlaced }: Deps): Removal {
  const select = (condition: string): StatementSync =>
    database.prepare(`SELECT m.position, m.conversation_id, m.author_id, m.received_at_ms, octet_length(m.text) AS size,
        m.settled IS NULL AND m.position > c.read_position AS unread,
        m.settled IS NOT NULL AND EXISTS (SELECT 1 FROM outbox AS o
          WHERE o.conversation_id = m.conversation_id AND o.sequence = m.sequence AND o.position = m.position) AS waiting
      FROM message AS m CROSS JOIN party AS c ON c.party_id = m.conversation_id
      WHERE m.position > ? ${condition} ORDER BY m.position`);
  const all = select('');
  const ofOne = select('AND m.conversation_id = ?');
  // One statement for all positions of a slice: one for each would take three times as long.
  const addTombstones = database.prepare(`INSERT OR IGNORE INTO forgotten
    SELECT message_id, author_id, conversation_id, position FROM message WHERE position IN (SELECT value FROM json_each(?))`);
  const remove = database.prepare('DELETE FROM message WHERE position IN (SELECT value FROM json_each(?))');
  const recount = database.prepare(`UPDATE party SET unread = unread - ?,
    last_position = coalesce((SELECT max(m.position) FROM message AS m WHERE m.conversation_id = party_id), 0) WHERE party_id = ?`);
  const trim = database.prepare(`DELETE FROM forgotten WHERE conversation_id = ? AND author_id = ? AND position <= (
    SELECT position FROM forgotten WHERE conversation_id = ? AND author_id = ?
    ORDER BY position DESC LIMIT 1 OFFSET ${maxTombstones})`);

  return {
    ofConversation: (conversationId, after) =>
      removeSlice(ofOne, [after, conversationId], { removesUnread: true, end: Infinity }),
    olderThan: (receivedAtMs, after) => removeSlice(all, [after], { removesUnread: false, end: receivedAtMs }),
  };

  /** @param end deletes nothing from the first message on that was persisted at that time */
  function removeSlice(
    statement: StatementSync,
    values: readonly SQLInputValue[],
    { removesUnread, end }: { readonly removesUnread: boolean; readonly end: number },
  ): DeletionSlice {
    // The query below must see what this transaction has read.
    conversations.flush();
    const slice = createSlice(clock);
    const doomed: number[] = [];
    const changed = new Map<number, Deleted>();
    let next: number | undefined;
    for (const row of statement.iterate(...values)) {
      if (Number(row['received_at_ms']) >= end) break;
      const isUnread = row['unread'] === 1;
      const mayGo = row['waiting'] === 0 && (removesUnread || !isUnread);
      if (mayGo && !isPlaced(Number(row['conversation_id']))) {
        doomed.push(Number(row['position']));
        note(changed, Number(row['conversation_id']), Number(row['author_id']), isUnread);
      }
      slice.spend(Number(row['size']) / bytesPerLength + deletedLength);
      if (!slice.isSpent()) continue;
      next = Number(row['position']);
      break;
    }
    if (doomed.length > 0) {
      const positions = JSON.stringify(doomed);
      addTombstones.run(positions);
      remove.run(positions);
      settle(changed, doomed.length);
    }
    return { deleted: doomed.length, ...(next !== undefined && { next: cursorAt(next) }) };
  }

  function settle(changed: ReadonlyMap<number, Deleted>, count: number): void {
    for (const { conversationId, authors, unread } of changed.values()) {
      recount.run(unread, conversationId);
      for (const authorId of authors) trim.run(conversationId, authorId, conversationId, authorId);
    }
    conversations.clearCache();
    search.noteDeleted(count);
  }
}

function note(changed: Map<number, Deleted>, conversationId: number, authorId: number, isUnread: boolean): void {
  const deleted = changed.get(conversationId) ?? { conversationId, authors: new Set<number>(), unread: 0 };
  deleted.authors.add(authorId);
  if (isUnread) deleted.unread += 1;
  changed.set(conversationId, deleted);
}
