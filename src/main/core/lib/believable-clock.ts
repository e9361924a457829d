/**
 * Whether the wall clock may decide what is old. One start with a clock that is a year ahead must
 * not cost the whole history, so it is believed only if something else agrees. Pure.
 */
import type { Clock } from '../ports.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * A clock that is no further ahead of the last message, or of what it said a day before, is
 * believed. People are away for a week, and computers sleep for some days; a clock that is wrong is
 * mostly wrong by months or years.
 */
const maxAheadMs = 7 * dayMs;

export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function readClock(clock: Pick<Clock, 'wallMs' | 'monotonicMs'>): ClockReading {
  return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
}

/**
 * @param latestMs when the last message came
 * @param before a reading a day ago or so
 */
export function isClockBelievable(now: ClockReading, latestMs: number, before: ClockReading | undefined): boolean {
  if (now.wallMs - latestMs <= maxAheadMs) return true;
  if (!before) return false;
  const expectedMs = before.wallMs + (now.monotonicMs - before.monotonicMs);
  return Math.abs(now.wallMs - expectedMs) <= maxAheadMs;
}
