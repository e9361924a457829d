/** Self-health: a node that doubts its own network removes no peer. */
import { describe, expect, test } from 'vitest';
import { createFailureDetectorFixture, silentAfterMs } from '../../../../../test/fixtures/failure-detector.ts';

describe('self-health', () => {
  /** Makes two peers fall silent at once. */
  async function allSilent() {
    const its = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) its.hear(peerId);
    await its.clock.advance(silentAfterMs + 2_000);
    return its;
  }

  test('[DOUBT-1] if all peers fall silent at once, all are suspect, none leaves, and health reports it', async () => {
    const { news, failureDetector } = await allSilent();
    expect(news.toSorted()).toEqual(['ana suspect', 'bo suspect']);
    expect(failureDetector.isDoubtful()).toBe(true);
  });

  test('[DOUBT-1] hearing our own beacon proves nothing with several peers, since a switch may have failed', async () => {
    const { clock, hear, failureDetector, news } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(silentAfterMs + 1_000);
    failureDetector.heardSelf();
    await clock.advance(1_000);
    expect(news.toSorted()).toEqual(['ana suspect', 'bo suspect']);
  });

  test('[DOUBT-1] the only peer leaves if we heard our own beacon during the probe, and stays if not', async () => {
    const { clock, hear, failureDetector, news } = createFailureDetectorFixture();
    hear('ana');
    await clock.advance(silentAfterMs - 1);
    failureDetector.heardSelf();
    await clock.advance(2_001);
    expect([news, failureDetector.isDoubtful()]).toEqual([['ana suspect'], true]);
    hear('ana');
    await clock.advance(silentAfterMs + 1);
    failureDetector.heardSelf();
    await clock.advance(1_999);
    expect(news).toEqual(['ana suspect', 'ana online', 'ana suspect', 'ana unreachable']);
  });

  test('[DOUBT-1] if no other peer is heard for half a second, one more peer is probed as a witness', async () => {
    const { clock, hear, askedOf, news } = createFailureDetectorFixture();
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

  test('[DOUBT-1] a peer that falls silent makes us send a beacon only if no other was heard lately', async () => {
    for (const [isOtherHeard, expected] of [
      [false, 2],
      [true, 0],
    ] as const) {
      const { clock, hear, beacons } = createFailureDetectorFixture();
      for (const peerId of ['ana', 'bo']) hear(peerId);
      await clock.advance(silentAfterMs - 100);
      if (isOtherHeard) hear('bo');
      await clock.advance(450);
      expect([isOtherHeard, beacons()]).toEqual([isOtherHeard, expected]);
    }
  });

  test('[DOUBT-1] without an adapter no peer leaves, even if another was just heard', async () => {
    const { clock, hear, state, news } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(4_000);
    hear('bo');
    await clock.advance(silentAfterMs - 4_000 + 500);
    hear('bo');
    state.connected = false;
    await clock.advance(3_000);
    expect(news).toEqual(['ana suspect']);
  });

  test('[DOUBT-5] once one suspect is heard again, all others are probed within hundredths of a second', async () => {
    const { clock, hear, askedOf, news, presenceOf } = await allSilent();
    const before = askedOf('bo').length;
    hear('ana');
    await clock.advance(2 * 10);
    expect([askedOf('bo').length - before, presenceOf('ana')]).toEqual([1, 'online']);
    // The first PING gets a second, because all nodes probe at once then. Nineteen quick ones
    // follow.
    await clock.advance(1_000);
    hear('ana');
    await clock.advance(1_900);
    expect(news.at(-1)).toBe('bo unreachable');
  });

  test('[DOUBT-7] while our process is late, another peer proves something only if it is heard as much later', async () => {
    for (const [heardMs, expected] of [
      [2_300, []],
      [3_000, ['ana unreachable']],
    ] as const) {
      const { clock, hear, state, news } = createFailureDetectorFixture();
      for (const peerId of ['ana', 'bo']) hear(peerId);
      await clock.advance(4_000);
      hear('bo');
      await clock.advance(silentAfterMs - 4_000);
      // Each PING takes 400 ms now, and all timers together are 2 s late.
      state.lateMs = 100;
      hear('bo');
      await clock.advance(heardMs);
      hear('bo');
      await clock.advance(9_000 - heardMs);
      expect([heardMs, news.filter((change) => change.endsWith('unreachable'))]).toEqual([heardMs, expected]);
    }
  });

  test('[DOUBT-8] what ends a doubt is no proof for the probes that begin anew, should the network fail again', async () => {
    const { clock, hear, failureDetector, news } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'ben']) hear(peerId);
    await clock.advance(1_000);
    hear('cleo');
    // The probe of Cleo is 1.5 s old when Ana, whose own went unanswered, is heard for a moment.
    await clock.advance(silentAfterMs + 1_500);
    hear('ana');
    await clock.advance(6_000);
    expect(news.filter((change) => change.endsWith('unreachable'))).toEqual([]);
    expect(failureDetector.isDoubtful()).toBe(true);
  });

  test('[DOUBT-1, HEALTH-2] the doubt ends when the suspects are back or gone', async () => {
    const first = await allSilent();
    first.hear('ana');
    first.hear('bo');
    expect(first.failureDetector.isDoubtful()).toBe(false);
    const second = await allSilent();
    for (let passedMs = 0; passedMs < 30_000; passedMs += 1_000) {
      second.failureDetector.heardSelf();
      await second.clock.advance(1_000);
    }
    expect([second.news.slice(-2).toSorted(), second.failureDetector.isDoubtful()]).toEqual([
      ['ana expired', 'bo expired'],
      false,
    ]);
  });

  test('[DOUBT-2] no peer expires until our own beacons come back; after 35 s of silence all expire then', async () => {
    const { clock, news, failureDetector } = await allSilent();
    await clock.advance(600_000);
    expect(news).toHaveLength(2);
    expect(failureDetector.mayExpire()).toBe(false);
    failureDetector.heardSelf();
    await clock.advance(1_000);
    expect(news.slice(2).toSorted()).toEqual(['ana expired', 'bo expired']);
  });

  test('[DOUBT-2] no peer expires without an adapter', async () => {
    const { clock, state, news, failureDetector } = await allSilent();
    state.connected = false;
    for (let passedMs = 0; passedMs < 60_000; passedMs += 1_000) {
      failureDetector.heardSelf();
      await clock.advance(1_000);
    }
    expect(news).toHaveLength(2);
  });

  test('[DOUBT-3] starting over resets silence and unanswered PINGs', async () => {
    const { clock, hear, failureDetector, news, askedOf } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(silentAfterMs);
    hear('bo');
    await clock.advance(500);
    hear('bo');
    await clock.advance(1_450);
    expect(news).toEqual(['ana suspect']);
    failureDetector.startOver('network');
    await clock.advance(700);
    hear('bo');
    await clock.advance(1_299);
    expect([news, askedOf('ana').at(-1)?.unanswered]).toEqual([['ana suspect'], 19]);
  });

  test('[DOUBT-3] a second after starting over, peers not heard since are probed one after the other', async () => {
    const { clock, hear, failureDetector, pings } = createFailureDetectorFixture();
    const names = Array.from({ length: 40 }, (_, index) => `peer ${index}`);
    for (const peerId of names) hear(peerId);
    await clock.advance(5_000);
    failureDetector.startOver('network');
    // This datagram waited in our sockets, so it is no recent sign of life.
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

  test('[DOUBT-3] a second stall within 30 s resets silence again, and probes no peer', async () => {
    const { clock, hear, failureDetector, askedOf } = createFailureDetectorFixture();
    const probes: number[] = [];
    for (let stalls = 0; stalls < 5; stalls += 1) {
      hear('ana');
      await clock.advance(5_000);
      failureDetector.startOver('stall');
      await clock.advance(1_050);
      probes.push(askedOf('ana').filter(({ unanswered }) => unanswered === 0).length);
      hear('ana');
      await clock.advance(2_000);
    }
    // The stalls are 8 s apart, so the last one is 32 s after the first.
    expect(probes).toEqual([1, 1, 1, 1, 2]);
  });

  test('[DOUBT-6] a suspended node probes no peer and drops its current probes', async () => {
    const { clock, hear, failureDetector, state, news, pings } = createFailureDetectorFixture();
    for (const peerId of ['ana', 'bo']) hear(peerId);
    await clock.advance(silentAfterMs + 50);
    state.awake = false;
    state.connected = false;
    failureDetector.close();
    const before = pings.length;
    await clock.advance(600_000);
    expect([pings.length - before, news]).toEqual([0, []]);
  });

  test('[SUP-4] closing leaves no timer of its own', async () => {
    const { clock, hear, failureDetector, registry } = createFailureDetectorFixture();
    hear('ana');
    await clock.advance(silentAfterMs);
    failureDetector.startOver('network');
    registry.close();
    failureDetector.close();
    expect(clock.pendingTimers()).toBe(0);
  });
});
