import { problem } from '../../../src/shared/text/messages/problem-values.ts';
import { copyFile, mkdir, readdir, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/main/core/messaging/ports.ts';
import { applicationId, schemaVersion } from '../../../src/main/node/storage/database/message-schema.ts';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { ana, ben, incoming, messageId, outgoing, texts, withAna } from './sample-messages.ts';
import { change, overwrite } from './spoil-file.ts';
import { settleMs } from './describe-conversations.ts';
import { cursorAt } from '../../fakes/cursors.ts';
import { canIndex, openFileWorld, type FileWorld } from './worlds.ts';
import { clearAll, searchAll } from '../../fakes/store-slices.ts';

let world: FileWorld;
beforeEach(async () => {
  world = await openFileWorld();
});
afterEach(() => world.close());

async function reopen(): Promise<readonly string[]> {
  return (await world.reopen()).map(({ code }) => code);
}

async function names(): Promise<readonly string[]> {
  return (await readdir(world.directory)).sort();
}

/** The files moved aside, without the database's companions. */
async function aside(): Promise<readonly string[]> {
  const found = (await names()).filter((name) => name.includes('.unreadable-') && !/-(wal|shm)$/.test(name));
  return found.map((name) => join(world.directory, name));
}

describe('an intact file', () => {
  it('is readable by its owner alone, with its companion files', async () => {
    world.store().addIncoming(incoming(1, ana));
    const modes = await Promise.all((await names()).map(async (name) => (await stat(join(world.directory, name))).mode & 0o777));
    expect(await names()).toEqual(['messages.db', 'messages.db-wal']);
    expect(modes.every((mode) => mode === 0o600 || process.platform === 'win32')).toBe(true);
  });

  it('[STORE-5] is unchanged when opened again, and continues from there', async () => {
    const store = world.store();
    store.addOutgoing(outgoing(1, ana));
    store.addOutgoing(outgoing(2, ana));
    store.setState(messageId(1), 'read');
    store.addIncoming(incoming(3, ana));
    const last = store.addIncoming(incoming(4, ana));
    clearAll(store, withAna);
    store.markRead(withAna, last?.cursor ?? cursorAt(0), 9);
    const before = [...store.exportMessages()];
    expect(await reopen()).toEqual([]);
    expect([...world.store().exportMessages()]).toEqual(before);
    const next = world.store().addOutgoing(outgoing(5, ana));
    expect(next.sequence).toBe(3);
    expect(next.position).toBeGreaterThan(last?.position ?? Infinity);
  });

  it.skipIf(!canIndex)('[STORE-6] continues indexing at the same place', async () => {
    world.store().addIncoming(incoming(1, ana, { text: 'word one' }));
    await world.reopen();
    world.store().addIncoming(incoming(2, ana, { text: 'word two' }));
    await world.clock.advance(60_000);
    await world.reopen();
    expect(texts(searchAll(world.store(), 'word', { limit: 9 }))).toEqual(['word two', 'word one']);
    world.store().close();
    const database = new DatabaseSync(world.path);
    const found = database.prepare('SELECT rowid FROM search_index WHERE search_index MATCH ?').all('word').length;
    database.close();
    expect(found).toBe(2);
  });
});

describe('a power failure', () => {
  it('[STORE-2] leaves messages persisted some seconds before in the file itself', async () => {
    addMany(500);
    await world.clock.advance(settleMs);
    addMany(501);
    const found = join(world.directory, 'found.db');
    // Without the write-ahead log, so without data that is not checkpointed yet.
    await copyFile(world.path, found);
    const opened = await openMessageStore(found, { clock: world.clock });
    if (!opened.ok) throw new Error(opened.problem.code);
    const kept = texts(opened.store.exportMessages());
    opened.store.close();
    expect(opened.problems).toEqual([]);
    expect(kept).toHaveLength(500);
    expect([...world.store().exportMessages()]).toHaveLength(501);
  });
});

/** Enough for several pages of every table and index. */
function addMany(count: number): void {
  world.store().batch(() => {
    for (let number = 1; number <= count; number += 1) world.store().addIncoming(incoming(number, number % 2 === 0 ? ana : ben));
  });
}

describe('[STORE-7] an unusable file is moved aside, and a new one is created:', () => {
  const noise = Buffer.alloc(8_192, 0xa5);
  it.each<[string, string, (path: string) => Promise<unknown> | void]>([
    ['no database at all', 'history-replaced', (path) => writeFile(path, 'Dear diary, '.repeat(1_000))],
    ['noise', 'history-replaced', (path) => writeFile(path, noise)],
    ['a few bytes', 'history-replaced', (path) => writeFile(path, 'abc')],
    [
      'one that lost its end',
      'history-replaced',
      async (path) => truncate(path, Math.floor((await stat(path)).size / 8_192) * 4_096 + 100),
    ],
    ['one whose header is damaged', 'history-replaced', (path) => overwrite(path, noise.subarray(0, 60), 20)],
    [
      'one with a damaged page in the middle',
      'history-replaced',
      async (path) => overwrite(path, noise, Math.floor((await stat(path)).size / 8_192) * 4_096),
    ],
    ['the database of another program', 'history-replaced', (path) => change(path, 'PRAGMA application_id = 1')],
    ['ours without a table', 'history-replaced', (path) => change(path, 'DROP TABLE outbox')],
    [
      'one of a newer version',
      'history-from-newer',
      (path) => change(path, `PRAGMA user_version = ${schemaVersion + 1}; CREATE TABLE news (a)`),
    ],
  ])('%s', async (_what, code, spoil) => {
    addMany(500);
    world.store().close();
    await spoil(world.path);
    const spoilt = await readFile(world.path);

    const problems = await world.reopen();
    const [kept = ''] = await aside();
    expect(problems.map((one) => one.code)).toEqual([code]);
    expect(problems[0]?.values['asidePath']).toBe(kept);
    expect((await readFile(kept)).equals(spoilt)).toBe(true);
    expect([...world.store().exportMessages()]).toEqual([]);
    world.store().addOutgoing(outgoing(1, ana));
    expect(await reopen()).toEqual([]);
    expect(texts(world.store().exportMessages())).toEqual(['message 1']);
    expect(await aside()).toEqual([kept]);
  });

  it('with messages that are only in the write-ahead log', async () => {
    addMany(500);
    // As after a crash: copied while open, so nothing is checkpointed.
    const crashed = join(world.directory, 'crashed.db');
    await copyFile(world.path, crashed);
    await copyFile(`${world.path}-wal`, `${crashed}-wal`);
    world.store().close();
    await rename(crashed, world.path);
    await rename(`${crashed}-wal`, `${world.path}-wal`);
    const database = new DatabaseSync(world.path);
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = ${schemaVersion + 1}`);
    await copyFile(world.path, crashed);
    await copyFile(`${world.path}-wal`, `${crashed}-wal`);
    database.close();
    await rename(crashed, world.path);
    await rename(`${crashed}-wal`, `${world.path}-wal`);

    expect(await reopen()).toEqual(['history-from-newer']);
    const [kept = ''] = await aside();
    const newer = new DatabaseSync(kept);
    const count = newer.prepare('SELECT count(*) AS count FROM message').get()?.['count'];
    newer.close();
    expect(count).toBe(500);
  });

  it('a folder', async () => {
    world.store().close();
    await rename(world.path, join(world.directory, 'elsewhere.db'));
    await mkdir(join(world.path, 'inside'), { recursive: true });
    expect(await reopen()).toEqual(['history-replaced']);
    expect(await readdir((await aside())[0] ?? '')).toEqual(['inside']);
  });

  it('leftovers of a removed file, so that they do not apply to the new one', async () => {
    addMany(500);
    await copyFile(`${world.path}-wal`, join(world.directory, 'left'));
    world.store().close();
    await rename(world.path, join(world.directory, 'taken.db'));
    await rename(join(world.directory, 'left'), `${world.path}-wal`);
    expect(await reopen()).toEqual([]);
    expect([...world.store().exportMessages()]).toEqual([]);
    expect((await names()).filter((name) => name.startsWith('messages.db-wal.unreadable-'))).toHaveLength(1);
  });

  it('but not an empty file, which counts as new', async () => {
    addMany(1);
    world.store().close();
    await truncate(world.path);
    expect(await reopen()).toEqual([]);
    expect([await aside(), [...world.store().exportMessages()]]).toEqual([[], []]);
  });
});

describe('damage found during use', () => {
  it('[STORE-7] is a StoreError, and the next start checks the file and moves it aside', { timeout: 30_000 }, async () => {
    // Larger than the part that every start checks.
    const text = 'x'.repeat(4_000);
    world.store().batch(() => {
      for (let number = 1; number <= 5_000; number += 1) world.store().addIncoming(incoming(number, ana, { text }));
    });
    world.store().close();
    const { size } = await stat(world.path);
    await overwrite(world.path, Buffer.alloc(65_536, 0xa5), Math.floor(size / 8_192) * 4_096);

    expect(await reopen()).toEqual([]);
    expect(() => [...world.store().exportMessages()]).toThrow(
      new StoreError('corrupt', 'database disk image is malformed (SQLite 11)'),
    );
    expect(await names()).toContain('messages.db-damaged');
    expect(await reopen()).toEqual(['history-replaced']);
    expect(await names()).not.toContain('messages.db-damaged');
  });
});

describe('without a place for messages', () => {
  it('[STORE-10] a lack of SQLite keeps them in memory', async () => {
    const path = join(world.directory, 'other.db');
    const loadSqlite = async (): Promise<never> => Promise.reject(new Error('No such built-in module: node:sqlite'));
    const result = await openMessageStore(path, { clock: world.clock }, { loadSqlite });
    if (!result.ok) throw new Error(result.problem.code);
    result.store.addOutgoing(outgoing(1, ana));
    expect(result.problems).toEqual([problem('history-not-kept', 'error', { cause: 'noSqlite' })]);
    expect(texts(result.store.exportMessages())).toEqual(['message 1']);
    expect(await names()).not.toContain('other.db');
  });

  it('[STORE-10] so does a lack of a folder', async () => {
    const result = await openMessageStore(join(world.directory, 'nowhere', 'messages.db'), { clock: world.clock });
    expect(result).toMatchObject({
      ok: true,
      problems: [{ code: 'history-not-kept', values: { path: expect.stringContaining('nowhere') as string, reason: 'ENOENT' } }],
    });
  });
});

describe('a file of ours', () => {
  it('identifies itself in its header', async () => {
    world.store().close();
    const header = await readFile(world.path);
    expect([header.readInt32BE(68), header.readInt32BE(60)]).toEqual([applicationId, schemaVersion]);
  });
});
