import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { createSeededRandom } from './seeded-random.ts';

test('time passes only as far as it is advanced', async () => {
  const clock = createFakeClock({ wallMs: 1_000 });
  const ran: number[] = [];
  for (const delayMs of [5, 10, 10.5]) clock.setTimer(() => ran.push(clock.monotonicMs()), delayMs);
  await clock.advance(10);
  expect({ ran, monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), pending: clock.pendingTimers() }).toEqual({
    ran: [5, 10],
    monotonicMs: 10,
    wallMs: 1_010,
    pending: 1,
  });
});

test('the wall clock may jump; the monotonic one and its timers do not notice', async () => {
  const clock = createFakeClock({ wallMs: 1_000 });
  const ran: number[] = [];
  clock.setTimer(() => ran.push(clock.wallMs()), 5);
  clock.jumpWall(3_600_000);
  await clock.advance(4);
  expect(ran).toEqual([]);
  await clock.advance(1);
  expect(ran).toEqual([3_601_005]);
});

test('promises that a timer settles go on before the next instant, however long their chain', async () => {
  const clock = createFakeClock();
  const ran: string[] = [];
  clock.setTimer(() => void followUp(), 1);
  clock.setTimer(() => ran.push('next instant'), 1.001);
  async function followUp(): Promise<void> {
    for (let link = 0; link < 100; link += 1) await Promise.resolve();
    ran.push('followed up');
    clock.setTimer(() => ran.push('set meanwhile'), 0);
  }
  await clock.advance(2);
  expect(ran).toEqual(['followed up', 'set meanwhile', 'next instant']);
});

test('what was begun before advancing may still set a timer that is due', async () => {
  const clock = createFakeClock();
  const ran: string[] = [];
  void Promise.resolve().then(() => clock.setTimer(() => ran.push('ran'), 1));
  await clock.advance(1);
  expect(ran).toEqual(['ran']);
});

test('thousands of timers, set and undone at random, run in order of due time and creation', async () => {
  const clock = createFakeClock();
  const random = createSeededRandom('order');
  const expected: { dueMs: number; label: number }[] = [];
  const ran: number[] = [];
  for (let label = 0; label < 5_000; label += 1) {
    const dueMs = Math.floor(random.fraction() * 200);
    const undo = clock.setTimer(() => ran.push(label), dueMs);
    if (random.fraction() < 0.7) undo();
    else expected.push({ dueMs, label });
  }
  expect(clock.pendingTimers()).toBe(expected.length);
  await clock.advance(200);
  expect(ran).toEqual(
    expected.sort((one, other) => one.dueMs - other.dueMs || one.label - other.label).map(({ label }) => label),
  );
});

test('what a timer throws reaches whoever advances, and the clock can be advanced again', async () => {
  const clock = createFakeClock();
  clock.setTimer(() => {
    throw new Error('a bug');
  }, 1);
  await expect(clock.advance(5)).rejects.toThrow('a bug');
  await clock.advance(1);
  expect(clock.monotonicMs()).toBe(2);
});

test('timers of 0 that set each other for ever are found out', async () => {
  const clock = createFakeClock();
  const again = (): void => void clock.setTimer(again, 0);
  again();
  await expect(clock.advance(1)).rejects.toThrow('endless loop');
});

test('times that make no sense are refused', async () => {
  const clock = createFakeClock();
  for (const wrong of [-1, Number.NaN, Infinity]) {
    await expect(clock.advance(wrong)).rejects.toThrow(RangeError);
  }
  const first = clock.advance(1);
  await expect(clock.advance(1)).rejects.toThrow('already');
  await first;
});
