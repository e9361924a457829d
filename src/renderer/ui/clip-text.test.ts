import { expect, test } from 'vitest';
import { clipText } from './clip-text.ts';

test.each([
  ['short', 10, 'short'],
  ['abcdef', 3, 'abc'],
  ['ab👍c', 3, 'ab'],
  ['ab👍c', 4, 'ab👍'],
  ['a👨‍👩‍👧b', 5, 'a'],
  ['ne\u0301e', 2, 'n'],
])('%j cut to %i is %j', (text, maxLength, clipped) => {
  expect(clipText(text, maxLength)).toBe(clipped);
});

test('never exceeds its length, and never ends in half a pair', () => {
  const text = 'a👍🏽'.repeat(50);
  for (let length = 0; length < 100; length += 1) {
    const clipped = clipText(text, length);
    expect({ isShort: clipped.length <= length, isWhole: clipped.isWellFormed() }).toEqual({ isShort: true, isWhole: true });
  }
});
