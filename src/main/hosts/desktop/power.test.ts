import { EventEmitter } from 'node:events';
import type { PowerMonitor } from 'electron';
import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { followPower, sleepLimitMs } from './power.ts';

function createPowerFixture(suspend: () => Promise<void> = () => Promise.resolve()) {
  const clock = createFakeClock();
  const done: string[] = [];
  const monitor = new EventEmitter();
  const presence = {
    suspend: () => {
      done.push('suspend');
      return suspend();
    },
    resume: () => void done.push('resume'),
  };
  const log = { write: (level: string, message: string) => level === 'error' && done.push(message) };
  const undo = followPower(monitor as PowerMonitor, { clock, presence, log }, () => void done.push('quit'));
  return { clock, done, monitor, undo };
}

it('[DOUBT-6] says goodbye before sleep and joins anew after it, and when the screen is unlocked', () => {
  const { done, monitor } = createPowerFixture();
  for (const event of ['suspend', 'resume', 'lock-screen', 'unlock-screen']) monitor.emit(event);
  expect(done).toEqual(['suspend', 'resume', 'resume']);
});

it('[DOUBT-6] does not stay silent when sleep was called off without a word', async () => {
  const { clock, done, monitor } = createPowerFixture();
  monitor.emit('suspend');
  await clock.advance(sleepLimitMs - 1);
  monitor.emit('suspend');
  await clock.advance(sleepLimitMs - 1);
  expect(done).toEqual(['suspend', 'suspend']);
  await clock.advance(1);
  expect(done).toEqual(['suspend', 'suspend', 'resume']);
  await clock.advance(sleepLimitMs);
  expect(done).toHaveLength(3);
});

it('[BYE-1] leaves with a goodbye when the computer is shut down, and does not come back', () => {
  const { done, monitor } = createPowerFixture();
  let isHeldUp = false;
  monitor.emit('shutdown', { preventDefault: () => (isHeldUp = true) });
  monitor.emit('unlock-screen');
  expect([isHeldUp, done]).toEqual([true, ['quit']]);
  monitor.emit('shutdown');
  expect(done).toEqual(['quit', 'quit']);
});

it('survives a goodbye that fails', async () => {
  const { clock, done, monitor } = createPowerFixture(() => Promise.reject(new Error('the adapter is gone')));
  monitor.emit('suspend');
  await clock.advance(0);
  expect(done).toEqual(['suspend', 'could not say goodbye before sleep']);
});

it('leaves nothing behind', () => {
  const { clock, done, monitor, undo } = createPowerFixture();
  monitor.emit('suspend');
  undo();
  for (const event of ['suspend', 'resume', 'unlock-screen', 'shutdown']) monitor.emit(event);
  expect([done, monitor.eventNames(), clock.pendingTimers()]).toEqual([['suspend'], [], 0]);
});
