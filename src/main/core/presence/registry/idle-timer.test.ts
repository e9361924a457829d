import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { defaultPresenceOptions } from '../options.ts';
import { createIdleTimer } from './idle-timer.ts';

const { expiryMs } = defaultPresenceOptions;
const intervalMs = 5_000;

/** An idle timer, and a log of what it emitted. */
function createSilenceTimerFixture(mayExpire = true) {
  const clock = createFakeClock();
  const emitted: string[] = [];
  const note = (peerId: string, what: string): void => void emitted.push(`${peerId} ${what} @${Math.round(clock.monotonicMs())}`);
  const silence = createIdleTimer(
    {
      clock,
      mayExpire: () => mayExpire,
      onSilent: (peerId) => note(peerId, 'silent'),
      onExpired: (peerId) => note(peerId, 'expired'),
    },
    defaultPresenceOptions,
  );
  return { clock, silence, emitted };
}

test('[PROBE-1] silence is emitted once, after 1.5 announced intervals plus half a second', async () => {
  const { clock, silence, emitted } = createSilenceTimerFixture();
  silence.heard('ana', intervalMs);
  silence.heard('bo', 15_000);
  // A peer cannot delay its probe by announcing an interval above the maximum.
  silence.heard('caro', 60_000);
  await clock.advance(expiryMs - 1);
  expect(emitted).toEqual(['ana silent @8000', 'bo silent @23000', 'caro silent @23000']);
});

test('[PROBE-1] each new silence is emitted again', async () => {
  const { clock, silence, emitted } = createSilenceTimerFixture();
  silence.heard('ana', intervalMs);
  for (let count = 0; count < 3; count += 1) {
    await clock.advance(8_500);
    silence.heard('ana', intervalMs);
  }
  await clock.advance(10_000);
  expect(emitted).toEqual(['ana silent @8000', 'ana silent @16500', 'ana silent @25000', 'ana silent @33500']);
});

test('[DOUBT-3] a reset restarts the idle timer of each peer', async () => {
  const { clock, silence, emitted } = createSilenceTimerFixture();
  silence.heard('ana', intervalMs);
  await clock.advance(7_000);
  silence.resetAll();
  await clock.advance(3_000);
  expect(emitted).toEqual([]);
  await clock.advance(5_000);
  silence.resetAll();
  await clock.advance(expiryMs - 1);
  expect(emitted).toEqual(['ana silent @15000', 'ana silent @23000']);
  await clock.advance(1);
  expect(emitted.at(-1)).toBe('ana expired @50000');
});

test('[DOUBT-2] while expiry is suspended no peer is removed, at any fraction of a millisecond', async () => {
  const { clock, silence, emitted } = createSilenceTimerFixture(false);
  const random = createSeededRandom('fractions');
  // Just below a power of two, above which a number has one bit less for its fraction.
  await clock.advance(2 ** 20 - 20_000);
  for (let peer = 0; peer < 250; peer += 1) {
    await clock.advance(random.fraction() * 40);
    silence.heard(`peer ${peer}`, intervalMs);
  }
  await clock.advance(120_000);
  expect(emitted.filter((what) => what.includes('expired'))).toEqual([]);
  // Each peer is checked repeatedly, and none stays due for ever.
  expect(emitted).toHaveLength(250);
});

test('[REG-4] a removed peer emits nothing, and closing leaves no timer', async () => {
  const { clock, silence, emitted } = createSilenceTimerFixture();
  silence.heard('ana', intervalMs);
  silence.heard('bo', intervalMs);
  silence.forget('ana');
  await clock.advance(expiryMs);
  expect(emitted).toEqual(['bo silent @8000', `bo expired @${expiryMs}`]);
  silence.heard('caro', intervalMs);
  silence.close();
  silence.heard('dana', intervalMs);
  expect(clock.pendingTimers()).toBe(0);
});
