/** Private rooms on the simulated network: members get everything, others nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  acceptRoom,
  createRoom,
  listOf,
  namesOf,
  privateOf,
  sayIn,
  settleMs,
  textsOf,
  watchOutsiders,
} from './private-rooms-setup.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

let world: SimWorld;
let nodes: readonly SimNode[];
let [ana, bo, cy, di, eve]: readonly SimNode[] = [];

beforeEach(async () => {
  world = createSimWorld({ seed: 'private rooms' });
  nodes = await startSettled(world, 5);
  [ana, bo, cy, di, eve] = nodes;
});
afterEach(() => world.close());

const all = (): readonly [SimNode, SimNode, SimNode, SimNode, SimNode] =>
  [ana, bo, cy, di, eve] as [SimNode, SimNode, SimNode, SimNode, SimNode];

describe('members', () => {
  test('[ROOM-177] members get everything, and no datagram that others see names the room, its title or a text', async () => {
    const [a, b, c, d, e] = all();
    const outside = watchOutsiders(world, [d, e]);
    const room = await createRoom(world, 'Surprise party', [a, b, c]);
    await sayIn(world, room, a, 'cake at noon');
    await sayIn(world, room, b, 'I bring candles');
    // Public talk goes on, whose references must not name logs of the room.
    for (const node of nodes) void node.hallway.rooms?.say('everyone', `hello of ${node.name}`);
    await sayIn(world, room, c, 'and I the music');
    await world.passTime(120_000);
    const said = ['cake at noon', 'I bring candles', 'and I the music'];
    expect([a, b, c].map((node) => textsOf(node, room))).toEqual([said, said, said]);
    expect([d, e].map((node) => [textsOf(node, room), privateOf(node, room)])).toEqual([
      [[], undefined],
      [[], undefined],
    ]);
    const { seen, found } = outside([...namesOf(room), 'Surprise party', 'cake at noon', 'candles', 'music']);
    expect({ isWatching: seen > 100, found }).toEqual({ isWatching: true, found: [] });
    expect(
      a.hallway.rooms?.history(a.hallway.rooms.list().find(({ name }) => name === room)?.conversation as never, { limit: 9 }),
    ).toMatchObject([{}, {}, { text: 'cake at noon', state: 'delivered' }]);
  });

  test('[ROOM-183] who is added later gets what was said before', async () => {
    const [a, b, c] = all();
    const room = await createRoom(world, 'Plans', [a, b]);
    for (let index = 0; index < 20; index += 1) await sayIn(world, room, index % 2 ? a : b, `before ${index}`);
    void a.hallway.rooms?.invite(room, [c.peerId]);
    await world.passTime(settleMs);
    expect(privateOf(c, room)).toMatchObject({ standing: 'invited', by: a.peerId, title: 'Plans' });
    expect(textsOf(c, room)).toEqual([]);
    await acceptRoom(world, c, room);
    await world.passTime(30_000);
    expect(textsOf(c, room)).toEqual(textsOf(a, room));
    expect(textsOf(c, room)).toHaveLength(20);
  });

  test('[ROOM-180] who is removed keeps what they had and gets nothing more', async () => {
    const [a, b, c] = all();
    const room = await createRoom(world, 'Plans', [a, b, c]);
    await sayIn(world, room, a, 'for three');
    void a.hallway.rooms?.remove(room, [c.peerId]);
    await world.passTime(settleMs);
    const outside = watchOutsiders(world, [c]);
    await sayIn(world, room, b, 'for two alone');
    void a.hallway.rooms?.rename(room, 'New title');
    await world.passTime(180_000);
    expect([a, b, c].map((node) => textsOf(node, room))).toEqual([
      ['for three', 'for two alone'],
      ['for three', 'for two alone'],
      ['for three'],
    ]);
    expect(privateOf(c, room)).toMatchObject({ standing: 'removed', by: a.peerId, title: 'Plans' });
    expect(await c.hallway.rooms?.say(room, 'still here?')).toMatchObject({ ok: false, code: 'unknown-room' });
    expect(outside(['for two alone', 'New title'])).toMatchObject({ found: [] });
    expect(listOf(b, room)).toEqual(listOf(a, room));
  });

  test('[ROOM-180] a member that was removed while offline learns it, and only that', async () => {
    const [a, b, c] = all();
    const room = await createRoom(world, 'Plans', [a, b, c]);
    await c.kill();
    await world.passTime(60_000);
    void a.hallway.rooms?.remove(room, [c.peerId]);
    await world.passTime(settleMs);
    void a.hallway.rooms?.rename(room, 'New title');
    await sayIn(world, room, a, 'for two alone');
    const back = (await c.host.start()) as SimNode;
    const outside = watchOutsiders(world, [back]);
    await world.passTime(180_000);
    expect(privateOf(back, room)).toMatchObject({ standing: 'removed', by: a.peerId, title: 'Plans' });
    expect(textsOf(back, room)).toEqual([]);
    expect(outside(['for two alone', 'New title'])).toMatchObject({ found: [] });
  });

  test('[ROOM-181] a member that was offline catches up with the list and the messages', async () => {
    const [a, b, c, d] = all();
    const room = await createRoom(world, 'Plans', [a, b, c]);
    await c.kill();
    await sayIn(world, room, a, 'while you were away');
    void a.hallway.rooms?.invite(room, [d.peerId]);
    await world.passTime(60_000);
    await acceptRoom(world, d, room);
    await sayIn(world, room, d, 'I am new here');
    // The one who knows is gone too.
    await a.kill();
    await world.passTime(120_000);
    const back = (await c.host.start()) as SimNode;
    await world.passTime(60_000);
    expect(textsOf(back, room)).toEqual(['while you were away', 'I am new here']);
    expect(listOf(back, room)).toEqual(listOf(b, room));
  });

  test('[ROOM-184] who leaves is out of the list of all, and is not invited again by the old list', async () => {
    const [a, b, c] = all();
    const room = await createRoom(world, 'Plans', [a, b, c]);
    void c.hallway.rooms?.leave(room);
    await world.passTime(120_000);
    expect([a, b].map((node) => privateOf(node, room)?.people)).toEqual([
      [a.peerId, b.peerId],
      [a.peerId, b.peerId],
    ]);
    expect(privateOf(c, room)).toBeUndefined();
    void a.hallway.rooms?.leave(room);
    await world.passTime(120_000);
    expect(privateOf(b, room)).toMatchObject({ people: [b.peerId], admins: [b.peerId] });
    expect(privateOf(a, room)).toBeUndefined();
    void b.hallway.rooms?.invite(room, [c.peerId]);
    await world.passTime(settleMs);
    expect(privateOf(c, room)).toMatchObject({ standing: 'invited', by: b.peerId });
  });
});

describe('a list that two admins change at once', () => {
  test('[ROOM-173] both halves end with one list, and the change of the creator counts', async () => {
    const [a, b, c, d, e] = all();
    const room = await createRoom(world, 'Plans', [a, b, c]);
    void a.hallway.rooms?.makeAdmin(room, b.peerId);
    await world.passTime(settleMs);
    const heal = await world.partition([
      [a.host, d.host],
      [b.host, c.host, e.host],
    ]);
    await world.passTime(60_000);
    void b.hallway.rooms?.invite(room, [e.peerId]);
    await world.passTime(1_000);
    void b.hallway.rooms?.rename(room, 'Of Bo');
    await sayIn(world, room, b, 'of the second half');
    void a.hallway.rooms?.rename(room, 'Of Ana');
    await sayIn(world, room, a, 'of the first half');
    await world.passTime(30_000);
    await heal();
    await world.passTime(240_000);
    expect(listOf(a, room)).toEqual({ title: 'Of Ana', people: [a.peerId, b.peerId, c.peerId], admins: [a.peerId, b.peerId] });
    expect([b, c].map((node) => listOf(node, room))).toEqual([listOf(a, room), listOf(a, room)]);
    const texts = [a, b, c].map((node) => textsOf(node, room));
    expect(texts[0]).toHaveLength(2);
    expect(texts).toEqual([texts[0], texts[0], texts[0]]);
  });
});
