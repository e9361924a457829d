import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../../../../test/fakes/fake-hallway.ts';
import type { FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../../test/fakes/memory-link.ts';
import type { LeaveReason } from '../../../shared/contract/presence.ts';
import type { Delta } from '../../../shared/contract/snapshot.ts';
import { createRpcClient } from '../../../shared/rpc/rpc.ts';
import { deltaIntervalMs, serveUi } from './serve-ui.ts';

function createServeUiFixture() {
  const clock = createFakeClock();
  const link = createMemoryLink();
  const hallway = createFakeHallway();
  const stop = serveUi(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  const deltas: Delta[] = [];
  client.on('changed', (delta) => deltas.push(delta));
  return { clock, link, hallway, stop, client, deltas };
}

describe('snapshot', () => {
  test('[LINK-3] holds all there is to show', async () => {
    const { client, hallway } = createServeUiFixture();
    hallway.putPeer(fakePeer(1));
    hallway.putPeer(fakePeer(2));
    hallway.leave(fakePeerId(2), 'goodbye');
    hallway.health.report({ code: 'no-network', severity: 'error', values: {} });
    expect(await client.call('snapshot', {})).toEqual({
      ok: true,
      output: {
        revision: 0,
        self: fakeSelf(),
        peers: hallway.presence.peers(),
        departed: hallway.presence.departed(),
        rooms: [],
        settings: hallway.settings.list(),
        health: hallway.health.list(),
      },
    });
  });

  test('nothing is sent before it, nor after the link closed, and no timer is left', async () => {
    const { client, clock, hallway, link, deltas } = createServeUiFixture();
    hallway.putPeer(fakePeer(1));
    await clock.advance(1_000);
    await client.call('snapshot', {});
    hallway.putPeer(fakePeer(2));
    link.close();
    link.open();
    hallway.putPeer(fakePeer(3));
    await clock.advance(1_000);
    expect([deltas, clock.pendingTimers()]).toEqual([[], 0]);
  });

  test('what it already holds is not sent again', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    hallway.putPeer(fakePeer(1));
    const second = await client.call('snapshot', {});
    await clock.advance(1_000);
    expect([second, deltas]).toMatchObject([{ ok: true, output: { revision: 0, peers: [fakePeer(1)] } }, []]);
  });
});

describe('deltas', () => {
  test('the first change is sent at once, those that follow are gathered', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    hallway.putPeer(fakePeer(1));
    await clock.advance(0);
    hallway.putPeer(fakePeer(2));
    await clock.advance(deltaIntervalMs - 1);
    hallway.putPeer(fakePeer(3));
    const before = deltas.length;
    await clock.advance(1);
    expect([before, deltas]).toEqual([
      1,
      [
        { revision: 1, peers: [fakePeer(1)] },
        { revision: 2, peers: [fakePeer(2), fakePeer(3)] },
      ],
    ]);
  });

  test('a storm of events is at most one message per interval', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    for (let step = 0; step < 1_000; step += 1) {
      hallway.putPeer(fakePeer(step % 100, { note: `note ${step}` }));
      await clock.advance(1);
    }
    expect(deltas.length).toBeLessThanOrEqual(1_000 / deltaIntervalMs + 1);
  });

  test('of each peer only the last thing that happened is said', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    hallway.putPeer(fakePeer(1));
    hallway.putPeer(fakePeer(2));
    hallway.putPeer(fakePeer(3));
    await client.call('snapshot', {});
    hallway.putPeer(fakePeer(1, { note: 'old' }));
    hallway.putPeer(fakePeer(1, { note: 'new' }));
    hallway.see(fakePeerId(1), 5);
    hallway.see(fakePeerId(2), 6);
    hallway.leave(fakePeerId(3), 'expired');
    hallway.forget(fakePeerId(3));
    await clock.advance(0);
    expect(deltas).toEqual([
      {
        revision: 1,
        peers: [fakePeer(1, { note: 'new', lastSeenMs: 5 })],
        seen: [[fakePeerId(2), 6]],
        forgotten: [fakePeerId(3)],
      },
    ]);
  });

  test('ourselves and our health are told on', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    hallway.setSelf({ interfaces: [] });
    hallway.setHealth([{ code: 'x', severity: 'info', values: {}, sinceMs: 1 }]);
    await clock.advance(0);
    expect(deltas).toEqual([{ revision: 1, self: fakeSelf({ interfaces: [] }), health: hallway.health.list() }]);
  });

  test('[SET-2] settings are told on, all of them, once for several changes', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    await hallway.settings.set('theme', 'dark');
    await hallway.settings.set('theme', 'light');
    await clock.advance(0);
    await hallway.settings.set('theme', 'light');
    await clock.advance(1_000);
    expect(deltas).toEqual([{ revision: 1, settings: hallway.settings.list() }]);
  });

  test('an event that changes nothing on every screen makes none', async () => {
    const { client, clock, hallway, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    hallway.network.change({ passive: false });
    await clock.advance(1_000);
    expect(deltas).toEqual([]);
  });

  test('stopping ends them, and leaves no timer', async () => {
    const { client, clock, hallway, stop, deltas } = createServeUiFixture();
    await client.call('snapshot', {});
    hallway.putPeer(fakePeer(1));
    stop();
    stop();
    hallway.putPeer(fakePeer(2));
    await clock.advance(1_000);
    expect([
      deltas,
      await Promise.race([client.call('snapshot', {}), Promise.resolve('no answer')]),
      clock.pendingTimers(),
    ]).toEqual([[], 'no answer', 1]);
  });
});

describe('setProfile', () => {
  test('changes us and answers what became of it', async () => {
    const { client } = createServeUiFixture();
    expect(await client.call('setProfile', { name: '  Ana ', status: 'busy' })).toMatchObject({
      ok: true,
      output: { name: 'Ana', status: 'busy', note: '' },
    });
  });

  test('passes a refusal on', async () => {
    const { client } = createServeUiFixture();
    expect(await client.call('setProfile', { name: 'everyone' })).toMatchObject({ ok: false, code: 'name-reserved' });
  });
});

test('[LINK-3] a snapshot and the deltas after it, applied naively, give what a new snapshot gives', async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('put' as const), number: fc.nat(5), note: fc.string({ maxLength: 3 }) }),
    fc.record({ type: fc.constant('see' as const), number: fc.nat(5), at: fc.nat(100) }),
    fc.record({
      type: fc.constant('leave' as const),
      number: fc.nat(5),
      reason: fc.constantFrom<LeaveReason>('goodbye', 'expired'),
    }),
    fc.record({ type: fc.constant('forget' as const), number: fc.nat(5) }),
    fc.record({ type: fc.constant('wait' as const), forMs: fc.nat(80) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { client, clock, hallway, deltas } = createServeUiFixture();
      await client.call('snapshot', {});
      for (const each of steps) {
        if (each.type === 'wait') await clock.advance(each.forMs);
        else perform(hallway, each);
      }
      await clock.advance(deltaIntervalMs);
      const here = new Map<string, unknown>();
      const departed = new Map<string, unknown>();
      for (const delta of deltas) {
        for (const peer of delta.peers ?? []) move(peer, departed, here);
        for (const peer of delta.departed ?? []) move(peer, here, departed);
        for (const peerId of delta.forgotten ?? []) for (const people of [here, departed]) people.delete(peerId);
        for (const [peerId, lastSeenMs] of delta.seen ?? []) here.set(peerId, { ...(here.get(peerId) as object), lastSeenMs });
      }
      expect([byId([...here.values()]), byId([...departed.values()])]).toEqual([
        byId(hallway.presence.peers()),
        byId(hallway.presence.departed()),
      ]);
    }),
  );
});

type Step =
  | { type: 'put'; number: number; note: string }
  | { type: 'see'; number: number; at: number }
  | { type: 'leave'; number: number; reason: LeaveReason }
  | { type: 'forget'; number: number };

function perform(hallway: FakeHallway, step: Step): void {
  const peerId = fakePeerId(step.number);
  if (step.type === 'put') hallway.putPeer(fakePeer(step.number, { note: step.note }));
  else if (step.type === 'see') hallway.see(peerId, step.at);
  else if (step.type === 'leave') hallway.leave(peerId, step.reason);
  else hallway.forget(peerId);
}

function move(person: { readonly peerId: string }, from: Map<string, unknown>, to: Map<string, unknown>): void {
  from.delete(person.peerId);
  to.set(person.peerId, person);
}

function byId(people: readonly unknown[]): unknown[] {
  return [...people].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
