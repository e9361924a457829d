/** Rooms refuse by name, and a store that takes nothing leaves them as they were. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maxMessageBytes } from '../../src/shared/contract/messages.ts';
import { maxPrivateMembers } from '../../src/shared/contract/private-rooms.ts';
import { maxTopicLength } from '../../src/shared/contract/rooms.ts';
import { conversationOfRoom, toCursor } from '../../src/shared/lib/ids.ts';
import { maxJoinedRooms } from '../../src/main/core/rooms/ports.ts';
import type { Rooms } from '../../src/main/core/rooms/rooms.ts';
import { createRoom, privateOf, settleMs } from './private-rooms-setup.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

const everyone = conversationOfRoom('everyone');
const noRoom = '&0123456789abcdef';
/** Between two topics of one person. */
const topicGapMs = 10_000;

let world: SimWorld;
let ana: SimNode;
let bo: SimNode;
let cy: SimNode;
beforeEach(async () => {
  world = createSimWorld({ seed: 'refusals of rooms' });
  [ana, bo, cy] = (await startSettled(world, 3)) as [SimNode, SimNode, SimNode];
});
afterEach(() => world.close());

interface Given {
  readonly ok: boolean;
  readonly code?: string;
}

function roomsOf({ hallway }: SimNode): Rooms {
  if (!hallway.rooms) throw new Error('it has no rooms');
  return hallway.rooms;
}

/** @returns the code of the refusal, or `ok` */
async function outcome(node: SimNode, act: (rooms: Rooms) => Promise<Given>): Promise<string> {
  const given = act(roomsOf(node));
  await world.passTime(1_000);
  const { ok, code } = await given;
  return ok ? 'ok' : String(code);
}

function refuseWrites(node: SimNode, how: 'full' | undefined): void {
  const store = world.storeOf(node.host);
  if (!store) throw new Error('it has no store');
  store.refuseWrites = how;
}

describe('public rooms', () => {
  test('a name that is none, or of no room of ours, is refused by its kind', async () => {
    expect(await outcome(ana, (rooms) => rooms.join('two words!'))).toBe('bad-room');
    expect(await outcome(ana, (rooms) => rooms.say('two words!', 'hello'))).toBe('bad-room');
    expect(await outcome(ana, (rooms) => rooms.say('lunch', 'hello'))).toBe('not-joined');
    expect(await outcome(ana, (rooms) => rooms.leave('lunch'))).toBe('not-joined');
    expect(await outcome(ana, (rooms) => rooms.setMuted('lunch', true))).toBe('not-joined');
    expect(await outcome(ana, (rooms) => rooms.say(noRoom, 'hello'))).toBe('unknown-room');
    expect(await outcome(ana, (rooms) => rooms.join(noRoom))).toBe('unknown-room');
  });

  test('a text without a sign, or too long in bytes, is refused', async () => {
    const most = 'x'.repeat(maxMessageBytes);
    const wide = '€'.repeat(Math.floor(maxMessageBytes / 3) + 1);
    expect(await outcome(ana, (rooms) => rooms.say('everyone', ' \u200b\n'))).toBe('empty');
    expect(await outcome(ana, (rooms) => rooms.say('everyone', `${most}x`))).toBe('too-long');
    expect(await outcome(ana, (rooms) => rooms.say('everyone', wide))).toBe('too-long');
    expect(await outcome(ana, (rooms) => rooms.say('everyone', most))).toBe('ok');
    expect(ana.hallway.rooms?.history(everyone, { limit: 9 })).toHaveLength(1);
  });

  test('[ROOM-125] a topic of 200 signs is taken, a longer one or the next within 10 s is not', async () => {
    const set = (topic: string) => outcome(ana, (rooms) => rooms.setTopic('everyone', topic));
    // As the user counts: one sign each, and two units of UTF-16.
    const longest = '🍋'.repeat(maxTopicLength);
    expect([await set(`${longest}x`), await set(longest), await set('soup')]).toEqual(['topic-too-long', 'ok', 'topic-too-soon']);
    await world.passTime(topicGapMs);
    expect(await set('')).toBe('ok');
    await world.passTime(settleMs);
    expect(bo.hallway.rooms?.list().find(({ name }) => name === 'everyone')?.topic).toBe('');
  });

  test('a store that takes nothing leaves rooms as they were', async () => {
    expect(await outcome(ana, (rooms) => rooms.join('lunch'))).toBe('ok');
    refuseWrites(ana, 'full');
    expect(await outcome(ana, (rooms) => rooms.join('tea'))).toBe('not-kept');
    expect(await outcome(ana, (rooms) => rooms.say('lunch', 'soup'))).toBe('not-kept');
    expect(await outcome(ana, (rooms) => rooms.setTopic('lunch', 'soup'))).toBe('not-kept');
    expect(await outcome(ana, (rooms) => rooms.setMuted('lunch', true))).toBe('not-kept');
    expect(await outcome(ana, (rooms) => rooms.leave('lunch'))).toBe('not-kept');
    refuseWrites(ana, undefined);
    const lunch = ana.hallway.rooms?.list().find(({ name }) => name === 'lunch');
    expect(lunch).toMatchObject({ isJoined: true, isMuted: false, topic: '' });
    // The topic that was not kept does not count for the next one.
    expect(await outcome(ana, (rooms) => rooms.setTopic('lunch', 'soup'))).toBe('ok');
  });

  test(`the user is in at most ${maxJoinedRooms} rooms`, async () => {
    for (let index = 1; index < maxJoinedRooms; index += 1)
      expect(await outcome(ana, (rooms) => rooms.join(`room-${index}`))).toBe('ok');
    expect(await outcome(ana, (rooms) => rooms.join('one-more'))).toBe('too-many-rooms');
    expect(await outcome(ana, (rooms) => rooms.createPrivate('One more', []))).toBe('too-many-rooms');
    expect(await outcome(ana, (rooms) => rooms.join('room-1'))).toBe('ok');
  });

  test('a conversation that is no room of ours has no history, and a place of another one throws', async () => {
    const { rooms } = ana.hallway;
    const elsewhere = conversationOfRoom('lunch');
    expect([rooms?.history(elsewhere, { limit: 9 }), rooms?.unread(elsewhere, 9), rooms?.ahead(elsewhere)]).toEqual([[], [], []]);
    const read = rooms?.markRead(everyone, toCursor('no place'));
    await Promise.all([expect(read).rejects.toMatchObject({ code: 'bad-cursor' }), world.passTime(1_000)]);
  });
});

describe('private rooms', () => {
  test('[ROOM-172] titles and people that cannot be are refused by name', async () => {
    const many = Array.from(
      { length: maxPrivateMembers },
      (_, index) => `${bo.peerId.slice(0, -4)}${1_000 + index}` as typeof bo.peerId,
    );
    expect(await outcome(ana, (rooms) => rooms.createPrivate(' \u200b ', [bo.peerId]))).toBe('bad-title');
    expect(await outcome(ana, (rooms) => rooms.createPrivate('Tea', many))).toBe('too-many-people');
    const room = await createRoom(world, 'Tea', [ana, bo]);
    expect(await outcome(ana, (rooms) => rooms.invite(room, many))).toBe('too-many-people');
    expect(await outcome(ana, (rooms) => rooms.rename(room, ' '))).toBe('bad-title');
    expect(await outcome(ana, (rooms) => rooms.remove(room, [cy.peerId]))).toBe('not-a-member');
    expect(await outcome(ana, (rooms) => rooms.remove(room, [ana.peerId]))).toBe('not-a-member');
    expect(await outcome(ana, (rooms) => rooms.makeAdmin(room, cy.peerId))).toBe('not-a-member');
    expect(await outcome(ana, (rooms) => rooms.invite(noRoom, [cy.peerId]))).toBe('unknown-room');
    expect(privateOf(ana, room)).toMatchObject({ title: 'Tea', admins: [ana.peerId] });
  });

  test('[ROOM-172] what is so already is no change, and needs no version', async () => {
    const room = await createRoom(world, 'Tea', [ana, bo]);
    const before = privateOf(ana, room);
    expect(await outcome(ana, (rooms) => rooms.invite(room, [bo.peerId, ana.peerId]))).toBe('ok');
    expect(await outcome(ana, (rooms) => rooms.rename(room, 'Tea'))).toBe('ok');
    expect(await outcome(ana, (rooms) => rooms.makeAdmin(room, ana.peerId))).toBe('ok');
    expect(await outcome(bo, (rooms) => rooms.join(room.toUpperCase()))).toBe('ok');
    expect(privateOf(ana, room)).toEqual(before);
  });

  test('[ROOM-172] members change nothing, and admins no admins; only the creator does', async () => {
    const room = await createRoom(world, 'Tea', [ana, bo, cy]);
    expect(await outcome(bo, (rooms) => rooms.rename(room, 'Coffee'))).toBe('not-admin');
    expect(await outcome(bo, (rooms) => rooms.makeAdmin(room, bo.peerId))).toBe('not-admin');
    expect(await outcome(ana, (rooms) => rooms.makeAdmin(room, bo.peerId))).toBe('ok');
    await world.passTime(settleMs);
    expect(await outcome(bo, (rooms) => rooms.makeAdmin(room, cy.peerId))).toBe('not-admin');
    expect(await outcome(bo, (rooms) => rooms.remove(room, [ana.peerId]))).toBe('not-admin');
    expect(await outcome(bo, (rooms) => rooms.rename(room, 'Coffee'))).toBe('ok');
    await world.passTime(settleMs);
    const { title, admins = [] } = privateOf(cy, room) ?? {};
    expect([title, admins.toSorted()]).toEqual(['Coffee', [ana.peerId, bo.peerId].toSorted()]);
  });

  test('[ROOM-184] a room that was left is unknown, and a store that takes nothing changes no list', async () => {
    const room = await createRoom(world, 'Tea', [ana, bo]);
    refuseWrites(ana, 'full');
    expect(await outcome(ana, (rooms) => rooms.rename(room, 'Coffee'))).toBe('not-kept');
    expect(await outcome(ana, (rooms) => rooms.leave(room))).toBe('not-kept');
    refuseWrites(ana, undefined);
    expect(privateOf(ana, room)).toMatchObject({ title: 'Tea' });
    expect(await outcome(bo, (rooms) => rooms.leave(room))).toBe('ok');
    expect(await outcome(bo, (rooms) => rooms.leave(room))).toBe('unknown-room');
    expect(await outcome(bo, (rooms) => rooms.rename(room, 'Coffee'))).toBe('unknown-room');
  });
});

test('[ROOM-125] of two topics at once the second is refused', async () => {
  const rooms = roomsOf(ana);
  const both = Promise.all([rooms.setTopic('everyone', 'soup'), rooms.setTopic('everyone', 'salad')]);
  await world.passTime(1_000);
  expect(await both).toMatchObject([{ ok: true }, { ok: false, code: 'topic-too-soon' }]);
});

test('a room that is joined while the node stops is opened by the next start, and leaves no timer', async () => {
  await Promise.all([bo.stop(), cy.stop()]);
  const stopping = ana.stop();
  const joining = ana.hallway.rooms?.join('lunch');
  await Promise.all([stopping, world.passTime(10_000)]);
  expect(await joining).toMatchObject({ ok: true });
  expect(world.clock.pendingTimers()).toBe(0);
  const again = (await ana.host.start()) as SimNode;
  expect(again.hallway.rooms?.list().find(({ name }) => name === 'lunch')).toMatchObject({ isJoined: true });
});
