import { expect, test } from 'vitest';
import { endOf } from './end-choices.ts';

/** Local time, as the choices are. */
const at = (hour: number, minute: number, day = 7): number => new Date(2026, 0, day, hour, minute).getTime();

test.each([
  ['hour', at(13, 20), at(14, 20)],
  ['full-hour', at(13, 20), at(14, 0)],
  ['full-hour', at(13, 45), at(15, 0)],
  ['full-hour', at(23, 40), at(1, 0, 8)],
  ['tomorrow', at(13, 20), at(9, 0, 8)],
  ['tomorrow', at(1, 0), at(9, 0, 8)],
  ['tomorrow', at(13, 20, 31), new Date(2026, 1, 1, 9).getTime()],
] as const)('[AWAY-13] %s', (choice, nowMs, untilMs) => {
  expect(new Date(endOf(choice, nowMs)).toString()).toBe(new Date(untilMs).toString());
});
