/**
 * Suspicions: the ring monitor causes them, they remove no peer, and their subject refutes them.
 */
import { describe, expect, test } from 'vitest';
import { ownPeerId, createFailureDetectorFixture } from '../../../../../test/fixtures/failure-detector.ts';

describe('suspicions', () => {
  test('[BUDDY-1, BUDDY-2] six unanswered PINGs of a neighbour cause one suspicion, and the peer then leaves', async () => {
    const { clock, hear, watchNeighbours, suspicions, news, askedOf } = createFailureDetectorFixture();
    for (const peerId of ['a', 'k', 'n', 'z']) hear(peerId);
    await watchNeighbours();
    for (let passedMs = 0; passedMs < 5_000; passedMs += 50) {
      for (const peerId of ['a', 'n', 'z']) hear(peerId);
      await clock.advance(50);
    }
    // The other neighbour is heard but answers no PING, so it becomes one-way.
    expect(suspicions).toEqual(['k']);
    expect(news.filter((one) => one.startsWith('k'))).toEqual(['k suspect', 'k unreachable']);
    const moments = askedOf('k').map(({ atMs }) => atMs - (askedOf('k')[0]?.atMs ?? 0));
    expect([moments.length, moments[1], moments[2], moments.at(-1)]).toEqual([20, 300, 400, 2_100]);
  });

  test('[BUDDY-2] a silent peer that is no neighbour causes no suspicion', async () => {
    const { clock, hear, suspicions, askedOf } = createFailureDetectorFixture();
    for (const peerId of ['a', 'k', 'n', 'z']) hear(peerId);
    for (let passedMs = 0; passedMs < 12_000; passedMs += 500) {
      for (const peerId of ['k', 'n', 'z']) hear(peerId);
      await clock.advance(500);
    }
    expect([askedOf('a').length, suspicions]).toEqual([20, []]);
  });

  test('[BUDDY-2] a suspicion starts a probe, and a peer that answers stays listed', async () => {
    const { clock, hear, suspect, answer, news, askedOf, beacons } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    suspect('bo', 'ana');
    expect(askedOf('ana')).toHaveLength(1);
    answer();
    await clock.advance(5_000);
    expect([askedOf('ana').length, news, beacons()]).toEqual([1, [], 0]);
  });

  test('[BUDDY-5] while no peer is heard, the peers beyond silent neighbours are not probed', async () => {
    const { clock, hear, watchNeighbours, askedOf } = createFailureDetectorFixture();
    for (const peerId of ['a', 'c', 'k', 'n', 'p', 'z']) hear(peerId);
    await watchNeighbours();
    // Before a witness is probed.
    await clock.advance(2_500);
    expect(['k', 'n'].map((peerId) => askedOf(peerId).length > 0)).toEqual([true, true]);
    expect(['c', 'p'].map((peerId) => askedOf(peerId).length)).toEqual([0, 0]);
  });

  test('[BUDDY-3] a suspicion of ourselves makes us send a beacon and probe the sender', () => {
    const { hear, suspect, askedOf, beacons } = createFailureDetectorFixture();
    hear('bo');
    suspect('bo', ownPeerId, 7);
    expect([beacons(), askedOf('bo').length]).toEqual([1, 1]);
  });

  test('[BUDDY-4] suspicions by or of unknown peers, of other incarnations or of our earlier one do nothing', () => {
    const { hear, suspect, pings, beacons } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    suspect('stranger', 'ana');
    suspect('bo', 'stranger');
    suspect('bo', 'ana', 99);
    suspect('bo', 'ana', 101);
    suspect('bo', ownPeerId, 6);
    expect([pings, beacons()]).toEqual([[], 0]);
  });

  test('[BUDDY-4] at most 32 suspicions at once and five a second of each sender are followed', async () => {
    const { clock, hear, suspect, pings } = createFailureDetectorFixture();
    const names = Array.from({ length: 60 }, (_, index) => `peer ${index}`);
    for (const peerId of names) hear(peerId);
    for (const peerId of names.slice(1)) suspect('peer 0', peerId);
    expect(new Set(pings.map(({ to }) => to)).size).toBe(32);
    suspect('peer 1', 'peer 50');
    expect(new Set(pings.map(({ to }) => to)).size).toBe(33);
    await clock.advance(600);
    hear('peer 59');
    await clock.advance(400);
    for (const peerId of names.slice(33, 50)) suspect('peer 0', peerId);
    expect(new Set(pings.map(({ to }) => to)).size).toBe(38);
  });
});
