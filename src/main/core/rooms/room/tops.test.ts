import { expect, it } from 'vitest';
import { createKeptRoom, lunch } from '../../../../../test/fixtures/block-author.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { JoinedRoom } from './joined-room.ts';
import { createTops } from './tops.ts';

function world() {
  const room = createKeptRoom();
  const rooms = [{ keeper: room.keeper } as unknown as JoinedRoom];
  const tops = createTops({
    clock: room.clock,
    random: createSeededRandom('tops'),
    rooms: () => rooms,
    isKnown: (authorId) => room.known.has(authorId),
  });
  const keep = (name: string): { readonly tag: string; readonly room: string; readonly authorId: string } => {
    const block = room.author(name).say(['said']);
    room.keeper.keep(block, false);
    return { tag: block.tag, room: lunch, authorId: block.authorId };
  };
  return { ...room, tops, keep };
}

it('[ROOM-128] our own logs come first for ten minutes, the latest of them, then others in turn', async () => {
  const { tops, keep, clock } = world();
  const own = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6'].map(keep);
  for (const block of own) tops.spoke(block);
  tops.spoke(own[0] as (typeof own)[number]);
  const others = ['a', 'b', 'c', 'd', 'e', 'f'].map(keep);
  for (const block of others) tops.held(block);
  const told = (): readonly string[] => tops.next().map(({ tag }) => tag);
  const shortOf = (blocks: typeof own): readonly string[] => blocks.map(({ tag }) => tag.slice(0, 8));
  expect(new Set(told())).toEqual(new Set(shortOf([...own.slice(2), own[0] as (typeof own)[number]])));
  await clock.advance(600_001);
  expect(told()).toEqual(shortOf(others.slice(0, 5)));
  expect(told()[0]).toBe(shortOf(others)[5]);
});

it('[ROOM-128] who asks for logs hears of these, as far as nothing is missing', () => {
  const { tops, keep, keeper, author } = world();
  const held = keep('a');
  const gapped = author('gapped');
  gapped.say(['1']);
  const second = gapped.say(['2']);
  keeper.keep(second, false);
  const tags = [held.tag.slice(0, 8), second.tag.slice(0, 8), 'ffffffff'];
  expect(tops.of(lunch, tags)).toEqual([{ tag: tags[0], number: 1 }]);
  expect(tops.of('0'.repeat(16), tags)).toEqual([]);
});

it('[ROOM-209] fresh keys fill the table of tops and push nobody out; a known author takes the place of a stranger', () => {
  const { tops, keep } = world();
  const ana = keep('Ana');
  tops.held(ana);
  const stranger = (index: number): void =>
    tops.held({ tag: index.toString(16).padStart(16, '0'), room: lunch, authorId: `fresh ${index}` });
  for (let index = 0; index < 3_000; index += 1) stranger(index);
  const ben = keep('Ben');
  tops.held(ben);
  const told = new Set(Array.from({ length: 300 }, () => tops.next().map(({ tag }) => tag)).flat());
  expect([...told].sort()).toEqual([ana, ben].map(({ tag }) => tag.slice(0, 8)).sort());
});

it('[ROOM-121] all rooms have their turn, also where every second announcement goes to one peer', () => {
  const { tops } = world();
  const rooms = Array.from({ length: 6 }, (_, index) => ({ name: `room-${index}`, digest: new Uint8Array(8) }));
  const named = new Set<string>();
  for (let beacon = 0; beacon < 20; beacon += 1) {
    const told = tops.turn(rooms);
    expect(new Set(told.map(({ name }) => name)).size).toBe(3);
    for (const { name } of told) named.add(name);
    tops.turn(rooms);
  }
  expect(named.size).toBe(6);
  const once = new Set([tops.turn(rooms), tops.turn(rooms)].flat().map(({ name }) => name));
  expect(once.size).toBe(6);
  expect(tops.turn(rooms.slice(0, 3))).toEqual(rooms.slice(0, 3));
});
