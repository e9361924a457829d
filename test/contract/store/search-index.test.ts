import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../../src/main/node/storage/database/message-schema.ts';
import { createSqliteStore } from '../../../src/main/node/storage/database/sqlite-store.ts';
import { settleMs } from './describe-conversations.ts';
import { ana, ben, incoming, texts, withAna, withBen } from './sample-messages.ts';
import { canIndex, openFileWorld, type FileWorld } from './worlds.ts';
import { clearAll, searchAll } from '../../fakes/store-slices.ts';

let world: FileWorld;
beforeEach(async () => {
  world = await openFileWorld();
});
afterEach(() => world.close());

function addMany(from: string, first: number, last: number): void {
  world.store().batch(() => {
    for (let number = first; number <= last; number += 1) {
      world.store().addIncoming(incoming(number, from, { text: `word number${number}` }));
    }
  });
}

/** Reads or changes the file while the store is closed. */
async function whileClosed<Result>(act: (database: DatabaseSync) => Result): Promise<Result> {
  world.store().close();
  const database = new DatabaseSync(world.path);
  const result = act(database);
  database.close();
  await world.reopen();
  return result;
}

function indexed(database: DatabaseSync): number {
  return database.prepare(`SELECT rowid FROM search_index WHERE search_index MATCH 'word'`).all().length;
}

it.skipIf(!canIndex)('[STORE-6] the index is rebuilt once half of it is deleted messages, and not before', async () => {
  addMany(ana, 1, 9_000);
  addMany(ben, 9_001, 22_000);
  await world.clock.advance(settleMs);
  clearAll(world.store(), withAna);
  await world.clock.advance(settleMs);
  expect(await whileClosed(indexed)).toBe(22_000);

  addMany(ana, 22_001, 24_000);
  clearAll(world.store(), withBen);
  expect(texts(searchAll(world.store(), 'word', { limit: 1 }))).toEqual(['word number24000']);
  await world.clock.advance(settleMs);
  expect(await whileClosed(indexed)).toBe(2_000);
  expect(searchAll(world.store(), 'word', { limit: 99_999 })).toHaveLength(2_000);
  expect(texts(searchAll(world.store(), 'number22001', { limit: 9 }))).toEqual(['word number22001']);
});

/** Keeps the first records, which describe the index. */
function damageIndex(database: DatabaseSync): void {
  // Newer versions protect an index from this.
  if ('enableDefensive' in database) database.enableDefensive(false);
  database.exec('DELETE FROM search_index_data WHERE id > 10');
}

it.skipIf(!canIndex)(
  '[STORE-6, STORE-7] an index found damaged at the start is rebuilt, and the messages stay in place',
  async () => {
    addMany(ana, 1, 3_000);
    await world.clock.advance(settleMs);
    world.store().close();
    const database = new DatabaseSync(world.path);
    damageIndex(database);
    database.close();

    expect(await world.reopen()).toEqual([]);
    expect(searchAll(world.store(), 'word', { limit: 99_999 })).toHaveLength(3_000);
    await world.clock.advance(settleMs);
    expect(await whileClosed(indexed)).toBe(3_000);
  },
);

it.skipIf(!canIndex)('[STORE-6] an index found damaged by a search is rebuilt, and searches work meanwhile', async () => {
  const database = new DatabaseSync(':memory:');
  migrate(database, 0);
  const store = createSqliteStore(database, { clock: world.clock }, { isReadOnly: false, onDamage: () => undefined });
  store.batch(() => {
    for (let number = 1; number <= 3_000; number += 1) store.addIncoming(incoming(number, ana, { text: `word number${number}` }));
  });
  await world.clock.advance(settleMs);
  damageIndex(database);

  expect(searchAll(store, 'word', { limit: 99_999 })).toHaveLength(3_000);
  expect(texts(searchAll(store, 'number17', { limit: 999 })).at(-1)).toBe('word number17');
  await world.clock.advance(settleMs);
  expect(indexed(database)).toBe(3_000);
  store.close();
});
