import { expect, it, test } from 'vitest';
import { createSeededRandom } from '../../../../test/fakes/seeded-random.ts';
import { awayAgainAfterMs, firstAwayState, isIdleKnown, nextAwayState, unprovedLimitMs, type AwayEvent } from './away-state.ts';

const minuteMs = 60_000;
const limitMs = 10 * minuteMs;
const sampleMs = 5_000;

/** An hour of samples of that source. @returns what changed, and the state at the end */
function watch(idleAt: (nowMs: number) => number | undefined, given: readonly (readonly [number, AwayEvent])[] = []) {
  let state = firstAwayState(0);
  const changes: { readonly atMs: number; readonly isAway: boolean }[] = [];
  const samples = Array.from({ length: (60 * minuteMs) / sampleMs }, (_, index) => {
    const atMs = index * sampleMs;
    return [atMs, { type: 'sampled', idleMs: idleAt(atMs) }] as const;
  });
  for (const [atMs, event] of [...samples, ...given].toSorted(([a], [b]) => a - b)) {
    const next = nextAwayState(state, event, { isOn: true, limitMs }, atMs);
    if (next.isAway !== state.isAway) changes.push({ atMs, isAway: next.isAway });
    state = next;
  }
  return { changes, state };
}

/** A user who works for some minutes and then leaves for some. */
function idleOfWorker(nowMs: number): number {
  const inCycleMs = nowMs % (20 * minuteMs);
  return inCycleMs < 5 * minuteMs ? (inCycleMs % 15_000) + 1 : inCycleMs - 5 * minuteMs;
}

test('[AWAY-1] a user who leaves is away after the limit, and back with the first input', () => {
  expect(watch(idleOfWorker).changes).toEqual([
    { atMs: 15 * minuteMs, isAway: true },
    { atMs: 20 * minuteMs, isAway: false },
    { atMs: 35 * minuteMs, isAway: true },
    { atMs: 40 * minuteMs, isAway: false },
    { atMs: 55 * minuteMs, isAway: true },
  ]);
});

it.each<[string, (nowMs: number) => number | undefined]>([
  ['is 0 for ever', () => 0],
  ['is never 0', () => 20 * minuteMs],
  ['only rises', (nowMs) => nowMs + 3_000],
  ['cannot be read', () => undefined],
  ['cannot be read now and then', (nowMs) => (nowMs % 30_000 === 0 ? undefined : 20 * minuteMs)],
])('[AWAY-4] an idle time that %s makes nobody away', (_what, idleAt) => {
  expect(watch(idleAt).changes).toEqual([]);
});

test('[AWAY-5] an idle time that misses input in our window does not count, until it follows the user again', () => {
  const frozenAtMs = 6 * minuteMs;
  const missesKeys = (nowMs: number): number => (nowMs < frozenAtMs ? idleOfWorker(nowMs) : nowMs - frozenAtMs);
  const typing = Array.from({ length: 600 }, (_, index) => [frozenAtMs + index * 5_000, { type: 'active' }] as const);
  const { changes, state } = watch(missesKeys, typing);
  expect({ changes, trust: state.trust }).toEqual({ changes: [], trust: 'unproved' });
});

test('[AWAY-6] whatever a source says, there is at most one change a minute', () => {
  const random = createSeededRandom(7);
  const { changes } = watch(() => (random.fraction() < 0.5 ? 0 : 20 * minuteMs));
  const aways = changes.filter(({ isAway }) => isAway);
  const closest = aways.slice(1).map(({ atMs }, index) => atMs - (aways[index]?.atMs ?? 0));
  expect({ some: changes.length > 10, many: changes.length > 60, closest: Math.min(...closest) >= awayAgainAfterMs }).toEqual({
    some: true,
    many: false,
    closest: true,
  });
});

test('[AWAY-2] a locked screen makes away at once, even without idle time', () => {
  const { changes } = watch(
    () => 0,
    [
      [90_001, { type: 'locked', isLocked: true }],
      [200_001, { type: 'locked', isLocked: false }],
    ],
  );
  expect(changes).toEqual([
    { atMs: 90_001, isAway: true },
    { atMs: 200_001, isAway: false },
  ]);
});

test('[AWAY-3] turned off, nothing makes away, and it ends at once', () => {
  let state = firstAwayState(0);
  for (const isOn of [true, false]) state = nextAwayState(state, { type: 'locked', isLocked: true }, { isOn, limitMs }, 1_000);
  expect(state.isAway).toBe(false);
});

test('[AWAY-7] it is known after a while whether idle time works here', () => {
  const fresh = firstAwayState(0);
  const trusted = watch(idleOfWorker).state;
  expect([isIdleKnown(fresh, unprovedLimitMs - 1), isIdleKnown(fresh, unprovedLimitMs), isIdleKnown(trusted, 0)]).toEqual([
    undefined,
    false,
    true,
  ]);
});
