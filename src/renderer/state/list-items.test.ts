import { expect, test } from 'vitest';
import { defaultSettingStates } from '../../shared/contract/settings.ts';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import { fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import type { Conversation } from '../../shared/contract/messages.ts';
import type { Peer } from '../../shared/contract/presence.ts';
import type { Room } from '../../shared/contract/rooms.ts';
import type { Delta } from '../../shared/contract/snapshot.ts';
import { conversationOf, conversationOfRoom, peerOfConversation, type ConversationId } from '../../shared/lib/ids.ts';
import { recentMs, selectArchivedCount, selectListItems } from './list-items.ts';
import { openConversation } from './route.ts';
import { createHallwayStore, type HallwayStore } from './store.ts';

const nowMs = 1_760_000_000_000;
const dayMs = 86_400_000;
const recentSinceMs = nowMs - recentMs;

function createListFixture(peers: readonly Peer[], rooms: readonly Room[] = []): HallwayStore {
  const store = createHallwayStore();
  store.apply({
    type: 'snapshot-received',
    snapshot: {
      revision: 0,
      self: fakeSelf(),
      peers: [...peers],
      departed: [],
      health: [],
      rooms: [...rooms],
      settings: defaultSettingStates,
    },
  });
  return store;
}

function room(name: string, change: Partial<Room> = {}): Room {
  const conversation = conversationOfRoom(name);
  return { name, conversation, isJoined: true, members: [], topic: '', isMuted: false, isOpen: true, ahead: [], ...change };
}

function summary(conversation: ConversationId, atMs: number, change: Partial<Conversation> = {}): Conversation {
  const from = peerOfConversation(conversation) ?? fakePeerId(1);
  const times = { sentAtMs: atMs, receivedAtMs: atMs };
  const last = { messageId: `m${atMs}`, conversation, from, fromName: 'A', text: 't', ...times, cursor: cursorAt(1) };
  return { conversation, last, unread: 0, mentions: 0, archived: false, ...change };
}

function applyDelta(store: HallwayStore, delta: Delta): void {
  store.apply({ type: 'deltas-received', deltas: [delta] });
}

/** The sections with the rows in them, by their names. */
function sections(store: HallwayStore): Record<string, readonly string[]> {
  const found: Record<string, string[]> = {};
  for (const item of selectListItems(store.getState(), recentSinceMs)) {
    if (item.type === 'row') (found[item.section] ??= []).push(nameOf(store, item.conversation));
  }
  return found;
}

function nameOf(store: HallwayStore, conversation: ConversationId): string {
  const { core } = store.getState();
  const peerId = peerOfConversation(conversation) ?? '';
  return core.peers.get(peerId)?.name ?? core.departed.get(peerId)?.name ?? conversation;
}

function foundBy(store: HallwayStore, text: string): string[] {
  store.search(text);
  return selectListItems(store.getState(), recentSinceMs).flatMap((item) =>
    item.type === 'row' ? [nameOf(store, item.conversation)] : [],
  );
}

const names = ['Ana', 'Bo', 'Cem', 'Dia', 'Eve', 'Fay', 'Gil', 'Zoe'];
const [ana, bo, cem, dia, eve, fay, gil, zoe] = names.map((_name, number) => conversationOf(fakePeerId(number))) as [
  ConversationId,
  ConversationId,
  ConversationId,
  ConversationId,
  ConversationId,
  ConversationId,
  ConversationId,
  ConversationId,
];

function createOffice(): HallwayStore {
  const store = createListFixture(
    names.map((name, number) => fakePeer(number, { name })),
    [room('everyone'), room('tea'), room('loud', { isMuted: true }), room('left', { isJoined: false })],
  );
  const { presence: _presence, ...away } = fakePeer(6, { name: 'Gil' });
  applyDelta(store, { revision: 1, departed: [{ ...away, reason: 'goodbye' }] });
  store.applyMessages({
    type: 'conversations-received',
    muted: [],
    pinned: [fay, conversationOfRoom('tea')],
    conversations: [
      summary(conversationOfRoom('everyone'), nowMs - 2 * dayMs),
      summary(conversationOfRoom('loud'), nowMs - 8 * dayMs, { unread: 3 }),
      summary(zoe, nowMs - 60_000, { unread: 1 }),
      summary(dia, nowMs, { unread: 2 }),
      summary(cem, nowMs - 6 * dayMs),
      summary(eve, nowMs - 30_000, { archived: true }),
      summary(bo, nowMs - 9 * dayMs),
      summary(fay, nowMs - 5_000),
      summary(gil, nowMs - 10_000, { archived: true }),
      summary(conversationOf(fakePeerId(50)), nowMs - 20 * dayMs),
    ],
  });
  return store;
}

test('[LIST-5] each row is in the first section that wants it: unread, pinned, recent, rooms, here, and the others', () => {
  const store = createOffice();
  expect([sections(store), selectArchivedCount(store.getState())]).toEqual([
    {
      unread: ['Dia', 'Zoe'],
      pinned: ['Fay', 'room:tea'],
      recent: ['room:everyone', 'Cem'],
      rooms: ['room:loud', 'room:left'],
      // Bo talked too long ago; Eve is archived, and still here.
      here: ['Ana', 'Bo', 'Eve'],
      earlier: [conversationOf(fakePeerId(50))],
    },
    2,
  ]);
});

test('[LIST-6] among sixty people, an unread message from Zoe is in the first five rows', () => {
  const store = createListFixture(
    Array.from({ length: 60 }, (_, number) => fakePeer(number, { name: number === 7 ? 'Zoe' : 'Ana' })),
  );
  store.applyMessages({
    type: 'conversations-received',
    muted: [],
    pinned: [],
    conversations: [summary(zoe, nowMs, { unread: 1 })],
  });
  expect(
    selectListItems(store.getState(), recentSinceMs)
      .slice(0, 5)
      .some((item) => item.type === 'row' && item.conversation === zoe),
  ).toBe(true);
});

test('[LIST-4] archived conversations are shown on request, and found by a search', () => {
  const store = createOffice();
  store.showArchived(true);
  const shown = sections(store)['archived'];
  store.showArchived(false);
  expect([shown, sections(store)['archived'], foundBy(store, 'gil')]).toEqual([['Gil'], undefined, ['Gil']]);
});

test('a new message ends the archive at once', () => {
  const store = createOffice();
  store.applyMessages({ type: 'message-persisted', message: { ...summary(gil, nowMs).last, cursor: cursorAt(9) } });
  expect(sections(store)['unread']).toEqual(['Gil', 'Dia', 'Zoe']);
});

test('rows have a position among all rows, and sections a heading with their count', () => {
  const store = createListFixture([fakePeer(0, { name: 'Ana' }), fakePeer(1, { name: 'Bo' })]);
  store.applyMessages({ type: 'conversations-received', muted: [], pinned: [bo], conversations: [] });
  expect(selectListItems(store.getState(), recentSinceMs)).toEqual([
    { type: 'heading', section: 'pinned', count: 1 },
    { type: 'row', section: 'pinned', conversation: bo, position: 1 },
    { type: 'heading', section: 'here', count: 1 },
    { type: 'row', section: 'here', conversation: ana, position: 2 },
  ]);
});

test('an update that moves no row does not rebuild the list', () => {
  const store = createListFixture([fakePeer(1), fakePeer(2)]);
  const before = selectListItems(store.getState(), recentSinceMs);
  applyDelta(store, { revision: 1, peers: [fakePeer(1, { note: 'new', status: 'busy' })], seen: [[fakePeerId(2), 99]] });
  store.navigate(openConversation(fakePeerId(1)));
  expect(selectListItems(store.getState(), recentSinceMs)).toBe(before);
});

test('neither does one during a search with the same results', () => {
  const store = createListFixture([fakePeer(1, { name: 'Ana' }), fakePeer(2, { name: 'Bo' })]);
  store.search('ana');
  const before = selectListItems(store.getState(), recentSinceMs);
  applyDelta(store, { revision: 1, peers: [fakePeer(2, { name: 'Bo', note: 'new' })] });
  expect(selectListItems(store.getState(), recentSinceMs)).toBe(before);
});

test('search matches name, computer and note, ignoring case and accents', () => {
  const store = createListFixture([
    fakePeer(1, { name: 'José Ñandú', host: 'alpha' }),
    fakePeer(2, { name: 'Bo', host: 'beta', note: 'at ALPHA site' }),
    fakePeer(3, { name: '佐藤', host: 'gamma' }),
  ]);
  expect([
    foundBy(store, 'jose nan'),
    foundBy(store, ' Alpha '),
    foundBy(store, '藤'),
    foundBy(store, 'nobody'),
    foundBy(store, ' ').length,
  ]).toEqual([['José Ñandú'], ['Bo', 'José Ñandú'], ['佐藤'], [], 3]);
});

test.each([
  ['Anna Groß', 'gross'],
  ['Anna Gross', 'groß'],
  ['Işıl', 'isil'],
  ['Isil', 'ışıl'],
])('search finds %j by %j', (name, search) => {
  expect(foundBy(createListFixture([fakePeer(1, { name }), fakePeer(2)]), search)).toEqual([name]);
});

test('search finds rooms by name, with or without a sign, and by topic', () => {
  const store = createListFixture([], [room('tea', { topic: 'oolong' }), room('lunch')]);
  expect([foundBy(store, '#te'), foundBy(store, 'OOLONG'), foundBy(store, 'x')]).toEqual([['room:tea'], ['room:tea'], []]);
});
