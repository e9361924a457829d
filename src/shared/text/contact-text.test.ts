import { expect, test } from 'vitest';
import { fakePeerId } from '../../../test/fakes/fake-hallway.ts';
import { agoOf, clockTimeOf, initialsOf, momentOf, readableName, shortCodeOf, tintOf } from './contact-text.ts';

test.each([
  ['Ana Maria Silva', 'AS'],
  ['ana', 'A'],
  ['  jo  (IT) ', 'JI'],
  ['佐藤 健', '佐健'],
  ['👩‍💻', '👩‍💻'],
  ['नमस्ते', 'न'],
  ['"Bo"', 'B'],
  ['', '?'],
])('the initials of %j are %j', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test.each([
  [-60_000, 'now'],
  [9_999, 'now'],
  [12_000, '12 s ago'],
  [59_900, '59 s ago'],
  [180_000, '3 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [2 * 86_400_000, '2 d ago'],
])('%d ms is %j', (passedMs, text) => {
  expect(agoOf(1_000_000_000, 1_000_000_000 + passedMs)).toBe(text);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300])('an invalid time (%d) throws nothing', (timeMs) => {
  expect([typeof agoOf(timeMs, 0), momentOf(timeMs)]).toEqual(['string', 'unknown']);
});

test('the same peer ID always gives the same colour and code', () => {
  const peerIds = Array.from({ length: 1_000 }, (_, number) => fakePeerId(number));
  const tints = new Set(peerIds.map(tintOf));
  expect([tints.size, Math.max(...tints), shortCodeOf('abcdefghij')]).toEqual([10, 9, 'abcd efgh']);
});

test.each([
  ['Ana', 'Ana'],
  ['', 'Unnamed'],
  [' \u200B\u2800\n', 'Unnamed'],
  [`${'a'.repeat(119)}😀`, `${'a'.repeat(119)}\uFFFD…`],
])('the name %j is shown as %j', (name, shown) => {
  expect(readableName(name)).toBe(shown);
});

test('a time on another day includes the date', () => {
  const nowMs = new Date(2026, 0, 2, 12).getTime();
  const [today, before] = [clockTimeOf(nowMs - 3_600_000, nowMs), clockTimeOf(nowMs - 86_400_000, nowMs)];
  expect([today.includes('2026'), before.includes('2026'), clockTimeOf(Number.NaN, nowMs)]).toEqual([false, true, 'unknown']);
});
