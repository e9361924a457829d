import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { Clock } from '../../ports.ts';
import { createStallClock } from './stall-clock.ts';

/** A clock whose timers can be delayed, like those of a stalled process. */
function createStallClockFixture() {
  const fake = createFakeClock();
  const held: (() => void)[] = [];
  const log: string[] = [];
  let standing = false;
  const clock: Clock = {
    ...fake,
    setTimer: (callback, delayMs) => fake.setTimer(() => void (standing ? held.push(callback) : callback()), delayMs),
  };
  const stallClock = createStallClock(clock, 1_000, (lateMs) => log.push(`stall ${lateMs}`));
  return {
    clock: stallClock,
    log,
    advance: fake.advance,
    fake,
    async standStill(durationMs: number): Promise<void> {
      standing = true;
      await fake.advance(durationMs);
      standing = false;
      for (const run of held.splice(0)) run();
    },
  };
}

describe('the stall clock', () => {
  test('[DOUBT-3] reports a timer that is over a second late, and how late, before other callbacks run', async () => {
    const { clock, log, standStill } = createStallClockFixture();
    clock.setTimer(() => log.push('first'), 100);
    await standStill(60_100);
    expect(log).toEqual(['stall 60000', 'first']);
  });

  test('[DOUBT-3] reports a stall once for all timers that were due, and reports the next stall again', async () => {
    const { clock, log, standStill, advance } = createStallClockFixture();
    for (const delayMs of [100, 200, 30_000, 59_000]) clock.setTimer(() => log.push(`timer ${delayMs}`), delayMs);
    await standStill(60_000);
    expect(log).toEqual(['stall 59900', 'timer 100', 'timer 200', 'timer 30000', 'timer 59000']);
    log.length = 0;
    clock.setTimer(() => log.push('later'), 1_000);
    await advance(1_000);
    clock.setTimer(() => log.push('last'), 1_000);
    await standStill(5_000);
    expect(log).toEqual(['later', 'stall 4000', 'last']);
  });

  test('[DOUBT-3] does not report a delay of a second', async () => {
    const { clock, log, standStill } = createStallClockFixture();
    clock.setTimer(() => log.push('timer'), 100);
    await standStill(1_100);
    expect(log).toEqual(['timer']);
  });

  test('[DOUBT-3] otherwise matches the clock beneath: time, order and cancellation', async () => {
    const { clock, log, fake, advance } = createStallClockFixture();
    const undo = clock.setTimer(() => log.push('undone'), 50);
    clock.setTimer(() => log.push('second'), 200);
    clock.setTimer(() => log.push('first'), 100);
    undo();
    await advance(1_000);
    expect([log, clock.monotonicMs(), clock.wallMs()]).toEqual([['first', 'second'], fake.monotonicMs(), fake.wallMs()]);
  });
});
