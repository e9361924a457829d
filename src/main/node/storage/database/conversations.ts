/**
 * The rows of the table `party`: peers and rooms, each with a number and the counters of its
 * conversation. A transaction changes the last position, the unread count and our last sequence
 * with nearly every message. So they stay in memory and are written once, before the commit. This
 * process is the only writer, because the file is locked; so the memory stays true between
 * transactions. A failed transaction clears it.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './message-rows.ts';

/** Rows in memory, some 200 bytes each. With more of them the memory is cleared after a commit. */
const maxCached = 20_000;

export interface ConversationRow {
  readonly rowId: number;
  lastPosition: number;
  readPosition: number;
  unread: number;
}

export interface Conversations {
  /** @param name a peer ID or `#room` */
  find(name: string): ConversationRow | undefined;
  findOrAdd(name: string): ConversationRow;
  /** To be called after a change of its counters. */
  noteChange(row: ConversationRow): void;
  /** @returns the next sequence of that author of ours in that conversation */
  takeSequence(conversation: ConversationRow, author: ConversationRow): number;
  /** Writes all changes: before a commit, and before a query that reads them. */
  flush(): void;
  /** To be called after a rollback, and after another statement changed the tables. */
  clearCache(): void;
}

interface Counter {
  readonly conversationId: number;
  readonly authorId: number;
  last: number;
}

export function createConversations(database: DatabaseSync): Conversations {
  const select = database.prepare('SELECT party_id, last_position, read_position, unread FROM party WHERE name = ?');
  const insert = database.prepare('INSERT INTO party (name) VALUES (?)');
  const update = database.prepare('UPDATE party SET last_position = ?, read_position = ?, unread = ? WHERE party_id = ?');
  const selectSequence = database.prepare('SELECT last FROM own_sequence WHERE conversation_id = ? AND author_id = ?');
  const putSequence = database.prepare('INSERT OR REPLACE INTO own_sequence VALUES (?, ?, ?)');

  const rows = new Map<string, ConversationRow>();
  const counters = new Map<string, Counter>();
  const changedRows = new Set<ConversationRow>();
  const changedCounters = new Set<Counter>();

  return {
    find,
    findOrAdd(name) {
      const found = find(name);
      if (found) return found;
      const row: ConversationRow = {
        rowId: Number(insert.run(name).lastInsertRowid),
        lastPosition: 0,
        readPosition: 0,
        unread: 0,
      };
      rows.set(name, row);
      return row;
    },
    noteChange: (row) => void changedRows.add(row),
    takeSequence(conversation, author) {
      const counter = counterOf(conversation.rowId, author.rowId);
      counter.last += 1;
      changedCounters.add(counter);
      return counter.last;
    },
    flush() {
      for (const { rowId, lastPosition, readPosition, unread } of changedRows) {
        update.run(lastPosition, readPosition, unread, rowId);
      }
      for (const { conversationId, authorId, last } of changedCounters) putSequence.run(conversationId, authorId, last);
      changedRows.clear();
      changedCounters.clear();
      if (rows.size > maxCached) rows.clear();
      if (counters.size > maxCached) counters.clear();
    },
    clearCache() {
      rows.clear();
      counters.clear();
      changedRows.clear();
      changedCounters.clear();
    },
  };

  function find(name: string): ConversationRow | undefined {
    const cached = rows.get(name);
    if (cached) return cached;
    const selected: Row | undefined = select.get(name);
    if (!selected) return undefined;
    const row: ConversationRow = {
      rowId: Number(selected['party_id']),
      lastPosition: Number(selected['last_position']),
      readPosition: Number(selected['read_position']),
      unread: Number(selected['unread']),
    };
    rows.set(name, row);
    return row;
  }

  function counterOf(conversationId: number, authorId: number): Counter {
    const key = `${conversationId} ${authorId}`;
    const cached = counters.get(key);
    if (cached) return cached;
    const row: Row | undefined = selectSequence.get(conversationId, authorId);
    const counter: Counter = { conversationId, authorId, last: Number(row?.['last'] ?? 0) };
    counters.set(key, counter);
    return counter;
  }
}
