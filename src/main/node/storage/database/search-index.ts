/**
 * Finds messages by their words (STORE-6): indexed messages by SQLite's FTS5, the others one by
 * one. Indexing costs several times what persisting does, so it is left for quiet moments
 * (maintenance.ts). A search covers all messages, indexed or not, with or without FTS5. The index
 * may offer too much, such as deleted messages, but never too little; each offer is compared in
 * full.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SearchSlice, StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { cursorAt } from '../query/cursor.ts';
import { createSlice, type Slice } from '../query/slice.ts';
import { fromMessages, selectMessages, textColumn, toMessage, toText, type Row } from './message-rows.ts';
import { emptySearchIndex, hasFullTextSearch } from './message-schema.ts';
import { isAscii, parseQuery, wordLine, type Query } from '../../../../shared/text/search-words.ts';
import { toStoreError } from './store-error.ts';
import type { Transactions } from './transactions.ts';

export interface SearchIndex {
  /** One slice of a search, newest first, among the messages before that position. */
  find(text: string, options: FindOptions): SearchSlice;
  /**
   * Indexes a slice of the oldest messages that are not yet. Runs in the caller's transaction.
   *
   * @returns whether there may be more
   */
  indexSlice(): boolean;
  /** To be called after a deletion, in its transaction. */
  noteDeleted(count: number): void;
  /** To be called after a rollback. */
  reload(): void;
}

interface FindOptions {
  readonly limit: number;
  readonly conversationId?: number;
  readonly beforePosition: number;
}

/**
 * Words looked up in the index; the comparison checks the rest. FTS5 limits the depth of
 * expressions.
 */
const maxLookedUp = 32;

/** Characters of a word in the LIKE filter; SQLite limits patterns. */
const maxSieveLength = 100;

/**
 * Pages of the index merged at a time. FTS5 merges by itself while it commits, which takes the
 * longer the larger the index is; so that is off (message-schema.ts).
 */
const pagesPerMerge = 32;

/**
 * Positions that the LIKE filter passes over at a time. It is inside SQLite, where no slice ends:
 * 4 MiB of the longest plain texts take 5 ms.
 */
const sieveWindow = 256;
/** The cost of such a window without a match, in characters. */
const sieveLength = 4_096;

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

interface Deps {
  readonly clock: Clock;
  readonly write: Transactions['write'];
}

export function createSearchIndex(database: DatabaseSync, { clock, write }: Deps): SearchIndex {
  const statements = prepareSearch(database);
  const index = hasFullTextSearch(database) ? prepareIndex(database) : undefined;
  let remembered: Progress | undefined;

  return {
    find(text, options) {
      const query = parseQuery(text);
      if ((query.words.length === 0 && query.literals.length === 0) || options.limit === 0) return { found: [] };
      try {
        return findSlice(query, options);
      } catch (error) {
        if (!index || toStoreError(error)?.code !== 'corrupt') throw error;
        // Perhaps only the index is damaged. It starts anew; until then the search compares all
        // messages.
        write(startOver);
        return findSlice(query, options);
      }
    },
    indexSlice() {
      if (!index) return false;
      if (mergeSome(index)) return true;
      const progress = current();
      const before = progress.indexed;
      const slice = createSlice(clock);
      for (const row of statements.rest.iterate(progress.indexedThrough)) {
        const text = toText(row['text']);
        const words = isAscii(text) ? text : wordLine(text);
        progress.indexedThrough = Number(row['position']);
        index.add.run(progress.indexedThrough, `${conversationMark}${Number(row['conversation_id'])} ${words}`);
        progress.indexed += 1;
        slice.spend(words.length);
        if (slice.isSpent()) break;
      }
      if (progress.indexed > before) save(progress);
      // Merging may follow, even if this was the last message.
      return progress.indexed > before;
    },
    noteDeleted(count) {
      const progress = current();
      progress.stale += count;
      if (index && progress.stale >= minStale && progress.stale * 2 >= progress.indexed) startOver();
      else save(progress);
    },
    reload: () => void (remembered = undefined),
  };

  /** @returns whether it merged anything */
  function mergeSome({ merge }: PreparedIndex): boolean {
    const before = Number(statements.totalChanges.get()?.['count']);
    merge.run(pagesPerMerge);
    // SQLite's manual: with a difference of less than 2 there was nothing to merge.
    return Number(statements.totalChanges.get()?.['count']) - before >= 2;
  }

  /** Each slice looks anew how far the index goes, because it may have changed since the last. */
  function findSlice(query: Query, { limit, conversationId, beforePosition }: FindOptions): SearchSlice {
    const slice = createSlice(clock);
    const found: StoredMessage[] = [];
    // The index knows no signs.
    const indexedThrough = index && query.words.length > 0 ? current().indexedThrough : 0;
    let end = Math.min(beforePosition, Number(statements.lastPosition.get()?.['position'] ?? 0) + 1);
    while (end > indexedThrough + 1) {
      const start = Math.max(end - 1 - sieveWindow, indexedThrough);
      const stoppedAt = collect(found, searchRest(query, conversationId, { start, end }), { query, limit, slice });
      end = stoppedAt ?? start + 1;
      slice.spend(sieveLength);
      if (found.length >= limit) return { found };
      if (slice.isSpent() && end > 1) return { found, next: cursorAt(end) };
    }
    const indexed = searchIndexed(query, conversationId, end);
    const stoppedAt = collect(found, indexed, { query, limit, slice: createSlice(clock, 'first-row') });
    return stoppedAt === undefined || found.length >= limit ? { found } : { found, next: cursorAt(stoppedAt) };
  }

  /** @param start before the first position @param end behind the last one */
  function searchRest(
    query: Query,
    conversationId: number | undefined,
    { start, end }: { readonly start: number; readonly end: number },
  ): Iterable<Row> {
    // A first filter inside SQLite: it skips plain texts without these words.
    // Signs of LIKE itself only let more pass.
    const pieces = [...query.words, ...query.literals];
    const [first = '', second = ''] = pieces.toSorted(bySelectivity).map((word) => word.slice(0, maxSieveLength));
    const values = [start, end, `%${first}%`, `%${second}%`];
    return conversationId === undefined
      ? statements.searchRest.iterate(...values)
      : statements.searchRestOfOne.iterate(...values, conversationId);
  }

  function searchIndexed(query: Query, conversationId: number | undefined, end: number): Iterable<Row> {
    if (!index || end <= 1 || query.words.length === 0) return [];
    const beginning = query.lastIsBeginning ? query.words.at(-1) : undefined;
    const whole = new Set(beginning === undefined ? query.words : query.words.slice(0, -1));
    const terms = [...whole].slice(0, maxLookedUp).map(quote);
    if (beginning !== undefined) terms.push(`${quote(beginning)}*`);
    if (conversationId !== undefined) terms.push(quote(`${conversationMark}${conversationId}`));
    return index.search.iterate(terms.join(' AND '), end);
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

/** @returns the position at which it stopped, because enough was found or the slice is spent */
function collect(
  found: StoredMessage[],
  rows: Iterable<Row>,
  { query, limit, slice }: { readonly query: Query; readonly limit: number; readonly slice: Slice },
): number | undefined {
  for (const row of rows) {
    const text = toText(row['text']);
    slice.spend(text.length);
    if (query.matches(text)) found.push(toMessage(row));
    if (found.length >= limit || slice.isSpent()) return Number(row['position']);
  }
  return undefined;
}

function prepareSearch(
  database: DatabaseSync,
): Record<
  'rest' | 'progress' | 'setProgress' | 'searchRest' | 'searchRestOfOne' | 'lastPosition' | 'totalChanges',
  StatementSync
> {
  const searchRest = (condition: string): string => `${selectMessages} FROM ${fromMessages}
    WHERE m.position > ? AND m.position < ? AND (length(m.text) <> octet_length(m.text) OR (m.text LIKE ? AND m.text LIKE ?)) ${condition} ORDER BY m.position DESC`;
  return {
    rest: database.prepare(`SELECT m.position, m.conversation_id, ${textColumn} FROM message AS m
      WHERE m.position > ? ORDER BY m.position`),
    totalChanges: database.prepare('SELECT total_changes() AS count'),
    lastPosition: database.prepare('SELECT max(position) AS position FROM message'),
    progress: database.prepare('SELECT indexed_through, indexed, stale FROM search_progress'),
    setProgress: database.prepare('UPDATE search_progress SET indexed_through = ?, indexed = ?, stale = ?'),
    searchRest: database.prepare(searchRest('')),
    searchRestOfOne: database.prepare(searchRest('AND m.conversation_id = ?')),
  };
}

type PreparedIndex = Readonly<Record<'add' | 'search' | 'merge', StatementSync>>;

function prepareIndex(database: DatabaseSync): PreparedIndex {
  return {
    merge: database.prepare(`INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)`),
    add: database.prepare('INSERT INTO search_index (rowid, words) VALUES (?, ?)'),
    // CROSS JOIN keeps the order: SQLite reads the index first, newest first, and no further than
    // needed.
    search: database.prepare(`${selectMessages} FROM search_index CROSS JOIN ${fromMessages}
      WHERE search_index MATCH ? AND search_index.rowid < ? AND m.position = search_index.rowid ORDER BY search_index.rowid DESC`),
  };
}

/** Words that no plain text contains come first, then the longest. */
function bySelectivity(a: string, b: string): number {
  return Number(isAscii(a)) - Number(isAscii(b)) || b.length - a.length;
}

function quote(word: string): string {
  return `"${word}"`;
}
