import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { RoomMessage, RoomsEvent } from '../rooms.ts';
import type { RoomId } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import { createRoomNews } from './room-news.ts';

function createWorld() {
  const clock = createFakeClock();
  const members = new Map<string, string[]>();
  const events: RoomsEvent[] = [];
  const settings: { roomNotices: 'auto' | 'always' | 'never' } = { roomNotices: 'auto' };
  let ahead: readonly RoomMessage[] = [];
  const record = { isMuted: false, topic: { text: 'soup', from: 'ana' } };
  const room = { name: 'lunch', record: () => record } as unknown as JoinedRoom;
  const rooms = new Map<RoomId, JoinedRoom>([['r', room]]);
  const news = createRoomNews({
    clock,
    rooms,
    members: { of: (name) => members.get(name) ?? [] },
    messages: { ahead: () => ahead },
    privateOf: () => undefined,
    isTeam: false,
    roomTimeMs: clock.wallMs,
    emit: (event) => void events.push(event),
    notices: () => settings.roomNotices,
  });
  const enter = (peerId: string, name: string): void => {
    members.set(name, [...(members.get(name) ?? []), peerId]);
    news.heard(peerId, [name]);
  };
  const take = (): readonly string[] =>
    events.splice(0).map((event) => {
      if (event.type === 'room-changed') return `changed ${event.room.name} ${event.room.members.join()}`;
      if (event.type === 'room-gone') return `gone ${event.name}`;
      if (event.type !== 'room-notice') return event.type;
      const { notice } = event;
      if (notice.what === 'topic') return `topic ${notice.topic}`;
      return 'peerIds' in notice ? `${notice.what} ${notice.peerIds.join()}` : notice.what;
    });
  const setAhead = (...messages: readonly Partial<RoomMessage>[]): void => void (ahead = messages as readonly RoomMessage[]);
  return { clock, news, members, record, room, settings, enter, take, setAhead };
}

it('[ROOM-129] changes within 250 ms share an event, and who came together shares a notice', async () => {
  const { clock, news, enter, take } = createWorld();
  for (const peerId of ['ana', 'ben']) news.heard(peerId, []);
  enter('ana', 'lunch');
  enter('ben', 'lunch');
  await clock.advance(249);
  expect(take()).toEqual([]);
  await clock.advance(1);
  expect(take()).toEqual(['changed lunch ana,ben', 'joined ana,ben']);
});

it('[ROOM-129] coming online and going offline are no notices of the rooms', async () => {
  const { clock, news, members, enter, take } = createWorld();
  enter('ana', 'lunch');
  await clock.advance(250);
  expect(take()).toEqual(['changed lunch ana']);
  members.delete('lunch');
  news.left('ana', ['lunch']);
  enter('ana', 'lunch');
  await clock.advance(250);
  expect(take()).toEqual(['changed lunch ana']);
});

it('[ROOM-129] who enters and leaves within a moment has no notice', async () => {
  const { clock, news, members, enter, take } = createWorld();
  news.heard('ana', []);
  enter('ana', 'lunch');
  members.delete('lunch');
  news.heard('ana', ['lunch']);
  await clock.advance(250);
  expect(take()).toEqual(['changed lunch ']);
});

it('[ROOM-129] muted rooms and rooms with more than 20 others have no notices', async () => {
  const { clock, news, record, room, members, enter, take } = createWorld();
  news.heard('ana', []);
  record.isMuted = true;
  enter('ana', 'lunch');
  news.topic(room);
  await clock.advance(250);
  expect(take()).toEqual(['changed lunch ana']);
  record.isMuted = false;
  members.set(
    'lunch',
    Array.from({ length: 20 }, (_, index) => `peer ${index}`),
  );
  news.heard('ben', []);
  enter('ben', 'lunch');
  await clock.advance(250);
  expect(take().filter((event) => event.startsWith('joined'))).toEqual([]);
});

it('[ROOM-207] notices of who joins: always also in large rooms, never in none, not in muted ones', async () => {
  const { clock, news, members, settings, record, enter, take } = createWorld();
  members.set(
    'lunch',
    Array.from({ length: 30 }, (_, index) => `p${index}`),
  );
  const joined = async (peerId: string): Promise<number> => {
    news.heard(peerId, []);
    enter(peerId, 'lunch');
    await clock.advance(250);
    return take().filter((event) => event === `joined ${peerId}`).length;
  };
  const shown = [await joined('ana')];
  settings.roomNotices = 'always';
  shown.push(await joined('ben'));
  record.isMuted = true;
  shown.push(await joined('cy'));
  record.isMuted = false;
  members.set('lunch', []);
  settings.roomNotices = 'never';
  shown.push(await joined('di'));
  settings.roomNotices = 'auto';
  shown.push(await joined('ed'));
  expect(shown).toEqual([0, 1, 0, 0, 1]);
});

it('[ROOM-129] a room of others that nobody is in any more is gone', async () => {
  const { clock, news, members, enter, take } = createWorld();
  enter('ana', 'tea');
  await clock.advance(250);
  members.delete('tea');
  news.heard('ana', ['tea']);
  await clock.advance(250);
  expect(take()).toEqual(['changed tea ana', 'gone tea']);
});

it('[ROOM-129] of many topics in a moment the last is a notice', async () => {
  const { clock, news, record, room, take } = createWorld();
  for (const text of ['one', 'two', 'three']) {
    record.topic = { text, from: 'ana' };
    news.topic(room);
  }
  await clock.advance(250);
  expect(take()).toEqual(['changed lunch ', 'topic three']);
});

it('[ROOM-130] hosts read again once the time of some has come, and not because others are ahead', async () => {
  const { clock, news, take, setAhead } = createWorld();
  const nowMs = clock.wallMs();
  setAhead({ from: 'ana', sentAtMs: nowMs + 90_000 }, { from: 'ana', sentAtMs: nowMs + 10 ** 12 });
  expect(news.shown('lunch').ahead).toEqual([{ from: 'ana', count: 2, aheadMs: 10 ** 12 }]);
  await clock.advance(600_000);
  expect(take()).toEqual([]);
  setAhead({ from: 'ana', sentAtMs: nowMs + 10 ** 12 });
  await clock.advance(30_250);
  expect(take()).toEqual(['conversation-changed', 'changed lunch ']);
  await clock.advance(600_000);
  expect(take()).toEqual([]);
});

it('[ROOM-129] after the end no timer is set', () => {
  const { clock, news, take, setAhead } = createWorld();
  setAhead({ from: 'ana', sentAtMs: clock.wallMs() + 90_000 });
  news.close();
  news.changed('lunch');
  expect(news.shown('lunch').ahead).toHaveLength(1);
  expect([clock.pendingTimers(), take()]).toEqual([0, []]);
});
