import { expect, test } from 'vitest';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import { fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import type { Delta } from '../../shared/contract/snapshot.ts';
import type { Health } from '../../shared/contract/health.ts';
import type { Peer } from '../../shared/contract/presence.ts';
import { openConversation } from './route.ts';
import type { Message } from '../../shared/contract/messages.ts';
import { conversationOf, conversationOfRoom, type ConversationId, type PeerId } from '../../shared/lib/ids.ts';
import { selectFrozenAtMs, selectListItems, selectNamesake } from './selectors.ts';
import { createHallwayStore } from './store.ts';
import type { HallwayStore } from './store.ts';

function createSelectorsFixture(peers: readonly Peer[]): HallwayStore {
  const store = createHallwayStore();
  store.apply({
    type: 'snapshot-received',
    snapshot: { revision: 0, self: fakeSelf(), peers: [...peers], departed: [], health: [], rooms: [] },
  });
  return store;
}

function applyDelta(store: HallwayStore, delta: Delta): void {
  store.apply({ type: 'deltas-received', deltas: [delta] });
}

function foundBy(store: HallwayStore, text: string): string[] {
  store.search(text);
  return selectListItems(store.getState()).flatMap((item) => (item.type === 'contact' ? [item.peerId] : []));
}

const { presence: _presence, ...departed } = fakePeer(2, { name: 'Bo' });
const departing = { ...departed, reason: 'expired' } as const;

test('the list has a heading for each section that is not empty', () => {
  const store = createSelectorsFixture([fakePeer(1, { name: 'Ana' }), fakePeer(2, { name: 'Bo' })]);
  applyDelta(store, { revision: 1, departed: [departing] });
  expect(selectListItems(store.getState())).toEqual([
    { type: 'heading', section: 'here', count: 1 },
    { type: 'contact', section: 'here', peerId: fakePeerId(1), position: 1 },
    { type: 'heading', section: 'departed', count: 1 },
    { type: 'contact', section: 'departed', peerId: fakePeerId(2), position: 2 },
  ]);
});

test('an update that moves no peer does not rebuild the list', () => {
  const store = createSelectorsFixture([fakePeer(1), fakePeer(2)]);
  const before = selectListItems(store.getState());
  applyDelta(store, { revision: 1, peers: [fakePeer(1, { note: 'new', status: 'busy' })], seen: [[fakePeerId(2), 99]] });
  store.navigate(openConversation(fakePeerId(1)));
  expect(selectListItems(store.getState())).toBe(before);
});

test('neither does one during a search with the same results', () => {
  const store = createSelectorsFixture([fakePeer(1, { name: 'Ana' }), fakePeer(2, { name: 'Bo' })]);
  store.search('ana');
  const before = selectListItems(store.getState());
  applyDelta(store, { revision: 1, peers: [fakePeer(2, { name: 'Bo', note: 'new' })] });
  expect(selectListItems(store.getState())).toBe(before);
});

test('search matches name, host and note, ignoring case and accents', () => {
  const store = createSelectorsFixture([
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
  ]).toEqual([[fakePeerId(1)], [fakePeerId(2), fakePeerId(1)], [fakePeerId(3)], [], 3]);
});

test.each([
  ['Anna Groß', 'gross'],
  ['Anna Gross', 'groß'],
  ['Işıl', 'isil'],
  ['Isil', 'ışıl'],
])('search finds %j by %j', (name, search) => {
  expect(foundBy(createSelectorsFixture([fakePeer(1, { name }), fakePeer(2)]), search)).toEqual([fakePeerId(1)]);
});

test('finds peers with confusable names, ourselves and departed peers included', () => {
  const store = createSelectorsFixture([
    fakePeer(1, { name: 'Ana' }),
    fakePeer(2, { name: 'ana' }),
    fakePeer(3, { name: 'Αna' }),
    fakePeer(4, { name: 'Bo' }),
    fakePeer(5, { name: 'me' }),
    fakePeer(6, { name: 'Chloé' }),
  ]);
  const likenesses = (): unknown[] => [1, 2, 3, 4, 5, 6].map((number) => selectNamesake(store.getState(), fakePeerId(number)));
  const before = likenesses();
  applyDelta(store, {
    revision: 1,
    peers: [fakePeer(2, { name: 'Dalia' })],
    departed: [{ ...departing, peerId: fakePeerId(9) }],
  });
  expect([before, likenesses()]).toEqual([
    ['same', 'same', 'alike', undefined, 'same', undefined],
    ['alike', undefined, 'alike', 'same', 'same', undefined],
  ]);
});

test('[DOUBT-1] while we look offline, the list has the time when a peer was last heard', () => {
  const store = createSelectorsFixture([fakePeer(1, { lastSeenMs: 40_000 }), fakePeer(2, { lastSeenMs: 50_000 })]);
  const health: Health = { code: 'looks-offline', severity: 'warning', values: {}, sinceMs: 70_000 };
  const frozenAt = (changed: readonly Health[]): number | undefined => {
    applyDelta(store, { revision: store.getState().core.revision + 1, health: [...changed] });
    return selectFrozenAtMs(store.getState());
  };
  expect([frozenAt([]), frozenAt([health]), frozenAt([{ ...health, sinceMs: 45_000 }]), frozenAt([])]).toEqual([
    undefined,
    50_000,
    45_000,
    undefined,
  ]);
});

test('sorts earlier conversations by their latest message, without rooms and whatever their cursors', () => {
  const store = createSelectorsFixture([]);
  const said = (conversation: ConversationId, from: PeerId, position: number): Message => {
    const times = { sentAtMs: 0, receivedAtMs: 0 };
    return { messageId: `m${position}`, conversation, from, fromName: 'A', text: 't', ...times, cursor: cursorAt(position) };
  };
  const [ana, bo, cy] = [1, 2, 3].map(fakePeerId) as [PeerId, PeerId, PeerId];
  const summaries = [bo, ana].map((peerId, index) => ({
    conversation: conversationOf(peerId),
    last: said(conversationOf(peerId), peerId, 50 + index),
    unread: 0,
  }));
  store.applyMessages({ type: 'conversations-received', conversations: summaries });
  const before = foundBy(store, '');
  store.applyMessages({ type: 'message-persisted', message: said(conversationOfRoom('lunch'), cy, 90) });
  store.applyMessages({ type: 'message-persisted', message: said(conversationOf(cy), cy, 7) });
  store.applyMessages({ type: 'message-persisted', message: said(conversationOf(ana), ana, 60) });
  expect([before, foundBy(store, '')]).toEqual([
    [bo, ana],
    [ana, cy, bo],
  ]);
});
