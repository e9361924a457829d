import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldText } from './fold-text.ts';

it.each([
  ['Straße', 'STRASSE'],
  ['STRAẞE', 'Straße'],
  ['Iğdır', 'ığdır'],
  ['İstanbul', 'istanbul'],
  ['Łódź', 'lodz'],
  ['Smørrebrød', 'SMORREBROD'],
  ['Ærø', 'aero'],
  ['Þór Đorđe', 'thor dorde'],
  ['ΟΔΟΣ', 'οδος'],
  ['ﬁne ＡＢＣ', 'FINE abc'],
])('[STORE-6] %j and %j are the same', (one, other) => {
  expect(foldText(one)).toBe(foldText(other));
});

it('a folded text stays as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => foldText(foldText(text)) === foldText(text)));
});
