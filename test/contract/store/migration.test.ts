import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageStore } from '../../../src/main/core/messaging/ports.ts';
import { migrate, schemaVersion } from '../../../src/main/node/storage/database/message-schema.ts';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { canIndex } from './worlds.ts';
import { ana, ben, everyone, incoming, mallory, messageId, outgoing, self, texts, withAna } from './sample-messages.ts';
import { settleMs } from './describe-conversations.ts';
import { searchAll } from '../../fakes/store-slices.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-migration-'));
  path = join(directory, 'messages.db');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function writeFileOf(version: number): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec(await readFile(new URL(`version-${version}.sql`, import.meta.url), 'utf8'));
  database.close();
}

describe('a file of version 1', () => {
  beforeEach(() => writeFileOf(1));

  it('[STORE-9] migrates to this version with all its contents', async () => {
    const clock = createFakeClock();
    const opened = await openMessageStore(path, { clock });
    if (!opened.ok) throw new Error(opened.problem.code);
    const { store, problems } = opened;
    expect(problems).toEqual([]);
    expect(Array.from(store.exportMessages(), ({ text, state }) => [text, state])).toEqual([
      ['see you at ten', 'read'],
      ['or later', 'queued'],
      ['tomorrow then', 'queued'],
      ['Ten is fine, à demain', undefined],
      ['東京で会いましょう', undefined],
      ['ten people here', undefined],
    ]);
    expect(store.conversations(9).map(({ conversation, unread }) => [conversation, unread])).toEqual([
      [everyone, 1],
      [withAna, 1],
    ]);
    expect(store.undelivered(ana, { afterSequence: 0, limit: 9 }).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(store.get(messageId(7))?.from).toBe(mallory);
    expect(store.contacts().find(({ peerId }) => peerId === ana)).toEqual({
      peerId: ana,
      name: 'Ana',
      nameSinceMs: 1,
      firstSeenMs: 1,
      lastSeenMs: 2,
      verified: true,
      blocked: false,
    });
    expect(store.addIncoming(incoming(6, ben))).toBeUndefined();
    expect(store.addOutgoing(outgoing(8, ana))).toMatchObject({ sequence: 4, position: 8 });
    expect(store.drafts.put({ conversation: withAna, text: 'a draft', sentVersion: -1 }).version).toBe(1);
    expect(store.transfers.list()).toEqual([]);
    const ten = ['ten people here', 'Ten is fine, à demain', 'see you at ten'];
    expect(texts(searchAll(store, 'ten', { limit: 9 }))).toEqual(ten);
    await clock.advance(settleMs);
    expect(texts(searchAll(store, 'ten', { limit: 9 }))).toEqual(ten);
    store.close();
    const again = await openMessageStore(path, { clock });
    expect(again).toMatchObject({ ok: true, problems: [] });
    if (again.ok) again.store.close();
  });

  it('[STORE-9] has the same tables after migration as a new file', () => {
    const old = new DatabaseSync(path);
    migrate(old, 1);
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh, 0);
    const tables = (database: DatabaseSync): readonly unknown[] =>
      database
        .prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name')
        .all()
        .map(({ type, name, sql }) => [type, name, typeof sql === 'string' ? sql.replaceAll(/\s+/g, ' ') : sql]);
    expect(tables(old)).toEqual(tables(fresh));
    old.close();
    fresh.close();
  });

  it('[STORE-9] is unchanged if a step fails', () => {
    const database = new DatabaseSync(path);
    // Makes the second half of the step fail.
    database.exec('CREATE TABLE search_progress (a)');
    expect(() => migrate(database, 1)).toThrow('search_progress');
    const names = database.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'search%'`).all();
    const version = database.prepare('PRAGMA user_version').get();
    database.close();
    expect([names.map(({ name }) => name), version]).toEqual([['search_progress'], { user_version: 1 }]);
    expect(schemaVersion).toBeGreaterThan(1);
  });
});

describe('a file of version 3', () => {
  beforeEach(() => writeFileOf(3));

  it('[STORE-9] opens with all its messages, read marks, unsent messages and contacts', async () => {
    const clock = createFakeClock();
    const opened = await openMessageStore(path, { clock });
    if (!opened.ok) throw new Error(opened.problem.code);
    const { store, problems } = opened;
    expect({
      problems,
      messages: Array.from(store.exportMessages(), ({ conversation, from, text, state }) => [conversation, from, text, state]),
      conversations: store.conversations(9).map(({ conversation, last, unread }) => [conversation, last.text, unread]),
      unsent: store.undelivered(ana, { afterSequence: 0, limit: 9 }).map(({ text, state }) => [text, state]),
      history: texts(store.history(withAna, { limit: 3 })),
      found: texts(searchAll(store, 'ten', { limit: 9, conversation: withAna })),
      hasWrittenTo: [ana, ben].map((peerId) => store.hasWrittenTo(peerId)),
      contacts: store.contacts().map(({ name, verified, blocked }) => [name, verified, blocked]),
    }).toEqual({
      problems: [],
      messages: [
        [withAna, self, 'see you at ten', 'read'],
        [withAna, self, 'or later', 'sent'],
        [withAna, self, 'tomorrow then', 'queued'],
        [withAna, ana, 'Ten is fine, à demain', undefined],
        [withAna, ana, '東京で会いましょう', undefined],
        [everyone, mallory, 'ten people here', undefined],
        [everyone, ana, 'eleven now', undefined],
        [everyone, self, 'I make twelve', 'delivered'],
      ],
      conversations: [
        [everyone, 'I make twelve', 2],
        [withAna, '東京で会いましょう', 1],
      ],
      unsent: [
        ['or later', 'sent'],
        ['tomorrow then', 'queued'],
      ],
      history: ['東京で会いましょう', 'Ten is fine, à demain', 'tomorrow then'],
      found: ['Ten is fine, à demain', 'see you at ten'],
      hasWrittenTo: [true, false],
      contacts: [
        ['Ana', true, false],
        ['Mallory', false, true],
      ],
    });
    // The deleted message stays deleted, and our next one continues the sequence.
    expect(store.addIncoming(incoming(6, ben))).toBeUndefined();
    expect(store.addOutgoing(outgoing(10, ana))).toMatchObject({ sequence: 4, position: 10 });
    store.close();
  });
});

describe.runIf(canIndex)('a file of version 4', () => {
  it('[STORE-6, STORE-9] is indexed anew, because words with a capital ẞ were folded otherwise', async () => {
    const clock = createFakeClock();
    const open = async (): Promise<MessageStore> => {
      const opened = await openMessageStore(path, { clock });
      if (!opened.ok) throw new Error(opened.problem.code);
      return opened.store;
    };
    const before = await open();
    const message = before.addIncoming(incoming(1, ana, { text: 'LANGE STRAẞE' }));
    await clock.advance(settleMs);
    before.close();
    indexAsVersion4(message?.position ?? 0, ' lange straße ');
    const after = await open();
    await clock.advance(settleMs);
    expect(texts(searchAll(after, 'strasse', { limit: 9 }))).toEqual(['LANGE STRAẞE']);
    after.close();
  });
});

function indexAsVersion4(position: number, words: string): void {
  const database = new DatabaseSync(path);
  database.exec(`INSERT INTO search_index (search_index) VALUES ('delete-all')`);
  database.prepare('INSERT INTO search_index (rowid, words) VALUES (?, ?)').run(position, words);
  // That version had neither rooms nor marks nor drafts nor transfers.
  database.exec('PRAGMA foreign_keys = OFF');
  const later = `SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE 'room%' OR name IN ('conversation_mark', 'draft', 'private_room', 'transfer'))`;
  for (const { name } of database.prepare(later).all()) database.exec(`DROP TABLE ${String(name)}`);
  database.exec('PRAGMA user_version = 4');
  database.close();
}
