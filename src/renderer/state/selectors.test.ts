import { expect, test } from 'vitest';
import { fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import type { Delta } from '../../shared/contract/snapshot.ts';
import { defaultSettingStates } from '../../shared/contract/settings.ts';
import type { Health } from '../../shared/contract/health.ts';
import type { Peer } from '../../shared/contract/presence.ts';
import { selectFrozenAtMs, selectNamesake } from './selectors.ts';
import { createHallwayStore } from './store.ts';
import type { HallwayStore } from './store.ts';

function createSelectorsFixture(peers: readonly Peer[]): HallwayStore {
  const store = createHallwayStore();
  store.apply({
    type: 'snapshot-received',
    snapshot: {
      revision: 0,
      self: fakeSelf(),
      peers: [...peers],
      departed: [],
      health: [],
      rooms: [],
      settings: defaultSettingStates,
    },
  });
  return store;
}

function applyDelta(store: HallwayStore, delta: Delta): void {
  store.apply({ type: 'deltas-received', deltas: [delta] });
}

const { presence: _presence, ...departed } = fakePeer(2, { name: 'Bo' });
const departing = { ...departed, reason: 'expired' } as const;

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
