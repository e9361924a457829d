import { expect, test } from 'vitest';
import { addSample, noSpeed, secondsLeft, type Speed } from './transfer-speed.ts';

function after(...samples: readonly (readonly [atMs: number, doneBytes: number])[]): Speed {
  return samples.reduce((speed, [atMs, doneBytes]) => addSample(speed, { atMs, doneBytes }), noSpeed);
}

test('the first half second says nothing', () => {
  expect(after([0, 0]).bytesPerSecond).toBeUndefined();
  expect(after([0, 0], [500, 5_000]).bytesPerSecond).toBeUndefined();
});

test('a steady transfer has its speed', () => {
  expect(after([0, 0], [1_000, 2_000]).bytesPerSecond).toBe(2_000);
  expect(after([0, 0], [1_000, 2_000], [1_200, 2_400], [1_400, 2_800]).bytesPerSecond).toBeCloseTo(2_000);
});

test('a change counts more the longer it lasts', () => {
  const steady = [
    [0, 0],
    [1_000, 10_000],
  ] as const;
  const soon = after(...steady, [1_200, 10_000]).bytesPerSecond ?? 0;
  const later = after(...steady, [7_000, 10_000]).bytesPerSecond ?? 0;
  expect(soon).toBeGreaterThan(8_000);
  expect(later).toBeLessThan(2_000);
});

test('two samples of one moment change nothing', () => {
  expect(after([0, 0], [1_000, 2_000], [1_000, 9_000]).bytesPerSecond).toBe(2_000);
});

test('what begins anew has no speed yet', () => {
  expect(after([0, 0], [1_000, 2_000], [1_200, 100]).bytesPerSecond).toBeUndefined();
});

test('the time left follows from the speed, and nothing is said while nothing moves', () => {
  expect(secondsLeft(10_000, 4_000, 2_000)).toBe(3);
  expect(secondsLeft(10_000, 12_000, 2_000)).toBe(0);
  expect(secondsLeft(10_000, 4_000, 0)).toBeUndefined();
  expect(secondsLeft(10_000, 4_000, undefined)).toBeUndefined();
});
