import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { defaultPresenceOptions } from '../options.ts';
import { createProber } from './prober.ts';

function createProberFixture() {
  const clock = createFakeClock();
  const pings: { readonly to: string; readonly atMs: number; readonly nonce: Uint8Array; readonly unanswered: number }[] = [];
  const emitted: string[] = [];
  const late: string[] = [];
  const state = { maySend: true, lateMs: 0 };
  const prober = createProber(
    {
      clock: { ...clock, setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs + state.lateMs) },
      random: createSeededRandom('prober'),
      sendPing: (to, nonce, unanswered) => state.maySend && pings.push({ to, atMs: clock.monotonicMs(), nonce, unanswered }) > 0,
      onUnanswered: (peerId, unanswered) => emitted.push(`${peerId} ${unanswered} @${clock.monotonicMs()}`),
      onLate: (peerId, lateMs) => late.push(`${peerId} ${lateMs}`),
      onNoAnswer: (peerId, heard) => emitted.push(`${peerId} ${heard ? 'heard' : 'gone'} @${clock.monotonicMs()}`),
    },
    defaultPresenceOptions,
  );
  return { clock, prober, pings, emitted, late, state };
}

const nothing = new Uint8Array(8);

describe('a probe', () => {
  test('[PROBE-1, PROBE-5] sends 20 PINGs 100 ms apart, with one nonce and the count of unanswered ones', async () => {
    const { clock, prober, pings, emitted } = createProberFixture();
    prober.ask('ana', 'is-here');
    await clock.advance(60_000);
    expect(pings.map(({ to, atMs, unanswered }) => [to, atMs, unanswered])).toEqual(
      Array.from({ length: 20 }, (_, index) => ['ana', index * 100, index]),
    );
    expect(new Set(pings.map(({ nonce }) => nonce.join())).size).toBe(1);
    expect([emitted[0], emitted[2], emitted.length, emitted.at(-1)]).toEqual(['ana 1 @100', 'ana 3 @300', 20, 'ana gone @2000']);
    expect([prober.isAsking('ana'), clock.pendingTimers()]).toEqual([false, 0]);
  });

  test('[PROBE-8] waits when a PING must not be sent, without counting it', async () => {
    const { clock, prober, pings, emitted, state } = createProberFixture();
    state.maySend = false;
    prober.ask('ana', 'is-here');
    await clock.advance(1_000);
    expect([pings, emitted]).toEqual([[], []]);
    state.maySend = true;
    await clock.advance(60_000);
    expect([pings.length, pings[0]?.unanswered, emitted.at(-1)]).toEqual([20, 0, 'ana gone @3100']);
  });

  test('[PROBE-9] gives an answer as much time again as its timer was late, at most half a second', async () => {
    const { clock, prober, pings, state } = createProberFixture();
    for (const [lateMs, nextMs] of [
      [20, 120],
      [21, 163],
      [300, 1_000],
      [800, 2_200],
    ] as const) {
      const startedMs = clock.monotonicMs();
      pings.length = 0;
      state.lateMs = lateMs;
      prober.ask('ana', 'is-here');
      await clock.advance(nextMs);
      expect([lateMs, ...pings.map(({ atMs }) => atMs - startedMs)]).toEqual([lateMs, 0, nextMs]);
      prober.stop('ana');
    }
  });

  test('[PROBE-9] an answer that waited unread ends the probe before it counts as unanswered', async () => {
    const { clock, prober, pings, emitted, late, state } = createProberFixture();
    state.lateMs = 200;
    prober.ask('ana', 'is-here');
    await clock.advance(300);
    expect(prober.answered('ana', pings[0]?.nonce ?? nothing)).toBe(true);
    await clock.advance(60_000);
    expect([pings.length, emitted, late]).toEqual([1, [], ['ana 200']]);
  });

  test('[BUDDY-2] can give its first PING more time', async () => {
    const { clock, prober, pings, emitted } = createProberFixture();
    prober.ask('ana', 'hears-us', 300);
    await clock.advance(60_000);
    expect(pings.slice(0, 3).map(({ atMs }) => atMs)).toEqual([0, 300, 400]);
    expect(emitted.at(-1)).toBe('ana gone @2200');
  });

  test('[PROBE-3] is answered only by its own nonce from that peer, and only once', async () => {
    const { clock, prober, pings, emitted } = createProberFixture();
    prober.ask('ana', 'hears-us');
    prober.ask('bo', 'hears-us');
    const nonceOf = (name: string): Uint8Array => pings.find(({ to }) => to === name)?.nonce ?? nothing;
    const nonce = nonceOf('ana');
    expect(nonce).not.toEqual(nonceOf('bo'));
    expect([
      prober.answered('ana', nonceOf('bo')),
      prober.answered('ana', nonce.with(7, (nonce[7] ?? 0) ^ 1)),
      prober.answered('caro', nonce),
      prober.isAsking('ana'),
    ]).toEqual([false, false, false, true]);
    expect([prober.answered('ana', nonce), prober.answered('ana', nonce)]).toEqual([true, false]);
    prober.stop('bo');
    await clock.advance(60_000);
    expect([pings.length, emitted, clock.pendingTimers()]).toEqual([2, [], 0]);
    prober.ask('ana', 'is-here');
    expect(prober.answered('ana', nonce)).toBe(false);
  });

  test('[PROBE-2] for silence is answered by any sign of life', async () => {
    const { clock, prober, pings, emitted } = createProberFixture();
    prober.ask('ana', 'is-here');
    await clock.advance(450);
    prober.heard('ana');
    prober.heard('nobody');
    await clock.advance(60_000);
    expect([pings.length, emitted.length, clock.pendingTimers()]).toEqual([5, 4, 0]);
  });

  test('[PROBE-5, PROBE-6] for one-way is not answered by a sign of life, but reports it at the end', async () => {
    const { clock, prober, emitted } = createProberFixture();
    prober.ask('ana', 'hears-us');
    await clock.advance(1_000);
    prober.heard('ana');
    await clock.advance(60_000);
    expect(emitted.at(-1)).toBe('ana heard @2000');
  });

  test('[PROBE-5] ignores datagrams before the third unanswered PING, since the peer may have died after them', async () => {
    const { clock, prober, emitted } = createProberFixture();
    prober.ask('ana', 'hears-us');
    await clock.advance(250);
    prober.heard('ana');
    await clock.advance(60_000);
    expect(emitted.at(-1)).toBe('ana gone @2000');
  });

  test('[PROBE-6] for silence can become one for one-way, with the same nonce', async () => {
    const { clock, prober, pings, emitted } = createProberFixture();
    prober.ask('ana', 'is-here');
    await clock.advance(450);
    prober.ask('ana', 'hears-us');
    prober.ask('ana', 'is-here');
    prober.heard('ana');
    await clock.advance(60_000);
    expect([pings.length, new Set(pings.map(({ nonce }) => nonce.join())).size, emitted.at(-1)]).toEqual([
      20,
      1,
      'ana heard @2000',
    ]);
  });

  test('[DOUBT-3] resets its count after a stall, and ignores earlier datagrams', async () => {
    const { clock, prober, pings, emitted } = createProberFixture();
    prober.ask('ana', 'hears-us');
    await clock.advance(1_950);
    prober.heard('ana');
    prober.startOver();
    await clock.advance(60_000);
    expect(pings.map(({ unanswered }) => unanswered)).toEqual([...Array(20).keys(), ...Array(20).keys()]);
    expect(emitted.at(-1)).toBe('ana gone @4000');
  });

  test('[SUP-4] ends on close and leaves no timer', async () => {
    const { clock, prober, pings } = createProberFixture();
    prober.ask('ana', 'is-here');
    prober.ask('bo', 'hears-us', 300);
    prober.close();
    await clock.advance(60_000);
    expect([pings.length, clock.pendingTimers()]).toEqual([2, 0]);
  });
});
