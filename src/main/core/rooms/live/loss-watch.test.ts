import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createLossWatch } from './loss-watch.ts';

it('[ROOM-66] two peers that asked in the last 10 minutes show loss', async () => {
  const clock = createFakeClock();
  const loss = createLossWatch(clock);
  loss.asked('ana');
  loss.asked('ana');
  expect(loss.hasLoss()).toBe(false);
  await clock.advance(300_000);
  loss.asked('ben');
  expect(loss.hasLoss()).toBe(true);
  await clock.advance(300_001);
  expect(loss.hasLoss()).toBe(false);
});

it('[ROOM-66] one lost message in a hundred shows loss, of at least 64', async () => {
  const clock = createFakeClock();
  const loss = createLossWatch(clock);
  loss.lost(1);
  loss.received(62);
  expect({ has: loss.hasLoss(), share: loss.lostShare() }).toEqual({ has: false, share: undefined });
  loss.received(1);
  expect({ has: loss.hasLoss(), share: loss.lostShare() }).toEqual({ has: true, share: 1 / 64 });
  loss.received(1_000);
  expect(loss.hasLoss()).toBe(false);
  await clock.advance(12 * 60_000);
  expect(loss.lostShare()).toBeUndefined();
});
