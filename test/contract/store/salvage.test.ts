import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../src/main/node/storage/database/message-schema.ts';
import { ana, ben, incoming, mallory, person } from './sample-messages.ts';
import { change, overwritePage, overwriteTable, pageHolding } from './spoil-file.ts';
import { openFileWorld, type FileWorld } from './worlds.ts';

let world: FileWorld;
beforeEach(async () => {
  world = await openFileWorld();
});
afterEach(() => world.close());

describe('[STORE-7, TRUST-5] contacts survive when the file is moved aside:', () => {
  const verified = { ...person(ana), name: 'Ana', verified: true };
  const blocked = { ...person(mallory), name: 'Mallory', blocked: true };
  async function meetMany(): Promise<void> {
    const { store } = world;
    store().batch(() => {
      for (const peer of [verified, person(ben), blocked]) store().putContact(peer);
    });
    store().batch(() => {
      for (let number = 1; number <= 500; number += 1) store().addIncoming(incoming(number, ana));
    });
    store().close();
  }

  it.each<[string, (path: string) => Promise<unknown> | void]>([
    [
      'one of a newer version',
      (path) => change(path, `PRAGMA user_version = ${schemaVersion + 1}; ALTER TABLE known_peer ADD news TEXT`),
    ],
    ['ours without a table', (path) => change(path, 'DROP TABLE outbox')],
    ['one whose messages are damaged', (path) => overwriteTable(path, 'message')],
    [
      'one of the first version whose messages are damaged',
      async (path) => {
        change(path, 'ALTER TABLE known_peer DROP COLUMN name_since_ms; PRAGMA user_version = 1');
        await overwriteTable(path, 'message');
      },
    ],
  ])('%s', async (what, spoil) => {
    await meetMany();
    await spoil(world.path);
    const [problem] = await world.reopen();
    const nameSinceMs = what.includes('first version') ? 1 : 3;
    const expected = [verified, person(ben), blocked].map((peer) => ({ ...peer, nameSinceMs }));
    expect(world.store().contacts()).toEqual(expected);
    expect(problem?.values['contacts']).toBe('all');
    await world.reopen();
    expect(world.store().contacts()).toEqual(expected);
  });

  it('readable contacts on both sides of the damage, with a report that some are missing', async () => {
    const people = Array.from({ length: 1_000 }, (_, index) => ({ ...person(peerIdOf(index)), blocked: true }));
    world.store().batch(() => {
      for (const peer of people) world.store().putContact(peer);
    });
    world.store().close();
    await overwritePage(world.path, await pageHolding(world.path, peerIdOf(500)));
    const [problem] = await world.reopen();
    const kept = world.store().contacts();
    expect(kept.length).toBeGreaterThan(900);
    expect(kept.every(({ blocked: isBlocked }) => isBlocked)).toBe(true);
    expect([
      kept[0],
      kept.at(-1),
      world
        .store()
        .contacts()
        .some(({ peerId }) => peerId === peerIdOf(500)),
    ]).toEqual([people[0], people.at(-1), false]);
    expect(problem?.values).toMatchObject({ contacts: 'some', count: kept.length });
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['noise', (path) => writeFile(path, Buffer.alloc(8_192, 0xa5))],
    ['one whose people are damaged', (path) => overwriteTable(path, 'known_peer')],
  ])('or a report that no one is verified or blocked: %s', async (_what, spoil) => {
    await meetMany();
    await spoil(world.path);
    const [problem] = await world.reopen();
    expect(world.store().contacts()).toEqual([]);
    expect(problem?.values['contacts']).toBe('none');
  });
});

function peerIdOf(number: number): string {
  return (
    number
      .toString(26)
      .padStart(3, '0')
      .replaceAll(/./g, (digit) => 'abcdefghijklmnopqrstuvwxyz'[parseInt(digit, 26)] ?? '') + 'x'.repeat(49)
  );
}
