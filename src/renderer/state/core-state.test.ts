import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakePeer, fakePeerId, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import { defaultSettingStates } from '../../shared/contract/settings.ts';
import type { Delta, Snapshot } from '../../shared/contract/snapshot.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { Room } from '../../shared/contract/rooms.ts';
import { conversationOfRoom } from '../../shared/lib/ids.ts';
import { applyToCoreState, emptyCoreState } from './core-state.ts';
import type { CoreState } from './core-state.ts';

const empty: Snapshot = {
  revision: 0,
  self: fakeSelf(),
  peers: [],
  departed: [],
  health: [],
  rooms: [],
  settings: defaultSettingStates,
};

function depart(number: number, change: Partial<DepartedPeer> = {}): DepartedPeer {
  const { presence: _presence, ...known } = fakePeer(number);
  return { ...known, reason: 'goodbye', ...change };
}

function coreStateOf(snapshot: Partial<Snapshot>): CoreState {
  return applyToCoreState(emptyCoreState, { type: 'snapshot-received', snapshot: { ...empty, ...snapshot } });
}

function after(core: CoreState, ...deltas: readonly Delta[]): CoreState {
  return applyToCoreState(core, { type: 'deltas-received', deltas });
}

function namesOf(core: CoreState): (string | undefined)[] {
  return core.hereIds.map((peerId) => core.peers.get(peerId)?.name);
}

describe('order', () => {
  test("sorts peers by name in the reader's order, then host, then peer ID", () => {
    const core = coreStateOf({
      peers: [
        fakePeer(1, { name: 'Zoë' }),
        fakePeer(2, { name: 'émile' }),
        fakePeer(3, { name: 'Ana', host: 'b' }),
        fakePeer(4, { name: 'Ana', host: 'a' }),
        fakePeer(5, { name: 'Ana 10' }),
        fakePeer(6, { name: 'Ana 9' }),
      ],
    });
    expect([namesOf(core), core.hereIds[0]]).toEqual([['Ana', 'Ana', 'Ana 9', 'Ana 10', 'émile', 'Zoë'], fakePeerId(4)]);
  });

  test('sorts rooms: everyone, the joined ones, then those of others; each by name', () => {
    const room = (name: string, isJoined: boolean, topic = ''): Room => ({
      name,
      conversation: conversationOfRoom(name),
      isJoined,
      members: [],
      topic,
      isMuted: false,
      isOpen: true,
      ahead: [],
    });
    const core = coreStateOf({ rooms: [room('ants', false), room('zoo', true), room('tea', true), room('everyone', true)] });
    const changed = after(core, { revision: 1, rooms: [room('zoo', false, 'animals')], roomsGone: ['ants'] });
    expect({ before: core.roomNames, after: changed.roomNames, topic: changed.rooms.get('zoo')?.topic }).toEqual({
      before: ['everyone', 'tea', 'zoo', 'ants'],
      after: ['everyone', 'tea', 'zoo'],
      topic: 'animals',
    });
  });

  test('inserts a new or renamed peer at its place', () => {
    const core = coreStateOf({ peers: [fakePeer(1, { name: 'B' }), fakePeer(2, { name: 'D' })] });
    const next = after(core, { revision: 1, peers: [fakePeer(3, { name: 'C' }), fakePeer(1, { name: 'E' })] });
    expect(namesOf(next)).toEqual(['C', 'D', 'E']);
  });

  test('an update that moves no peer keeps the same list object', () => {
    const core = coreStateOf({ peers: [fakePeer(1), fakePeer(2)], departed: [depart(3)] });
    const next = after(core, { revision: 1, peers: [fakePeer(1, { note: 'new' })], seen: [[fakePeerId(2), 9]] });
    expect([next.hereIds === core.hereIds, next.departedIds === core.departedIds]).toEqual([true, true]);
  });

  test('sorts departed peers by when they were last seen', () => {
    const core = coreStateOf({ departed: [depart(1, { lastSeenMs: 10 }), depart(2, { lastSeenMs: 30 })] });
    expect(after(core, { revision: 1, departed: [depart(3, { lastSeenMs: 20 })] }).departedIds).toEqual(
      [2, 3, 1].map(fakePeerId),
    );
  });
});

describe('revisions', () => {
  test('skips known deltas', () => {
    const core = coreStateOf({ revision: 5, peers: [fakePeer(1, { note: 'new' })] });
    expect(after(core, { revision: 5, peers: [fakePeer(1, { note: 'old' })] })).toBe(core);
  });

  test('[LINK-3] applies nothing beyond a gap', () => {
    const core = coreStateOf({ peers: [] });
    const next = after(core, { revision: 1, peers: [fakePeer(1)] }, { revision: 3, peers: [fakePeer(3)] });
    expect([next.revision, next.hereIds]).toEqual([1, [fakePeerId(1)]]);
  });
});

describe('peers', () => {
  test('move between here, departed and forgotten, and are never in two lists', () => {
    const here = coreStateOf({ peers: [fakePeer(1)] });
    const gone = after(here, { revision: 1, departed: [depart(1)] });
    const back = after(gone, { revision: 2, peers: [fakePeer(1)] });
    const forgotten = after(back, { revision: 3, forgotten: [fakePeerId(1)] });
    expect([here, gone, back, forgotten].map((core) => [core.peers.size, core.departed.size])).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  test('being seen updates the time of an online peer, and does not bring back a departed one', () => {
    const core = coreStateOf({ peers: [fakePeer(1)], departed: [depart(2)] });
    const next = after(core, {
      revision: 1,
      seen: [
        [fakePeerId(1), 77],
        [fakePeerId(2), 77],
      ],
    });
    expect([next.peers.get(fakePeerId(1))?.lastSeenMs, next.peers.has(fakePeerId(2)), next.departed]).toEqual([
      77,
      false,
      core.departed,
    ]);
  });
});

describe('the link', () => {
  test('losing the link keeps the state until the next snapshot', () => {
    const core = coreStateOf({ revision: 4, peers: [fakePeer(1)] });
    const lost = applyToCoreState(core, { type: 'link-lost' });
    const found = applyToCoreState(lost, { type: 'snapshot-received', snapshot: empty });
    expect([
      [lost.connection, lost.peers.size],
      [found.connection, found.peers.size, found.revision],
      applyToCoreState(emptyCoreState, { type: 'link-lost' }).connection,
    ]).toEqual([['lost', 1], ['open', 0, 0], 'connecting']);
  });

  test('trouble of the link keeps the state too, and the next snapshot ends it', () => {
    const core = coreStateOf({ revision: 4, peers: [fakePeer(1)] });
    const troubled = applyToCoreState(core, { type: 'link-troubled', trouble: 'wrong-host' });
    const found = applyToCoreState(troubled, { type: 'snapshot-received', snapshot: empty });
    expect([troubled.trouble, troubled.peers.size, found.trouble]).toEqual(['wrong-host', 1, undefined]);
  });
});

/** The core's side of the test: plain lists, changed step by step, each step with its delta. */
const stepOf = fc.record({
  here: fc.uniqueArray(fc.nat(7), { maxLength: 4 }),
  departed: fc.uniqueArray(fc.nat(7), { maxLength: 3 }),
  forgotten: fc.uniqueArray(fc.nat(7), { maxLength: 2 }),
  seen: fc.uniqueArray(fc.nat(7), { maxLength: 4 }),
  name: fc.constantFrom('Ana', 'ana', 'Bo', 'Émile', ''),
  atMs: fc.nat(50),
});

test('[LINK-3] deltas in batches of any size give the same state as a snapshot', () => {
  fc.assert(
    fc.property(fc.array(stepOf, { maxLength: 25 }), fc.infiniteStream(fc.boolean()), (steps, cuts) => {
      const peers = new Map<string, Peer>();
      const departed = new Map<string, DepartedPeer>();
      let core = coreStateOf({});
      let batch: Delta[] = [];
      steps.forEach((step, index) => {
        const delta = {
          revision: index + 1,
          peers: [] as Peer[],
          departed: [] as DepartedPeer[],
          forgotten: [] as string[],
          seen: [] as [string, number][],
        };
        for (const number of step.here) {
          const peer = fakePeer(number, { name: step.name, lastSeenMs: step.atMs });
          peers.set(peer.peerId, peer);
          departed.delete(peer.peerId);
          delta.peers.push(peer);
        }
        for (const number of step.departed.filter((other) => !step.here.includes(other))) {
          const entry = depart(number, { lastSeenMs: step.atMs });
          peers.delete(entry.peerId);
          departed.set(entry.peerId, entry);
          delta.departed.push(entry);
        }
        for (const number of step.forgotten.filter((other) => !step.here.includes(other) && !step.departed.includes(other))) {
          peers.delete(fakePeerId(number));
          departed.delete(fakePeerId(number));
          delta.forgotten.push(fakePeerId(number));
        }
        for (const number of step.seen) {
          const peer = peers.get(fakePeerId(number));
          if (peer !== undefined) peers.set(peer.peerId, { ...peer, lastSeenMs: step.atMs + 1 });
          delta.seen.push([fakePeerId(number), step.atMs + 1]);
        }
        batch.push(delta);
        if (cuts.next().value === true) {
          core = after(core, ...batch);
          batch = [];
        }
      });
      core = after(core, ...batch);
      expect(core).toEqual(coreStateOf({ revision: steps.length, peers: [...peers.values()], departed: [...departed.values()] }));
    }),
    { numRuns: 500 },
  );
});
