import { expect, test } from 'vitest';
import { fakePeerId } from '../../../test/support/fake-hallway.ts';
import { agoOf, initialsOf, momentOf, shortCodeOf, tintOf } from './person-text.ts';

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
  [59_999, '59 s ago'],
  [180_000, '3 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [2 * 86_400_000, '2 d ago'],
])('%d ms is %j', (passedMs, text) => {
  expect(agoOf(1_000_000_000, 1_000_000_000 + passedMs)).toBe(text);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300])('the time %d that is no date is no exception', (timeMs) => {
  expect([typeof agoOf(timeMs, 0), momentOf(timeMs)]).toEqual(['string', 'unknown']);
});

test('colour and code stay with the peerId', () => {
  const peerIds = Array.from({ length: 1_000 }, (_, number) => fakePeerId(number));
  const tints = new Set(peerIds.map(tintOf));
  expect([tints.size, Math.max(...tints), shortCodeOf('abcdefghij')]).toEqual([10, 9, 'abcd efgh']);
});
