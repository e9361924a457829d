import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { createSettings } from '../settings/settings.ts';
import { createAutoAway } from './auto-away.ts';
import { unprovedLimitMs } from './away-state.ts';

const minuteMs = 60_000;

/** A user before a system that tells the truth. */
function createAwayFixture() {
  const clock = createFakeClock();
  const settings = createSettings({ checks: {} });
  const locks = createEmitter<boolean>();
  const changes: { readonly atMs: number; readonly isAway: boolean }[] = [];
  let inputAtMs = 0;
  const away = createAutoAway({
    clock,
    getSetting: settings.get,
    onChange: () => changes.push({ atMs: clock.monotonicMs(), isAway: away.isAway() }),
  });
  settings.subscribe(away.review);
  const source = { idleMs: () => clock.monotonicMs() - inputAtMs, onLock: locks.subscribe };
  return {
    ...{ clock, settings, locks, changes, away, source },
    input: () => void (inputAtMs = clock.monotonicMs()),
    async work(durationMs: number) {
      for (let passedMs = 0; passedMs < durationMs; passedMs += 7_000) {
        inputAtMs = clock.monotonicMs();
        await clock.advance(7_000);
      }
    },
  };
}

test('[AWAY-1] a return is noticed within 2 s', async () => {
  const { clock, changes, away, source, work, input } = createAwayFixture();
  away.area.follow(source);
  await work(minuteMs);
  await clock.advance(15 * minuteMs);
  input();
  const returnedAtMs = clock.monotonicMs();
  await clock.advance(2_000);
  expect(changes).toMatchObject([{ isAway: true }, { isAway: false }]);
  expect((changes[1]?.atMs ?? Infinity) - returnedAtMs).toBeLessThanOrEqual(2_000);
});

test('[AWAY-3] the settings apply at once', async () => {
  const { clock, changes, away, source, work, settings } = createAwayFixture();
  away.area.follow(source);
  await work(minuteMs);
  await clock.advance(3 * minuteMs);
  settings.put({ autoAwayMinutes: 2 });
  settings.put({ autoAway: false });
  expect(changes.map(({ isAway }) => isAway)).toEqual([true, false]);
});

test('[AWAY-7] it tells once that idle time is of no use here, and that it is', async () => {
  const { clock, away } = createAwayFixture();
  const told: boolean[] = [];
  let idleMs = 0;
  const own = createAutoAway({
    clock,
    getSetting: createSettings({ checks: {} }).get,
    onChange: () => told.push(own.cannotTell()),
  });
  own.area.follow({ idleMs: () => idleMs });
  await clock.advance(unprovedLimitMs + minuteMs);
  const known = own.area.idleTime();
  for (idleMs = 60_000; idleMs >= 0; idleMs -= 60_000) await clock.advance(10_000);
  expect({ told, known, now: own.area.idleTime(), without: away.cannotTell() }).toEqual({
    told: [true, false],
    known: 'unavailable',
    now: 'works',
    without: false,
  });
});

test('input in one of our windows ends it without a sample', async () => {
  const { clock, changes, away, source, work } = createAwayFixture();
  away.area.follow(source);
  await work(minuteMs);
  await clock.advance(11 * minuteMs);
  away.area.active();
  expect(changes.map(({ isAway }) => isAway)).toEqual([true, false]);
});

test('without a source nobody is away; the end of one brings the user back and leaves no timer', () => {
  const { clock, changes, away, source, locks } = createAwayFixture();
  const before = away.area.idleTime();
  const stop = away.area.follow(source);
  locks.emit(true);
  const during = away.area.idleTime();
  stop();
  locks.emit(true);
  expect([before, during, changes.map(({ isAway }) => isAway), clock.pendingTimers()]).toEqual([
    'unavailable',
    'learning',
    [true, false],
    0,
  ]);
});
