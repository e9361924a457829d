/**
 * The tables of `messages.db`, and the steps that migrate a file of an earlier version to this one
 * (STORE-9). Never change a released step; append a new one. The meaning of the rows for messaging
 * is in messaging/ports.ts.
 */
import type { DatabaseSync } from 'node:sqlite';

/** SQLite reports damage under this name. */
export const searchIndexName = 'search_index';

/** Marks a file as ours (`HALL`), in the header of the database. */
export const applicationId = 0x48414c4c;

/**
 * Tables and columns keep the names that users' files have. `party`: a peer ID or `#room`
 * (`shortNameOf`) with the counters of its conversation. `settled`: the final state of one of our
 * messages, which counts as soon as the message leaves the outbox; null on messages of others. So a
 * delivery only deletes a small row of the outbox. `forgotten`: tombstones. `known_peer`: contacts.
 * A position is never used again.
 */
const messages = `
  CREATE TABLE party (
    party_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    last_position INTEGER NOT NULL DEFAULT 0,
    read_position INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE message (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES party,
    author_id INTEGER NOT NULL REFERENCES party,
    message_id ANY NOT NULL,
    sequence INTEGER NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    settled INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX message_identity ON message (message_id, author_id);
  -- With the rowid behind it, which is the position.
  CREATE INDEX message_history ON message (conversation_id);

  CREATE TABLE outbox (
    conversation_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, sequence, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE own_sequence (
    conversation_id INTEGER NOT NULL REFERENCES party,
    author_id INTEGER NOT NULL REFERENCES party,
    last INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, author_id)
  ) STRICT, WITHOUT ROWID;

  -- What was deleted here and might be sent again.
  CREATE TABLE forgotten (
    message_id ANY NOT NULL,
    author_id INTEGER NOT NULL REFERENCES party,
    conversation_id INTEGER NOT NULL REFERENCES party,
    position INTEGER NOT NULL,
    PRIMARY KEY (message_id, author_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX forgotten_order ON forgotten (conversation_id, author_id, position);

  CREATE TABLE known_peer (
    peer_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    blocked INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * How far the search index goes. A search compares later messages one by one. `stale` counts
 * deleted messages in the index: harmless, because a position is never used again.
 */
const search = `
  CREATE TABLE search_progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    indexed_through INTEGER NOT NULL,
    indexed INTEGER NOT NULL,
    stale INTEGER NOT NULL
  ) STRICT;
  INSERT INTO search_progress VALUES (1, 0, 0, 0);
`;

/**
 * The time since when a contact uses its name. Earlier versions knew only when it was first seen.
 */
const names = `
  ALTER TABLE known_peer ADD COLUMN name_since_ms INTEGER NOT NULL DEFAULT 0;
  UPDATE known_peer SET name_since_ms = first_seen_ms;
`;

const hasMergeSettings = `SELECT 1 FROM search_index_config WHERE k = 'automerge' AND v = 0`;
/** The last version that folds more letters alike. */
const foldingVersion = 5;
/** All indexed messages are indexed anew. */
const folding = 'UPDATE search_progress SET indexed_through = 0, indexed = 0, stale = 0;';

/**
 * Rooms. A block holds consecutive messages of one log, and their rows have consecutive positions,
 * from `position` on (null: no rows). So a message needs no row of its own for its place: the
 * block's clock, its tag and the number are the place. Of a block, the numbers up to `read_through`
 * are read; `unread` counts the rows behind it. `state`: of our own messages. `standing`: 0 counts,
 * 1 does not fit its predecessor, 2 lost to another block.
 */
const rooms = `
  CREATE TABLE room (
    room_row INTEGER PRIMARY KEY,
    room_id TEXT NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL REFERENCES party,
    joined_at_ms INTEGER,
    muted INTEGER NOT NULL DEFAULT 0,
    last_seen_ms INTEGER NOT NULL,
    topic TEXT
  ) STRICT;

  CREATE TABLE room_log (
    log_id INTEGER PRIMARY KEY,
    room_row INTEGER NOT NULL REFERENCES room,
    tag TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES party,
    public_key BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    top INTEGER NOT NULL,
    top_hash BLOB NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    stranger INTEGER NOT NULL,
    named_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX room_log_tag ON room_log (room_row, tag);
  CREATE INDEX room_log_stranger ON room_log (author_id) WHERE stranger = 1;

  CREATE TABLE room_hole (
    log_id INTEGER NOT NULL REFERENCES room_log,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (log_id, first)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE room_proof (
    log_id INTEGER PRIMARY KEY REFERENCES room_log,
    bytes BLOB NOT NULL
  ) STRICT;

  CREATE TABLE room_block (
    block_id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES party,
    log_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    clock_ms INTEGER NOT NULL,
    clock_count INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    position INTEGER,
    read_through INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    state INTEGER,
    standing INTEGER NOT NULL,
    hash BLOB NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX room_block_number ON room_block (log_id, first) WHERE standing < 2;
  -- With the rowid behind it: the order of keeping.
  CREATE INDEX room_block_kept ON room_block (conversation_id);
  CREATE INDEX room_block_order ON room_block (conversation_id, clock_ms, clock_count, tag, first, position);
  CREATE INDEX room_block_unread ON room_block (conversation_id, clock_ms, clock_count, tag, first) WHERE unread > 0;
  CREATE INDEX room_block_position ON room_block (position) WHERE position > 0;

  -- A run that has not ended.
  CREATE TABLE room_run (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
`;

/** A conversation is `PEERID` or `#room` (`shortNameOf`), as in `party`, which may lack it. */
const marks = `
  CREATE TABLE conversation_mark (
    name TEXT PRIMARY KEY,
    pin INTEGER,
    archived_through INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/** Logs of ours that we do not go on in, and an index of our own blocks that not all members have. */
const ownLogs = `
  CREATE INDEX room_block_undelivered ON room_block (log_id, first) WHERE state < 3;
  CREATE TABLE room_closed_log (log_id INTEGER PRIMARY KEY REFERENCES room_log) STRICT;
`;

/**
 * Unsent texts, one per conversation, named as in `party`. An empty one stays for its version: a
 * second send of the same draft must be known.
 */
const drafts = `
  CREATE TABLE draft (
    conversation TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    sent_version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX draft_version ON draft (version);
`;

/** Private rooms: where the user stands, and the signed member list. */
const privateRooms = `
  CREATE TABLE private_room (
    room_id TEXT PRIMARY KEY,
    standing TEXT NOT NULL,
    by_peer TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    list BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** When the mute of a conversation ends. */
const mutes = `ALTER TABLE conversation_mark ADD COLUMN muted_until_ms INTEGER;`;

/** When a mute was looked at last, by the wall clock. */
const muteSeen = `ALTER TABLE conversation_mark ADD COLUMN mute_seen_ms INTEGER;`;

/** Transfers of files, by the ID of the message that offers them. `content` is JSON. */
const transfers = `
  CREATE TABLE transfer (
    transfer_id TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    author TEXT NOT NULL,
    content_id BLOB NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** In order. A file's version is the number of its steps. */
const steps: readonly string[] = [
  ...[messages, search, names, folding, folding, rooms, ownLogs, marks, drafts, privateRooms],
  ...[mutes, transfers, muteSeen],
];

export const schemaVersion = steps.length;

/**
 * Not a step, because the first Node.js 22 has no FTS5. The index holds no text: it only says which
 * messages have a word. Its words are ready to compare (shared/text/search-words.ts).
 */
const searchIndex = `
  CREATE VIRTUAL TABLE IF NOT EXISTS search_index
  USING fts5 (words, content = '', columnsize = 0, detail = 'none', tokenize = 'ascii')`;

/**
 * FTS5 would merge the index while it commits, for as long as that takes. search-index.ts merges a
 * few pages at a time instead.
 */
const mergeSettings = `
  INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0);
  INSERT INTO search_index (search_index, rank) VALUES ('crisismerge', 1000);`;

/**
 * Brings the file to `schemaVersion`, each step in a transaction.
 *
 * @throws what the database throws; the file is at the step before then
 */
export function migrate(database: DatabaseSync, fromVersion: number): void {
  for (const [index, step] of steps.entries()) {
    if (index < fromVersion) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(step);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${index + 1}; COMMIT`);
    } catch (error) {
      rollBack(database);
      throw error;
    }
  }
  if (!hasFullTextSearch(database)) return;
  database.exec(searchIndex);
  // Nothing is written to a file that has them, because it may still turn out not to be ours.
  if (!database.prepare(hasMergeSettings).get()) database.exec(mergeSettings);
  if (fromVersion > 0 && fromVersion < foldingVersion) emptySearchIndex(database);
}

export function hasFullTextSearch(database: DatabaseSync): boolean {
  return database.prepare(`SELECT 1 FROM pragma_module_list WHERE name = 'fts5'`).get() !== undefined;
}

/** Empties the search index; maintenance fills it again. Runs in the caller's transaction. */
export function emptySearchIndex(database: DatabaseSync): void {
  database.exec(`
    INSERT INTO search_index (search_index) VALUES ('delete-all');
    UPDATE search_progress SET indexed_through = 0, indexed = 0, stale = 0;
  `);
}

export function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // Some failures, such as a full disk, have ended the transaction already.
  }
}
