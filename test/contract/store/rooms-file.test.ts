/** Rooms on a real file: after a restart, a crash and a damage, and after a migration. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { cursorAtPlace } from '../../../src/main/node/storage/query/cursor.ts';
import { addBlock, block, den, idsOf, inDen, tagOf } from './sample-blocks.ts';
import { ana, ben, self, texts } from './sample-messages.ts';
import { change, overwriteTable } from './spoil-file.ts';
import { openFileWorld, type FileWorld } from './worlds.ts';

let world: FileWorld;
beforeEach(async () => {
  world = await openFileWorld();
});
afterEach(() => world.close());

it('[ROOM-41] a copy of the file while a run goes on holds its mark', async () => {
  const { rooms } = world.store();
  expect(rooms.beginRun()).toBe(false);
  // The database alone: what is only in the log beside it may be lost with the power.
  const copy = join(world.directory, 'copy.db');
  await copyFile(world.path, copy);
  rooms.endRun();
  await world.reopen();
  expect(world.store().rooms.beginRun()).toBe(false);
  const opened = await openMessageStore(copy, { clock: world.clock });
  if (!opened.ok) throw new Error(opened.problem.code);
  expect(opened.store.rooms.beginRun()).toBe(true);
  opened.store.close();
});

it('[ROOM-42] rooms, logs, holes, blocks, proofs and read marks are there after a restart', async () => {
  const { rooms } = world.store();
  rooms.join(den);
  rooms.update(den.id, {
    topic: { text: 'tea', from: ana, fromName: 'Ana', tag: tagOf(ana), number: 1, clock: { ms: 1, count: 0 } },
  });
  addBlock(rooms, block({ from: ana, first: 5, count: 4, ms: 5 }), { floor: 0 });
  addBlock(rooms, block({ from: self, first: 1, ms: 6 }), { state: 'sent' });
  addBlock(rooms, block({ from: ben, first: 1, ms: 6 }));
  addBlock(rooms, block({ from: ben, first: 1, ms: 5, word: 'meant' }), { wins: true });
  world.store().markRead(inDen, cursorAtPlace({ clock: { ms: 5, count: 0 }, tag: tagOf(ana), number: 6 }), 2);
  const look = () => ({
    rooms: world.store().rooms.rooms(),
    logs: world.store().rooms.logs(den.id),
    holes: world.store().rooms.holes(den.id, tagOf(ana), 9),
    proof: world.store().rooms.proof(den.id, tagOf(ben)),
    history: world.store().history(inDen, { limit: 99 }),
    unread: world.store().conversations(9)[0]?.unread,
  });
  const before = look();
  await world.reopen();
  expect(before).toMatchObject({ holes: [{ first: 1, last: 4 }], unread: 3 });
  expect(before.proof).toBeDefined();
  expect(look()).toEqual(before);
});

it('[ROOM-54, STORE-9] a file of version 3 keeps its messages, and takes rooms', async () => {
  const path = join(world.directory, 'earlier.db');
  change(path, await readFile(new URL('version-3.sql', import.meta.url), 'utf8'));
  const opened = await openMessageStore(path, { clock: world.clock });
  if (!opened.ok) throw new Error(opened.problem.code);
  const { store, problems } = opened;
  const before = texts(store.exportMessages());
  store.rooms.join(den);
  addBlock(store.rooms, block({ from: ana, first: 1, ms: 5 }));
  expect({ problems, known: before.length }).toEqual({ problems: [], known: 8 });
  expect(texts(store.exportMessages())).toEqual([...before, 'a1 said']);
  expect(texts(store.history(inDen, { limit: 9 }))).toEqual(['a1 said']);
  store.close();
});

it('[ROOM-54] a file that is damaged is moved aside, and rooms begin anew', async () => {
  const { rooms } = world.store();
  rooms.join(den);
  const added = block({ from: ana, first: 1, count: 200, ms: 5 });
  addBlock(rooms, added, { messageIds: idsOf(added) });
  world.store().close();
  await overwriteTable(world.path, 'room_block');
  const problems = await world.reopen();
  expect(problems.map(({ code }) => code)).toEqual(['history-replaced']);
  expect(world.store().rooms.rooms()).toEqual([]);
  world.store().rooms.join(den);
  expect(addBlock(world.store().rooms, block({ from: ana, first: 1, ms: 5 })).ok).toBe(true);
  expect(texts(world.store().history(inDen, { limit: 9 }))).toEqual(['a1 said']);
});
