import { expect, it } from 'vitest';
import { isVisible } from './visible-text.ts';

it.each([
  ['nothing', ''],
  ['blanks and line breaks', ' \n\t\u00a0\u3000\u2028'],
  ['a zero width space', '\u200b'],
  ['NUL alone', '\u0000\u0000'],
  ['a soft hyphen between blanks', ' \u00ad '],
  ['marks of the writing direction', '\u200e\u061c\u202e\u2066\u2069'],
  ['joiners, fillers and selectors', '\u200d\u034f\u115f\u3164\uffa0\ufe0f\u{e0041}'],
  ['interlinear annotations and the empty Braille pattern', '\ufff9\ufffb\u2800'],
])('%s shows nothing', (_, text) => {
  expect(isVisible(text)).toBe(false);
});

it.each([
  ['a letter', 'x'],
  ['a letter among the invisible', '\u200b\u0000é\u200b'],
  ['an emoji', '👩‍👩‍👧'],
  ['an Arabic number sign', '\u0600'],
  ['a letter that this Unicode version may not know', '\u{1e4d0}'],
  ['half of a surrogate pair, which is sent as a replacement', '\ud800'],
])('%s is visible', (_, text) => {
  expect(isVisible(text)).toBe(true);
});
