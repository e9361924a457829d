import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { samplePeerRecord, samplePublicKey } from '../../../../../test/fixtures/sample-peer.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { recipientTag } from '../wire/datagram.ts';
import { createExpiringRegistry } from '../registry/registry.ts';
import { createLiveness } from './failure-detector.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../options.ts';
import type { Received } from '../inbound/authenticate.ts';

const ownPeerId = 'm';
const source = { family: 'ipv4', address: '10.0.0.2', port: 50_000, via: 'unicast' } as const;

function scene(change: Partial<PresenceOptions> = {}) {
  const clock = createFakeClock();
  const options = { ...defaultPresenceOptions, ...change };
  const state = { connected: true, awake: true };
  const pings: { readonly to: string; readonly atMs: number; readonly nonce: Uint8Array; readonly unanswered: number }[] = [];
  const suspicions: string[] = [];
  const news: string[] = [];
  let beacons = 0;
  const registry = createExpiringRegistry({ clock, mayExpire: () => liveness.mayExpire() }, { ...options, ownPeerId });
  const liveness = createLiveness(
    {
      clock,
      random: createSeededRandom('liveness'),
      registry,
      ownPeerId,
      ownTag: recipientTag(samplePublicKey(ownPeerId)),
      incarnation: 7,
      isConnected: () => state.connected,
      isAwake: () => state.awake,
      sendPing: ({ peerId: to }, nonce, unanswered) => pings.push({ to, atMs: clock.monotonicMs(), nonce, unanswered }),
      sendSuspicion: ({ peerId }) => suspicions.push(peerId),
      sendBeacon: () => (beacons += 1),
    },
    options,
  );
  registry.subscribe((event) => {
    if (event.type === 'updated') news.push(`${event.record.peerId} ${event.record.presence}`);
    if (event.type === 'left') news.push(`${event.departed.record.peerId} ${event.departed.reason}`);
  });
  let sequence = 1;

  /** As `meaning.ts` does with anything that a peer says. */
  function hear(peerId: string, presence: 'online' | 'one-way' = 'online'): void {
    sequence += 1;
    liveness.heard(peerId);
    registry.see({ ...samplePeerRecord(peerId, { sequence, presence }), source });
  }

  function answer(): void {
    const last = pings.at(-1);
    if (!last) throw new Error('nobody was asked');
    hear(last.to);
    liveness.onPong({ ...header(last.to), kind: 'pong', to: new Uint8Array(8), nonce: last.nonce });
  }

  function suspect(from: string, peerId: string, suspectIncarnation = 100): void {
    const tag = recipientTag(samplePublicKey(peerId));
    liveness.onSuspect({ ...header(from), kind: 'suspect', suspect: tag, suspectIncarnation });
  }

  function ping(from: string, unanswered: number): void {
    const body = { kind: 'ping', to: new Uint8Array(8), nonce: new Uint8Array(8), unanswered, wantsBeacon: false } as const;
    liveness.onPing({ ...header(from), ...body });
  }

  return {
    clock,
    registry,
    liveness,
    state,
    pings,
    suspicions,
    news,
    hear,
    answer,
    suspect,
    ping,
    beacons: () => beacons,
    askedOf: (peerId: string) => pings.filter(({ to }) => to === peerId),
    presenceOf: (peerId: string) => registry.get(peerId)?.presence,
    async watchBuddies(): Promise<void> {
      void liveness.buddies.run({ signal: new AbortController().signal, ready: () => undefined });
      await clock.advance(0);
    },
  };
}

function header(peerId: string): Pick<Received, 'peerId' | 'publicKey' | 'incarnation' | 'sequence' | 'source'> {
  return { peerId, publicKey: samplePublicKey(peerId), incarnation: 100, sequence: 1, source };
}

/** After the third silent interval, so many ms after a peer was last heard, it is asked: 1.5 of 5 s, and 0.5 s. */
const silentAfterMs = 8_000;

describe('a silent peer', () => {
  test('[PROBE-1] is asked when it was not heard for 1.5 of its intervals and half a second', async () => {
    const { clock, hear, askedOf } = scene();
    hear('ana');
    await clock.advance(silentAfterMs - 1);
    expect(askedOf('ana')).toEqual([]);
    await clock.advance(1);
    expect(askedOf('ana')).toHaveLength(1);
  });

  test('[PROBE-4, PROBE-5] is suspect after three unanswered PINGs, and unreachable after twenty, somebody else being heard', async () => {
    const { clock, hear, news, presenceOf } = scene();
    hear('ana');
    hear('bo');
    await clock.advance(4_000);
    hear('bo');
    await clock.advance(silentAfterMs - 4_000 + 299);
    expect(presenceOf('ana')).toBe('online');
    await clock.advance(1);
    expect(presenceOf('ana')).toBe('suspect');
    await clock.advance(200);
    hear('bo');
    await clock.advance(1_499);
    expect(news).toEqual(['ana suspect']);
    await clock.advance(1);
    expect(news).toEqual(['ana suspect', 'ana unreachable']);
  });

  test('[PROBE-2] that says anything is asked no more', async () => {
    const { clock, hear, news, askedOf } = scene();
    hear('ana');
    await clock.advance(silentAfterMs + 350);
    hear('ana');
    await clock.advance(5_000);
    expect([askedOf('ana').length, news]).toEqual([4, ['ana suspect', 'ana online']]);
  });

  test('[PROBE-2] that only ever answers questions stays', async () => {
    const { clock, hear, answer, news, pings } = scene();
    hear('ana');
    for (let passedMs = 0; passedMs < 300_000; passedMs += 100) {
      await clock.advance(100);
      if (pings.some(({ atMs }) => atMs === clock.monotonicMs())) answer();
    }
    expect(news).toEqual([]);
    expect(pings.length).toBeGreaterThan(30);
  });

  test('[CALL-6] is not asked by a passive node, and expires', async () => {
    const { clock, hear, news, pings } = scene({ isPassive: () => true });
    hear('ana');
    for (let passedMs = 0; passedMs < 34_000; passedMs += 1_000) {
      hear('bo');
      await clock.advance(1_000);
    }
    expect(news).toEqual([]);
    hear('bo');
    await clock.advance(1_000);
    expect([news, pings]).toEqual([['ana expired'], []]);
  });
});

describe('a peer that does not hear us', () => {
  test('[PROBE-6] three of its PINGs unanswered make us ask; it is one-way if it goes on without answering', async () => {
    const { clock, hear, ping, news, askedOf } = scene();
    hear('ana');
    ping('ana', 2);
    expect(askedOf('ana')).toEqual([]);
    ping('ana', 3);
    expect(askedOf('ana')).toHaveLength(1);
    for (let passedMs = 0; passedMs < 2_000; passedMs += 100) {
      hear('ana');
      await clock.advance(100);
    }
    expect([askedOf('ana').length, news]).toEqual([20, ['ana one-way']]);
  });

  test('[PROBE-6] it is one-way at the latest when fifteen of its own went unanswered, if ours do too', async () => {
    const { clock, hear, ping, news } = scene();
    hear('ana');
    for (let unanswered = 3; unanswered < 15; unanswered += 1) {
      ping('ana', unanswered);
      await clock.advance(100);
    }
    expect(news).toEqual([]);
    ping('ana', 15);
    expect(news).toEqual(['ana one-way']);
  });

  test('[PROBE-6] fifteen by itself, the first that we hear of it, is only a reason to ask', () => {
    const { hear, ping, news, askedOf } = scene();
    hear('ana');
    ping('ana', 15);
    expect([news, askedOf('ana').length]).toEqual([[], 1]);
  });

  test('[PROBE-6, PROBE-5] a peer that is one-way is not asked again, and so not given up while it speaks', async () => {
    const { clock, hear, ping, news, pings } = scene();
    hear('ana', 'one-way');
    hear('bo');
    ping('ana', 19);
    await clock.advance(4_000);
    hear('bo');
    await clock.advance(silentAfterMs - 4_001);
    expect([news, pings]).toEqual([[], []]);
  });

  test('[PROBE-3, PROBE-6] and is not if its answer comes', async () => {
    const { clock, hear, ping, answer, news, askedOf } = scene();
    hear('ana');
    ping('ana', 3);
    await clock.advance(1_450);
    answer();
    await clock.advance(3_000);
    expect([askedOf('ana').length, news]).toEqual([15, []]);
  });
});

describe('buddies', () => {
  test('[BUDDY-1, BUDDY-2] one that leaves six PINGs unanswered is told to the group once; then it is gone', async () => {
    const { clock, hear, watchBuddies, suspicions, news, askedOf } = scene();
    for (const peerId of ['a', 'k', 'n', 'z']) hear(peerId);
    await watchBuddies();
    for (let passedMs = 0; passedMs < 5_000; passedMs += 50) {
      for (const peerId of ['a', 'n', 'z']) hear(peerId);
      await clock.advance(50);
    }
    // The other buddy is only heard: that it does not answer makes it one-way, which is another matter.
    expect(suspicions).toEqual(['k']);
    expect(news.filter((one) => one.startsWith('k'))).toEqual(['k suspect', 'k unreachable']);
    const moments = askedOf('k').map(({ atMs }) => atMs - (askedOf('k')[0]?.atMs ?? 0));
    expect([moments.length, moments[1], moments[2], moments.at(-1)]).toEqual([20, 300, 400, 2_100]);
  });

  test('[BUDDY-2] a silent peer that is not our buddy is not told', async () => {
    const { clock, hear, suspicions, askedOf } = scene();
    for (const peerId of ['a', 'k', 'n', 'z']) hear(peerId);
    for (let passedMs = 0; passedMs < 12_000; passedMs += 500) {
      for (const peerId of ['k', 'n', 'z']) hear(peerId);
      await clock.advance(500);
    }
    expect([askedOf('a').length, suspicions]).toEqual([20, []]);
  });

  test('[BUDDY-2] a suspicion removes nobody: it makes us ask, and whoever answers stays', async () => {
    const { clock, hear, suspect, answer, news, askedOf, beacons } = scene();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    suspect('bo', 'ana');
    expect(askedOf('ana')).toHaveLength(1);
    answer();
    await clock.advance(5_000);
    expect([askedOf('ana').length, news, beacons()]).toEqual([1, [], 0]);
  });

  test('[BUDDY-3] suspected ourselves, we send a beacon and ask whether we are heard', () => {
    const { hear, suspect, askedOf, beacons } = scene();
    hear('bo');
    suspect('bo', ownPeerId, 7);
    expect([beacons(), askedOf('bo').length]).toEqual([1, 1]);
  });

  test('[BUDDY-4] suspicions by strangers, of strangers, of other incarnations, and of an earlier start of ours do nothing', () => {
    const { hear, suspect, pings, beacons } = scene();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    suspect('stranger', 'ana');
    suspect('bo', 'stranger');
    suspect('bo', 'ana', 99);
    suspect('bo', 'ana', 101);
    suspect('bo', ownPeerId, 6);
    expect([pings, beacons()]).toEqual([[], 0]);
  });

  test('[BUDDY-4] five a second of one peer are followed, of each peer by itself', async () => {
    const { clock, hear, suspect, pings } = scene();
    const names = Array.from({ length: 20 }, (_, index) => `peer ${index}`);
    for (const peerId of names) hear(peerId);
    for (const peerId of names.slice(1)) suspect('peer 0', peerId);
    expect(new Set(pings.map(({ to }) => to)).size).toBe(5);
    suspect('peer 1', 'peer 15');
    expect(new Set(pings.map(({ to }) => to)).size).toBe(6);
    await clock.advance(600);
    hear('peer 19');
    await clock.advance(400);
    for (const peerId of names.slice(6)) suspect('peer 0', peerId);
    expect(new Set(pings.map(({ to }) => to)).size).toBe(11);
  });
});

describe('self-doubt', () => {
  /** Two fall silent at once. */
  async function allSilent() {
    const its = scene();
    for (const peerId of ['ana', 'bo']) its.hear(peerId);
    await its.clock.advance(silentAfterMs + 2_000);
    return its;
  }

  test('[DOUBT-1] all silent at once: nobody is gone, all are suspects, and it is said', async () => {
    const { news, liveness } = await allSilent();
    expect(news.toSorted()).toEqual(['ana suspect', 'bo suspect']);
    expect(liveness.isDoubtful()).toBe(true);
  });

  test('[DOUBT-1] our own beacon is no proof while there are others: a switch that fails takes them all', async () => {
    const { clock, hear, liveness, news } = scene();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(silentAfterMs + 1_000);
    liveness.heardSelf();
    await clock.advance(1_000);
    expect(news.toSorted()).toEqual(['ana suspect', 'bo suspect']);
  });

  test('[DOUBT-1] the only peer is gone if we heard ourselves since the asking began, and stays if not', async () => {
    const { clock, hear, liveness, news } = scene();
    hear('ana');
    await clock.advance(silentAfterMs - 1);
    liveness.heardSelf();
    await clock.advance(2_001);
    expect([news, liveness.isDoubtful()]).toEqual([['ana suspect'], true]);
    hear('ana');
    await clock.advance(silentAfterMs + 1);
    liveness.heardSelf();
    await clock.advance(1_999);
    expect(news).toEqual(['ana suspect', 'ana online', 'ana suspect', 'ana unreachable']);
  });

  test('[DOUBT-1] with nobody else heard since half a second after the first question, another is asked, one for all who are silent', async () => {
    const { clock, hear, askedOf, news } = scene();
    for (const peerId of ['ana', 'ben']) hear(peerId);
    await clock.advance(4_000);
    for (const peerId of ['bo', 'cleo']) hear(peerId);
    await clock.advance(silentAfterMs - 4_000 + 400);
    hear('bo');
    await clock.advance(399);
    expect([askedOf('bo').length, askedOf('cleo').length]).toEqual([0, 0]);
    await clock.advance(1);
    expect(askedOf('bo').length + askedOf('cleo').length).toBe(1);
    hear(askedOf('bo').length > 0 ? 'bo' : 'cleo');
    await clock.advance(1_200);
    expect(news).toEqual(['ana suspect', 'ben suspect', 'ana unreachable', 'ben unreachable']);
  });

  test('[DOUBT-1] without an adapter nobody is gone, whoever was heard just before', async () => {
    const { clock, hear, state, news } = scene();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(4_000);
    hear('bo');
    await clock.advance(silentAfterMs - 4_000 + 500);
    hear('bo');
    state.connected = false;
    await clock.advance(3_000);
    expect(news).toEqual(['ana suspect']);
  });

  test('[DOUBT-5] when one is heard again all suspects are asked, in the next hundredths of a second', async () => {
    const { clock, hear, askedOf, news, presenceOf } = await allSilent();
    const before = askedOf('bo').length;
    hear('ana');
    await clock.advance(2 * 10);
    expect([askedOf('bo').length - before, presenceOf('ana')]).toEqual([1, 'online']);
    // The first question has a second, because everybody asks everybody then; nineteen quick ones follow.
    await clock.advance(1_000);
    hear('ana');
    await clock.advance(1_900);
    expect(news.at(-1)).toBe('bo unreachable');
  });

  test('[DOUBT-1, HEALTH-2] nothing is doubtful any more when the suspects are back, or gone', async () => {
    const first = await allSilent();
    first.hear('ana');
    first.hear('bo');
    expect(first.liveness.isDoubtful()).toBe(false);
    const second = await allSilent();
    for (let passedMs = 0; passedMs < 30_000; passedMs += 1_000) {
      second.liveness.heardSelf();
      await second.clock.advance(1_000);
    }
    expect([second.news.slice(-2).toSorted(), second.liveness.isDoubtful()]).toEqual([['ana expired', 'bo expired'], false]);
  });

  test('[DOUBT-2] nobody expires while not even our own beacons come back, and after 35 s of it all do once they do', async () => {
    const { clock, news, liveness } = await allSilent();
    await clock.advance(600_000);
    expect(news).toHaveLength(2);
    expect(liveness.mayExpire()).toBe(false);
    liveness.heardSelf();
    await clock.advance(1_000);
    expect(news.slice(2).toSorted()).toEqual(['ana expired', 'bo expired']);
  });

  test('[DOUBT-2] nobody expires without an adapter', async () => {
    const { clock, state, news, liveness } = await allSilent();
    state.connected = false;
    for (let passedMs = 0; passedMs < 60_000; passedMs += 1_000) {
      liveness.heardSelf();
      await clock.advance(1_000);
    }
    expect(news).toHaveLength(2);
  });

  test('[DOUBT-3] starting over: silence begins anew, unanswered PINGs are forgotten', async () => {
    const { clock, hear, liveness, news, askedOf } = scene();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(silentAfterMs);
    hear('bo');
    await clock.advance(500);
    hear('bo');
    await clock.advance(1_450);
    expect(news).toEqual(['ana suspect']);
    liveness.startOver();
    await clock.advance(700);
    hear('bo');
    await clock.advance(1_299);
    expect([news, askedOf('ana').at(-1)?.unanswered]).toEqual([['ana suspect'], 19]);
  });

  test('[DOUBT-3] and a second later whoever was not heard since is asked, one after the other', async () => {
    const { clock, hear, liveness, pings } = scene();
    const names = Array.from({ length: 40 }, (_, index) => `peer ${index}`);
    for (const peerId of names) hear(peerId);
    await clock.advance(5_000);
    liveness.startOver();
    // What waited in our sockets was said long ago.
    hear('peer 0');
    await clock.advance(500);
    for (const peerId of names.slice(20)) hear(peerId);
    await clock.advance(499);
    expect(pings).toEqual([]);
    for (const passedMs of [600, 300, 101]) {
      await clock.advance(passedMs);
      hear('peer 39');
    }
    const firsts = pings.filter(({ unanswered }) => unanswered === 0);
    expect(new Set(firsts.map(({ to }) => to))).toEqual(new Set(names.slice(0, 20)));
    expect(new Set(firsts.map(({ atMs }) => atMs)).size).toBe(20);
  });

  test('[DOUBT-6] asleep nobody is asked, and what was being asked is dropped', async () => {
    const { clock, hear, liveness, state, news, pings } = scene();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(silentAfterMs + 50);
    state.awake = false;
    state.connected = false;
    liveness.close();
    const before = pings.length;
    await clock.advance(600_000);
    expect([pings.length - before, news]).toEqual([0, []]);
  });

  test('[SUP-4] closing leaves no timer of its own', async () => {
    const { clock, hear, liveness, registry } = scene();
    hear('ana');
    await clock.advance(silentAfterMs);
    liveness.startOver();
    registry.close();
    liveness.close();
    expect(clock.pendingTimers()).toBe(0);
  });
});
