/**
 * Finds messages by their words (STORE-6): indexed messages by SQLite's FTS5, the others one by
 * one. Indexing costs several times what persisting does, so it is left for quiet moments
 * (maintenance.ts). A search covers all messages, indexed or not, with or without FTS5. The index
 * may offer too much, such as deleted messages, but never too little; each offer is compared in
 * full.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import { fromMessages, selectMessages, textColumn, toMessage, toText, type Row } from './message-rows.ts';
import { emptySearchIndex, hasFullTextSearch } from './message-schema.ts';
import { isAscii, parseQuery, wordLine, type Query } from '../query/search-words.ts';
import { toStoreError } from './store-error.ts';
import type { Transactions } from './transactions.ts';

export interface SearchIndex {
  /** @returns newest first */
  find(text: string, options: { readonly limit: number; readonly conversationId?: number }): readonly StoredMessage[];
  /**
   * Indexes the oldest messages that are not yet. Runs in the caller's transaction.
   *
   * @returns whether there may be more
   */
  indexSome(limit: number): boolean;
  /** To be called after a deletion, in its transaction. */
  noteDeleted(count: number): void;
  /** To be called after a rollback. */
  reload(): void;
}

/**
 * Words looked up in the index; the comparison checks the rest. FTS5 limits the depth of
 * expressions.
 */
const maxLookedUp = 32;

/** Characters of a word in the LIKE filter; SQLite limits patterns. */
const maxSieveLength = 100;

/** The index starts anew when it holds this many deleted messages, and they are half of it. */
const minStale = 10_000;

/**
 * Precedes a conversation's number among the indexed words. No word of a text has it: it is for
 * private use.
 */
const conversationMark = '\ue000';

interface Progress {
  /** The position up to which every message is in the index. */
  indexedThrough: number;
  /** Messages in the index, and the deleted ones among them. */
  indexed: number;
  stale: number;
}

export function createSearchIndex(database: DatabaseSync, write: Transactions['write']): SearchIndex {
  const statements = prepareSearch(database);
  const index = hasFullTextSearch(database) ? prepareIndex(database) : undefined;
  let remembered: Progress | undefined;

  return {
    find(text, { limit, conversationId }) {
      const query = parseQuery(text);
      if (query.words.length === 0) return [];
      try {
        return findAll(query, limit, conversationId);
      } catch (error) {
        if (!index || toStoreError(error)?.code !== 'corrupt') throw error;
        // Perhaps only the index is damaged. It starts anew; until then the search compares all
        // messages.
        write(startOver);
        return findAll(query, limit, conversationId);
      }
    },
    indexSome(limit) {
      if (!index) return false;
      const progress = current();
      const rows: readonly Row[] = statements.rest.all(progress.indexedThrough, limit);
      for (const row of rows) {
        const text = toText(row['text']);
        const position = Number(row['position']);
        index.add.run(position, `${conversationMark}${Number(row['conversation_id'])} ${isAscii(text) ? text : wordLine(text)}`);
        progress.indexedThrough = position;
        progress.indexed += 1;
      }
      if (rows.length > 0) save(progress);
      return rows.length === limit;
    },
    noteDeleted(count) {
      const progress = current();
      progress.stale += count;
      if (index && progress.stale >= minStale && progress.stale * 2 >= progress.indexed) startOver();
      else save(progress);
    },
    reload: () => void (remembered = undefined),
  };

  function findAll(query: Query, limit: number, conversationId: number | undefined): readonly StoredMessage[] {
    const found: StoredMessage[] = [];
    collect(found, searchRest(query, conversationId), query, limit);
    collect(found, searchIndexed(query, conversationId), query, limit);
    return found;
  }

  function searchRest(query: Query, conversationId: number | undefined): Iterable<Row> {
    // A first filter inside SQLite: it skips plain texts without these words.
    const [first = '', second = ''] = query.words.toSorted(bySelectivity).map((word) => word.slice(0, maxSieveLength));
    const values = [index ? current().indexedThrough : 0, `%${first}%`, `%${second}%`];
    return conversationId === undefined
      ? statements.searchRest.iterate(...values)
      : statements.searchRestOfOne.iterate(...values, conversationId);
  }

  function searchIndexed(query: Query, conversationId: number | undefined): Iterable<Row> {
    if (!index || current().indexedThrough === 0) return [];
    const beginning = query.lastIsBeginning ? query.words.at(-1) : undefined;
    const whole = new Set(beginning === undefined ? query.words : query.words.slice(0, -1));
    const terms = [...whole].slice(0, maxLookedUp).map(quote);
    if (beginning !== undefined) terms.push(`${quote(beginning)}*`);
    if (conversationId !== undefined) terms.push(quote(`${conversationMark}${conversationId}`));
    return index.search.iterate(terms.join(' AND '));
  }

  function startOver(): void {
    emptySearchIndex(database);
    remembered = undefined;
  }

  function current(): Progress {
    if (remembered) return remembered;
    const row: Row | undefined = statements.progress.get();
    remembered = {
      indexedThrough: Number(row?.['indexed_through']),
      indexed: Number(row?.['indexed']),
      stale: Number(row?.['stale']),
    };
    return remembered;
  }

  function save(progress: Progress): void {
    statements.setProgress.run(progress.indexedThrough, progress.indexed, progress.stale);
    remembered = progress;
  }
}

function collect(found: StoredMessage[], rows: Iterable<Row>, query: Query, limit: number): void {
  if (found.length >= limit) return;
  for (const row of rows) {
    if (!query.matches(toText(row['text']))) continue;
    found.push(toMessage(row));
    if (found.length >= limit) return;
  }
}

function prepareSearch(
  database: DatabaseSync,
): Record<'rest' | 'progress' | 'setProgress' | 'searchRest' | 'searchRestOfOne', StatementSync> {
  const searchRest = (condition: string): string => `${selectMessages} FROM ${fromMessages}
    WHERE m.position > ? AND (length(m.text) <> octet_length(m.text) OR (m.text LIKE ? AND m.text LIKE ?)) ${condition} ORDER BY m.position DESC`;
  return {
    rest: database.prepare(`SELECT m.position, m.conversation_id, ${textColumn} FROM message AS m
      WHERE m.position > ? ORDER BY m.position LIMIT ?`),
    progress: database.prepare('SELECT indexed_through, indexed, stale FROM search_progress'),
    setProgress: database.prepare('UPDATE search_progress SET indexed_through = ?, indexed = ?, stale = ?'),
    searchRest: database.prepare(searchRest('')),
    searchRestOfOne: database.prepare(searchRest('AND m.conversation_id = ?')),
  };
}

function prepareIndex(database: DatabaseSync): Record<'add' | 'search', StatementSync> {
  return {
    add: database.prepare('INSERT INTO search_index (rowid, words) VALUES (?, ?)'),
    // CROSS JOIN keeps the order: SQLite reads the index first, newest first, and no further than
    // needed.
    search: database.prepare(`${selectMessages} FROM search_index CROSS JOIN ${fromMessages}
      WHERE search_index MATCH ? AND m.position = search_index.rowid ORDER BY search_index.rowid DESC`),
  };
}

/** Words that no plain text contains come first, then the longest. */
function bySelectivity(a: string, b: string): number {
  return Number(isAscii(a)) - Number(isAscii(b)) || b.length - a.length;
}

function quote(word: string): string {
  return `"${word}"`;
}
