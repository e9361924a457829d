/**
 * Bench: ways to index messages for search with FTS5, side by side: what each costs per message, in time and space, and what it can find. The
 * reasons for our choice are in docs/decisions/0004-storage.md. Prints figures and asserts nothing.
 *
 * Usage: node test/bench/store-search-variants.ts
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSampleTexts } from './sample-texts.ts';

const messageCount = 100_000;
/** Messages per transaction. */
const batch = 2_000;

const samples = createSampleTexts(createSeededRandom('variants'), 100);
const texts = Array.from({ length: messageCount }, () => samples.next());

interface Variant {
  readonly name: string;
  readonly options: string;
  /** What finds texts with a word that begins like this. */
  readonly query: (beginning: string) => string;
}

const byWord = (beginning: string): string => `"${beginning}"*`;
/** Anywhere in the text, for want of words; without positions, as three letters here and three letters there. */
const byTrigrams = (beginning: string): string =>
  Array.from({ length: beginning.length - 2 }, (_, start) => `"${beginning.slice(start, start + 3)}"`).join(' AND ');
const byText = (beginning: string): string => `"${beginning}"`;

const variants: readonly Variant[] = [
  { name: 'words, as we use it', options: `content = '', columnsize = 0, detail = 'none', tokenize = 'ascii'`, query: byWord },
  {
    name: 'the same, deletable',
    options: `content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'`,
    query: byWord,
  },
  {
    name: 'the same, with prefixes',
    options: `content = '', columnsize = 0, detail = 'none', prefix = '1 2 3', tokenize = 'ascii'`,
    query: byWord,
  },
  {
    name: 'unicode61, with positions',
    options: `content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'`,
    query: byWord,
  },
  {
    name: 'trigrams, without positions',
    options: `content = '', columnsize = 0, detail = 'none', tokenize = 'trigram'`,
    query: byTrigrams,
  },
  { name: 'trigrams, with positions', options: `content = '', columnsize = 0, tokenize = 'trigram'`, query: byText },
];

/** The first word from that rank on that is long enough to be shortened. */
function wordFrom(rank: number): string {
  const word = samples.word(rank);
  return word.length >= 5 ? word : wordFrom(rank + 1);
}

console.log(`${messageCount} messages of 100 bytes, ${batch} at a time`);
for (const variant of variants) measure(variant);

function measure({ name, options, query }: Variant): void {
  const directory = mkdtempSync(join(tmpdir(), 'hallway-bench-variants-'));
  const path = join(directory, 'index.db');
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA locking_mode = EXCLUSIVE;
      CREATE VIRTUAL TABLE search_index USING fts5 (words, ${options})`);
    const processor = process.cpuUsage();
    fill(database);
    const { user, system } = process.cpuUsage(processor);
    const beginnings = [wordFrom(0), wordFrom(500), wordFrom(0).slice(0, 1), wordFrom(500).slice(0, 3)];
    const search = beginnings.map((beginning) => find(database, query(beginning)));
    database.close();
    const sizeBytes = (statSync(path).size / messageCount).toFixed(0);
    console.log(
      `figure: ${name}: ${((user + system) / messageCount).toFixed(2)} µs of processor and ${sizeBytes} bytes per message; ` +
        `common word ${search[0]}, rare word ${search[1]}, one letter ${search[2]}, three letters ${search[3]}`,
    );
  } finally {
    if (database.isOpen) database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function fill(database: DatabaseSync): void {
  const insert = database.prepare('INSERT INTO search_index (rowid, words) VALUES (?, ?)');
  for (let done = 0; done < messageCount; done += batch) {
    database.exec('BEGIN');
    for (const [index, text] of texts.slice(done, done + batch).entries()) insert.run(done + index + 1, text);
    database.exec('COMMIT');
  }
}

/** The newest 50, the median of several tries. */
function find(database: DatabaseSync, query: string): string {
  if (query === '') return 'not possible';
  const select = database.prepare('SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC LIMIT 50');
  const timesMs = Array.from({ length: 5 }, () => {
    const startedMs = performance.now();
    return { found: select.all(query).length, ms: performance.now() - startedMs };
  }).sort((a, b) => a.ms - b.ms);
  return timesMs[2]?.found === 0 ? 'not found' : `${(timesMs[2]?.ms ?? 0).toFixed(1)} ms`;
}
