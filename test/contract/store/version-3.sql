-- messages.db of version 3, as text: its tables, and a few rows in each. It stays as it is, whatever later versions do.
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
  , name_since_ms INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE search_progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  indexed_through INTEGER NOT NULL,
  indexed INTEGER NOT NULL,
  stale INTEGER NOT NULL
) STRICT;
INSERT INTO party VALUES (1, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 5, 4, 1);
INSERT INTO party VALUES (2, 'ssssssssssssssssssssssssssssssssssssssssssssssssssss', 0, 0, 0);
INSERT INTO party VALUES (3, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 0, 0, 0);
INSERT INTO party VALUES (4, '#everyone', 9, 0, 2);
INSERT INTO party VALUES (5, 'mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm', 0, 0, 0);
INSERT INTO message VALUES (1, 1, 2, x'0190a0b1000170008000000000000001', 1, 'Me', 'see you at ten', 1001, 1767225600000, 4);
INSERT INTO message VALUES (2, 1, 2, x'0190a0b1000270008000000000000002', 2, 'Me', 'or later', 1002, 1767225600000, 3);
INSERT INTO message VALUES (3, 1, 2, x'0190a0b1000370008000000000000003', 3, 'Me', 'tomorrow then', 1003, 1767225600000, 3);
INSERT INTO message VALUES (4, 1, 1, x'0190a0b1000470008000000000000004', 4, 'Name of then', 'Ten is fine, à demain', 1004, 2004, NULL);
INSERT INTO message VALUES (5, 1, 1, x'0190a0b1000570008000000000000005', 5, 'Name of then', '東京で会いましょう', 1005, 2005, NULL);
INSERT INTO message VALUES (7, 4, 5, x'0190a0b1000770008000000000000007', 7, 'Name of then', 'ten people here', 1007, 2007, NULL);
INSERT INTO message VALUES (8, 4, 1, x'0190a0b1000870008000000000000008', 8, 'Name of then', 'eleven now', 1008, 2008, NULL);
INSERT INTO message VALUES (9, 4, 2, x'0190a0b1000970008000000000000009', 1, 'Me', 'I make twelve', 1009, 1767225600000, 3);
INSERT INTO outbox VALUES (1, 2, 2, 2);
INSERT INTO outbox VALUES (1, 3, 3, 1);
INSERT INTO own_sequence VALUES (1, 2, 3);
INSERT INTO own_sequence VALUES (4, 2, 1);
INSERT INTO forgotten VALUES (x'0190a0b1000670008000000000000006', 3, 3, 6);
INSERT INTO known_peer VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'Ana', 1, 3, 1, 0, 2);
INSERT INTO known_peer VALUES ('mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm', 'Mallory', 1, 3, 0, 1, 2);
INSERT INTO search_progress VALUES (1, 0, 0, 1);
INSERT INTO sqlite_sequence VALUES ('message', 9);
PRAGMA application_id = 1212238924;
PRAGMA user_version = 3;
