/** The failure detector: silent peers, and peers that do not hear us. */
import { describe, expect, test } from 'vitest';
import { createFailureDetectorFixture, silentAfterMs } from '../../../../../test/fixtures/failure-detector.ts';

describe('a silent peer', () => {
  test('[PROBE-1] is probed after 1.5 of its intervals plus half a second of silence', async () => {
    const { clock, hear, askedOf } = createFailureDetectorFixture();
    hear('ana');
    await clock.advance(silentAfterMs - 1);
    expect(askedOf('ana')).toEqual([]);
    await clock.advance(1);
    expect(askedOf('ana')).toHaveLength(1);
  });

  test('[PROBE-4, PROBE-5] is suspect after three unanswered PINGs, and unreachable after twenty if another peer is heard', async () => {
    const { clock, hear, news, presenceOf } = createFailureDetectorFixture();
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

  test('[PROBE-2] is no longer probed once it sends anything', async () => {
    const { clock, hear, news, askedOf } = createFailureDetectorFixture();
    hear('ana');
    await clock.advance(silentAfterMs + 350);
    hear('ana');
    await clock.advance(5_000);
    expect([askedOf('ana').length, news]).toEqual([4, ['ana suspect', 'ana online']]);
  });

  test('[PROBE-2] stays listed if it only answers probes', async () => {
    const { clock, hear, answer, news, pings } = createFailureDetectorFixture();
    hear('ana');
    for (let passedMs = 0; passedMs < 300_000; passedMs += 100) {
      await clock.advance(100);
      if (pings.some(({ atMs }) => atMs === clock.monotonicMs())) answer();
    }
    expect(news).toEqual([]);
    expect(pings.length).toBeGreaterThan(30);
  });

  test('[CALL-6] is not probed by a passive node, and expires', async () => {
    const { clock, hear, news, pings } = createFailureDetectorFixture({ isPassive: () => true });
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
  test('[PROBE-6] is probed after three unanswered PINGs of its own, and is one-way without a PONG', async () => {
    const { clock, hear, ping, news, askedOf } = createFailureDetectorFixture();
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

  test('[PROBE-6] is one-way after fifteen unanswered PINGs of its own, if ours are unanswered too', async () => {
    const { clock, hear, ping, news } = createFailureDetectorFixture();
    hear('ana');
    for (let unanswered = 3; unanswered < 15; unanswered += 1) {
      ping('ana', unanswered);
      await clock.advance(100);
    }
    expect(news).toEqual([]);
    ping('ana', 15);
    expect(news).toEqual(['ana one-way']);
  });

  test('[PROBE-6] is probed, not one-way, if its first PING heard here already counts fifteen unanswered', () => {
    const { hear, ping, news, askedOf } = createFailureDetectorFixture();
    hear('ana');
    ping('ana', 15);
    expect([news, askedOf('ana').length]).toEqual([[], 1]);
  });

  test('[PROBE-6, PROBE-5] is not probed again once it is one-way, and stays listed while it sends', async () => {
    const { clock, hear, ping, news, pings } = createFailureDetectorFixture();
    hear('ana', 'one-way');
    hear('bo');
    ping('ana', 19);
    await clock.advance(4_000);
    hear('bo');
    await clock.advance(silentAfterMs - 4_001);
    expect([news, pings]).toEqual([[], []]);
  });

  test('[PROBE-3, PROBE-6] stays online if its PONG arrives', async () => {
    const { clock, hear, ping, answer, news, askedOf } = createFailureDetectorFixture();
    hear('ana');
    ping('ana', 3);
    await clock.advance(1_450);
    answer();
    await clock.advance(3_000);
    expect([askedOf('ana').length, news]).toEqual([15, []]);
  });
});
