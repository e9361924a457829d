import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createRoomMembers, type ToldAnnouncement } from './room-members.ts';

const digest = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2);
const none = new Uint8Array(8);

function told(changes: Partial<ToldAnnouncement> = {}): ToldAnnouncement {
  return { intervalMs: 5_000, roomDigest: none, tops: [], clockSeconds: 0, rooms: [], ...changes };
}

function inRooms(...names: readonly string[]): ToldAnnouncement {
  return told({ rooms: names.map((name) => ({ name, digest })) });
}

it('[ROOM-120] a peer is in the rooms that it names with a digest, until it leaves or is gone', () => {
  const members = createRoomMembers(createFakeClock());
  expect(members.heard('ana', '10.0.0.1', told({ roomDigest: digest, rooms: [{ name: 'lunch', digest }] }))).toEqual([
    'everyone',
    'lunch',
  ]);
  members.heard('ben', '10.0.0.2', inRooms('lunch'));
  expect([members.of('everyone'), members.of('lunch'), [...members.names()]]).toEqual([
    ['ana'],
    ['ana', 'ben'],
    ['everyone', 'lunch'],
  ]);
  expect(members.digestOf('ana', 'lunch')).toEqual({ weight: 1, hash: 2 });
  expect(members.heard('ana', '10.0.0.1', told({ rooms: [{ name: 'lunch', digest: none }] }))).toEqual(['everyone', 'lunch']);
  expect(members.left('ben')).toEqual(['lunch']);
  expect([...members.names()]).toEqual([]);
});

it('[ROOM-120] names that are not canonical are ignored, and 64 rooms of one peer count', () => {
  const members = createRoomMembers(createFakeClock());
  members.heard('ana', '10.0.0.1', inRooms('Lunch', '__proto__', 'every0ne', 'everyone'));
  expect([...members.names()]).toEqual([]);
  for (let index = 0; index < 100; index += 1) members.heard('ana', '10.0.0.1', inRooms(`room-${index}`));
  expect(members.names().size).toBe(64);
});

it('[ROOM-120] the tops told last count, so that a long life of a peer does not end its ticks', () => {
  const members = createRoomMembers(createFakeClock());
  const tagOf = (index: number): string => index.toString(16).padStart(8, '0');
  for (let index = 0; index < 300; index += 1) {
    members.heard('ana', '10.0.0.1', told({ tops: [{ tag: tagOf(index), number: index }] }));
  }
  expect([members.topOf('ana', tagOf(299)), members.topOf('ana', tagOf(0)), members.topOf('ben', tagOf(1))]).toEqual([
    299,
    undefined,
    undefined,
  ]);
  members.heard('ana', '10.0.0.1', told({ tops: [{ tag: tagOf(299), number: 1 }] }));
  expect(members.topOf('ana', tagOf(299))).toBe(299);
});

it('[ROOM-121] a room that a peer did not name for three minutes has lost that member', async () => {
  const clock = createFakeClock();
  const members = createRoomMembers(clock);
  members.heard('ana', '10.0.0.1', inRooms('lunch'));
  await clock.advance(180_000);
  expect(members.heard('ana', '10.0.0.1', told())).toEqual([]);
  await clock.advance(1);
  expect(members.heard('ana', '10.0.0.1', told())).toEqual(['lunch']);
});

it('[ROOM-121] a peer with many rooms has the time of several turns', async () => {
  const clock = createFakeClock();
  const members = createRoomMembers(clock);
  const names = Array.from({ length: 60 }, (_, index) => `room-${index}`);
  for (let at = 0; at < 60; at += 3) {
    members.heard('ana', '10.0.0.1', { ...inRooms(...names.slice(at, at + 3)), intervalMs: 20_000 });
    await clock.advance(20_000);
  }
  expect(members.names().size).toBe(60);
});

it('[ROOM-122] a clock counts from its beacon, whatever else comes from that peer', async () => {
  const clock = createFakeClock();
  const members = createRoomMembers(clock);
  const beacon = told({ clockSeconds: clock.wallMs() / 1_000 + 5 });
  expect(members.heard('ana', '10.0.0.1', beacon)).toEqual([]);
  await clock.advance(30_000);
  expect(members.heard('ana', '10.0.0.1', beacon)).toBeUndefined();
  const theirsMs = clock.wallMs() + 5_000;
  clock.jumpWall(86_400_000);
  expect(members.clocks(() => true)).toEqual([{ address: '10.0.0.1', wallMs: theirsMs, isKnown: true }]);
  members.heard('ana', '10.0.0.1', told());
  expect(members.clocks(() => true)).toEqual([]);
});
