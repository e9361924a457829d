import { expect, test } from 'vitest';
import { fakePeer, fakePeerId, fakeSelf } from '../../../test/support/fake-hallway.ts';
import type { Delta, Peer } from '../../shared/model.ts';
import { selectIsNamesake, selectListItems } from './selectors.ts';
import { createHallwayStore } from './store.ts';
import type { HallwayStore } from './store.ts';

function createScene(peers: readonly Peer[]): HallwayStore {
  const store = createHallwayStore();
  store.apply({
    type: 'snapshot-received',
    snapshot: { revision: 0, self: fakeSelf(), peers: [...peers], departed: [], health: [] },
  });
  return store;
}

function applyDelta(store: HallwayStore, delta: Delta): void {
  store.apply({ type: 'deltas-received', deltas: [delta] });
}

function foundBy(store: HallwayStore, text: string): string[] {
  store.search(text);
  return selectListItems(store.getState()).flatMap((item) => (item.type === 'person' ? [item.peerId] : []));
}

const { presence: _presence, ...departing } = fakePeer(2, { name: 'Bo' });

test('the list has a heading per section that somebody is in', () => {
  const store = createScene([fakePeer(1, { name: 'Ana' }), fakePeer(2, { name: 'Bo' })]);
  applyDelta(store, { revision: 1, departed: [{ ...departing, reason: 'expired' }] });
  expect(selectListItems(store.getState())).toEqual([
    { type: 'heading', section: 'here', count: 1 },
    { type: 'person', section: 'here', peerId: fakePeerId(1), position: 1 },
    { type: 'heading', section: 'departed', count: 1 },
    { type: 'person', section: 'departed', peerId: fakePeerId(2), position: 2 },
  ]);
});

test('an update that moves nobody does not make a new list', () => {
  const store = createScene([fakePeer(1), fakePeer(2)]);
  const before = selectListItems(store.getState());
  applyDelta(store, { revision: 1, peers: [fakePeer(1, { note: 'new', status: 'busy' })], seen: [[fakePeerId(2), 99]] });
  store.select(fakePeerId(1));
  expect(selectListItems(store.getState())).toBe(before);
});

test('neither does it while the list is searched and the same people are found', () => {
  const store = createScene([fakePeer(1, { name: 'Ana' }), fakePeer(2, { name: 'Bo' })]);
  store.search('ana');
  const before = selectListItems(store.getState());
  applyDelta(store, { revision: 1, peers: [fakePeer(2, { name: 'Bo', note: 'new' })] });
  expect(selectListItems(store.getState())).toBe(before);
});

test('search looks at name, host and note, whatever the case and the accents', () => {
  const store = createScene([
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

test('namesakes on a host of the same name are found, and only those', () => {
  const store = createScene([
    fakePeer(1, { name: 'Ana', host: 'a' }),
    fakePeer(2, { name: 'ana', host: 'A' }),
    fakePeer(3, { name: 'Ana', host: 'b' }),
  ]);
  const areNamesakes = (): boolean[] => [1, 2, 3].map((number) => selectIsNamesake(store.getState(), fakePeerId(number)));
  const before = areNamesakes();
  applyDelta(store, { revision: 1, peers: [fakePeer(2, { name: 'Bo', host: 'A' })] });
  expect([before, areNamesakes()]).toEqual([
    [true, true, false],
    [false, false, false],
  ]);
});
