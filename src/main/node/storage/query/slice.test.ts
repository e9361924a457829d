import { describe, expect, it } from 'vitest';
import { createSlice } from './slice.ts';

/** @returns a clock that a test sets */
function createSettableClock(): { nowMs: number; monotonicMs: () => number } {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  return clock;
}

describe('a slice', () => {
  it('[STORE-12] ends after its time, however short the texts are', () => {
    const clock = createSettableClock();
    const slice = createSlice(clock);
    slice.spend(1);
    clock.nowMs = 7;
    expect(slice.isSpent()).toBe(false);
    clock.nowMs = 8;
    expect(slice.isSpent()).toBe(true);
  });

  it('[STORE-12] ends after its characters, however fast they were', () => {
    const slice = createSlice(createSettableClock());
    slice.spend(65_000);
    expect(slice.isSpent()).toBe(false);
    slice.spend(536);
    expect(slice.isSpent()).toBe(true);
  });

  it('[STORE-12] brings more than one row when the look-up before the first one took long', () => {
    const clock = createSettableClock();
    const slice = createSlice(clock, 'first-row');
    clock.nowMs = 30;
    slice.spend(100);
    expect(slice.isSpent()).toBe(false);
    clock.nowMs = 38;
    expect(slice.isSpent()).toBe(true);
  });
});
