import { expect, it } from 'vitest';
import { createMessageLine } from './message-line.ts';

const texts = {
  unknownTime: 'at an unknown time',
  failed: 'failed',
  cancelled: 'cancelled',
  sent: (time: string) => `sent ${time}`,
};
const lineOf = createMessageLine({ texts, timeZone: 'UTC' });
const receivedAtMs = Date.UTC(2026, 10, 29, 9, 13);
const minuteMs = 60_000;

it.each([
  ['as long as the clocks agree', 0, '2026-11-29 09:13:00 Ana: hello'],
  ['up to five minutes behind', -5 * minuteMs, '2026-11-29 09:13:00 Ana: hello'],
  ['up to five minutes ahead', 5 * minuteMs, '2026-11-29 09:13:00 Ana: hello'],
  ['beyond that, with the time of writing', -5 * minuteMs - 1_000, '2026-11-29 09:13:00 (sent 2026-11-29 09:07:59) Ana: hello'],
  ['also if it is of tomorrow', 24 * 60 * minuteMs, '2026-11-29 09:13:00 (sent 2026-11-30 09:13:00) Ana: hello'],
  ['also if it waited for days', -72 * 60 * minuteMs, '2026-11-29 09:13:00 (sent 2026-11-26 09:13:00) Ana: hello'],
  ['also if it is no time at all', Number.MAX_VALUE, '2026-11-29 09:13:00 (sent at an unknown time) Ana: hello'],
  ['also if it is no number', Number.NaN, '2026-11-29 09:13:00 (sent at an unknown time) Ana: hello'],
])('[STORE-14] a line has the time by our clock, %s', (_what, aheadMs, line) => {
  expect(lineOf({ text: 'hello', receivedAtMs, sentAtMs: receivedAtMs + aheadMs }, 'Ana')).toBe(line);
});

it('a line says if the message never arrived, and indents what follows the first one', () => {
  const own = { text: 'one\r\ntwo\u2028three', receivedAtMs, sentAtMs: receivedAtMs };
  expect([lineOf({ ...own, state: 'failed' }, 'Me\nAna'), lineOf({ ...own, text: '\u202ex', state: 'read' }, 'Me')]).toEqual([
    '2026-11-29 09:13:00 Me Ana (failed): one\n    two\n    three',
    '2026-11-29 09:13:00 Me: x',
  ]);
});
