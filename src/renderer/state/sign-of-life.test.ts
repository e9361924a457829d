import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { createSignOfLife, signLastsMs } from './sign-of-life.ts';

test.each([
  ['a key', () => document.body.dispatchEvent(new Event('keydown', { bubbles: true })), true],
  ['the pointer', () => document.body.dispatchEvent(new Event('pointermove', { bubbles: true })), true],
  ['the focus of the window', () => window.dispatchEvent(new Event('focus')), true],
  ['the focus of an element', () => document.body.dispatchEvent(new Event('focus')), false],
])('after a pause, %s is a sign of life: %s', async (_what, act, isSign) => {
  const clock = createFakeClock();
  const life = createSignOfLife({ window, setTimer: clock.setTimer });
  const told: boolean[] = [];
  life.subscribe(() => told.push(life.isFresh()));
  await clock.advance(signLastsMs);
  act();
  expect({ told, isFresh: life.isFresh() }).toEqual({ told: isSign ? [false, true] : [false], isFresh: isSign });
});

test('each sign counts for the whole time', async () => {
  const clock = createFakeClock();
  const life = createSignOfLife({ window, setTimer: clock.setTimer });
  for (let sign = 0; sign < 3; sign += 1) {
    await clock.advance(signLastsMs - 1);
    window.dispatchEvent(new Event('keydown'));
  }
  await clock.advance(signLastsMs - 1);
  expect(life.isFresh()).toBe(true);
});
