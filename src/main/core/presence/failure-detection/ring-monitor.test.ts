import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createRingMonitor, ringNeighbours } from './ring-monitor.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';

describe('the ring', () => {
  const ringOf = (ownPeerId: string, peerIds: readonly string[], silent: readonly string[] = []): readonly string[] =>
    ringNeighbours(ownPeerId, peerIds, (peerId) => silent.includes(peerId)).toSorted();

  test('[BUDDY-1] has the next lower and the next higher peer ID as neighbours, for any order of the list', () => {
    expect(ringOf('m', ['a', 'z', 'n', 'k', 'x'])).toEqual(['k', 'n']);
    expect(ringOf('m', ['k', 'n'])).toEqual(['k', 'n']);
  });

  test('[BUDDY-1] connects the highest peer ID with the lowest', () => {
    expect(ringOf('a', ['m', 'z', 'c'])).toEqual(['c', 'z']);
    expect(ringOf('z', ['m', 'a', 'c'])).toEqual(['a', 'm']);
  });

  test('[BUDDY-1] has one neighbour with a single peer, and none without peers', () => {
    expect([ringOf('m', ['a']), ringOf('m', ['z']), ringOf('m', [])]).toEqual([['a'], ['z'], []]);
  });

  test('[BUDDY-1] makes every peer the neighbour of exactly two others, for any number of peers', () => {
    for (const count of [3, 4, 17, 100]) {
      const random = createSeededRandom(`ring of ${count}`);
      const ids = Array.from({ length: count }, () => [...random.bytes(8)].join());
      const watched = ids.flatMap((id) =>
        ringOf(
          id,
          ids.filter((other) => other !== id),
        ),
      );
      const times = ids.map((id) => watched.filter((other) => other === id).length);
      expect(new Set(times), `${count} nodes`).toEqual(new Set([2]));
    }
  });

  test('[BUDDY-5] has twice as many neighbours in a direction for each time that all of them are silent', () => {
    const ids = 'abcdefghijklmnopqrstuvwxyz'.split('').filter((id) => id !== 'm');
    expect({
      one: ringOf('m', ids, ['n']).join(''),
      oneFurther: ringOf('m', ids, ['o']).join(''),
      twoOnBothSides: ringOf('m', ids, ['n', 'o', 'l', 'k']).join(''),
      three: ringOf('m', ids, ['n', 'o', 'p']).join(''),
      all: ringOf('m', ids, ids).length,
    }).toEqual({ one: 'lno', oneFurther: 'ln', twoOnBothSides: 'ijklnopq', three: 'lnopq', all: 25 });
  });

  test('[BUDDY-5] has at most sixteen neighbours in each direction', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `${index}`);
    expect(ringNeighbours('1234', ids, () => true)).toHaveLength(32);
  });
});

describe('a ring neighbour', () => {
  function createRingMonitorFixture(change: Partial<PresenceOptions> = {}) {
    const clock = createFakeClock();
    const peers = ['a', 'c', 'k', 'n', 'z'];
    const silent: string[] = [];
    const asked: { readonly peerId: string; readonly atMs: number }[] = [];
    const ringMonitor = createRingMonitor(
      {
        clock,
        random: createSeededRandom('buddies'),
        ownPeerId: 'm',
        peerIds: () => peers,
        isUnanswered: (peerId) => silent.includes(peerId),
        ask: (peerId) => asked.push({ peerId, atMs: clock.monotonicMs() }),
      },
      { ...defaultPresenceOptions, ...change },
    );
    const stopping = new AbortController();
    const running = ringMonitor.run({ signal: stopping.signal, ready: () => undefined });
    return { clock, peers, silent, ringMonitor, asked, stopping, running };
  }

  test('[BUDDY-1] is probed every 1.6 to 2 s, for any size of the network', async () => {
    const { clock, peers, asked } = createRingMonitorFixture();
    for (let more = 0; more < 500; more += 1) peers.push(`z${more}`);
    await clock.advance(120_000);
    expect(new Set(asked.map(({ peerId }) => peerId))).toEqual(new Set(['k', 'n']));
    const moments = [...new Set(asked.map(({ atMs }) => atMs))];
    const gaps = moments.map((atMs, index) => atMs - (moments[index - 1] ?? 0));
    expect(asked.length).toBe(2 * moments.length);
    expect([Math.min(...gaps) >= 1_600, Math.max(...gaps) <= 2_000, new Set(gaps).size > 50]).toEqual([true, true, true]);
  });

  test('[BUDDY-1] is no longer probed after it left', async () => {
    const { clock, peers, asked } = createRingMonitorFixture();
    await clock.advance(2_000);
    peers.splice(peers.indexOf('k'), 1);
    asked.length = 0;
    await clock.advance(2_000);
    expect(asked.map(({ peerId }) => peerId).toSorted()).toEqual(['c', 'n']);
  });

  test('[BUDDY-5] that is silent makes the next one a neighbour at once, and each peer is probed once', async () => {
    const { clock, silent, ringMonitor, asked } = createRingMonitorFixture();
    await clock.advance(2_000);
    asked.length = 0;
    for (const peerId of ['k', 'c']) {
      silent.push(peerId);
      ringMonitor.unanswered(peerId);
      ringMonitor.unanswered(peerId);
    }
    expect(asked.map(({ peerId }) => peerId)).toEqual(['c', 'a', 'z']);
    expect(['k', 'c', 'a', 'n'].map(ringMonitor.isNeighbour)).toEqual([true, true, true, true]);
  });

  test('[BUDDY-5] is looked past rarely where everyone is silent again and again', async () => {
    const { clock, peers, silent, ringMonitor, asked } = createRingMonitorFixture();
    for (let more = 0; more < 500; more += 1) peers.push(`z${more}`);
    const seconds = 60;
    for (let second = 0; second < seconds; second += 2) {
      await clock.advance(2_000);
      for (let step = 0; step < 5; step += 1) {
        silent.push(...peers.filter((peerId) => ringMonitor.isNeighbour(peerId) && !silent.includes(peerId)));
        for (const peerId of [...silent]) ringMonitor.unanswered(peerId);
      }
      silent.length = 0;
    }
    const past = asked.filter(({ peerId }) => peerId !== 'k' && peerId !== 'n');
    expect(past.length).toBeGreaterThan(32);
    expect(past.length).toBeLessThanOrEqual(32 + 2 * seconds);
  });

  test('[BUDDY-5] is the only one that does so', async () => {
    const { clock, silent, ringMonitor, asked } = createRingMonitorFixture();
    await clock.advance(2_000);
    asked.length = 0;
    silent.push('a');
    ringMonitor.unanswered('a');
    expect([asked, ringMonitor.isNeighbour('a')]).toEqual([[], false]);
  });

  test('[CALL-6] is not probed by a passive node', async () => {
    const { clock, asked } = createRingMonitorFixture({ isPassive: () => true });
    await clock.advance(60_000);
    expect(asked).toEqual([]);
  });

  test('[SUP-4] is not probed after a stop, and no timer is left', async () => {
    const { clock, asked, stopping, running } = createRingMonitorFixture();
    await clock.advance(1_000);
    stopping.abort();
    await running;
    expect([asked, clock.pendingTimers()]).toEqual([[], 0]);
  });
});
