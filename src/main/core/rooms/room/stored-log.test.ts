import { expect, it } from 'vitest';
import { createKeptRoom, lunch } from '../../../../../test/fixtures/block-author.ts';
import { createStoredLog, maxSpareBytes } from './stored-log.ts';

function logOf({ store }: ReturnType<typeof createKeptRoom>, tag: string, space = { leftBytes: maxSpareBytes }) {
  return createStoredLog({ store: store.rooms, room: lunch, tag, space });
}

it('[ROOM-39] blocks that no longer count are not read as counted, wherever they are', () => {
  const room = createKeptRoom();
  const ana = room.author('Ana');
  const blocks = ['1', '2', '3', '4'].map((text) => ana.say([text]));
  for (const block of blocks) room.keeper.keep(block, false);
  const tag = blocks[0]?.tag ?? '';
  room.store.rooms.discount(lunch, tag, 3);
  const log = logOf(room, tag);
  expect(log.lastBelow(9)?.first).toBe(2);
  expect(log.firstFrom(2)?.first).toBe(2);
  expect(log.firstFrom(3)).toBeUndefined();
  log.recall(2, undefined);
  expect([log.spareCount, log.sparesAt(3)[0]?.hash]).toEqual([2, blocks[2]?.hash]);
});

it('[ROOM-39] spares of a room have a limit in bytes, and give their space back', () => {
  const room = createKeptRoom();
  const ana = room.author('Ana');
  const [one, two, three] = [ana.say(['1']), ana.say(['2']), ana.say(['3'])];
  const space = { leftBytes: one.bytes.length + two.bytes.length };
  const [first, second] = [logOf(room, one.tag, space), logOf(room, 'f'.repeat(16), space)];
  first.addSpare(one, one.bytes);
  first.addSpare(one, one.bytes);
  second.addSpare(two, two.bytes);
  second.addSpare(three, three.bytes);
  expect([first.spareCount, second.spareCount, space.leftBytes]).toEqual([1, 1, 0]);
  first.drop();
  second.addSpare(three, three.bytes);
  expect([first.spareCount, second.spareCount]).toEqual([0, 2]);
});
