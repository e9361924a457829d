import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparableName, findLikeNames, likenessOf, looksOfName } from './similar-names.ts';

test.each([
  ['Ana Ribeiro', 'ana ribeiro'],
  ['Ana Ribeiro', 'AnaRibeiro'],
  ['Ana', 'Ａｎａ'],
  ['Ana', 'A\u200Bna'],
  ['Ana', 'A\u202Ena'],
  ['José', 'Jose\u0301'],
  ['ﬁnn', 'Finn'],
  ['Ana \u2764\uFE0F', 'Ana \u2764'],
  ['Дмитрий', 'ДМИТРИЙ'],
])('%j and %j are the same name', (name, other) => {
  expect([likenessOf(name, other), likenessOf(other, name)]).toEqual(['same', 'same']);
});

test.each([
  ['Ana', 'Аna', 'Cyrillic А'],
  ['Sam Okafor', 'Ѕаm Оkаfоr', 'six Cyrillic letters'],
  ['paypal', 'раураl', 'Cyrillic р, а, у'],
  ['Tom', 'Τom', 'Greek Τ'],
  ['Nina', 'Νina', 'Greek Ν'],
  ['vera', 'νera', 'Greek ν'],
  ['Ian', 'lan', 'small L'],
  ['Bo', 'B0', 'zero'],
  ['Will', 'Wi11', 'ones'],
  ['Bernd', 'Bemd', 'rn and m'],
])('%j and %j look alike: %s', (name, other) => {
  expect([likenessOf(name, other), likenessOf(other, name)]).toEqual(['alike', 'alike']);
});

test.each([
  ['Ana', 'Anna'],
  ['José', 'Jose'],
  ['Дмитрий', 'Dmitri'],
  ['Анна', 'Инна'],
  ['佐藤', '佐竹'],
  ['', ''],
  ['\u200B', '\u2800'],
  ['Ali', 'Alia'],
])('%j and %j are different', (name, other) => {
  expect([likenessOf(name, other), likenessOf(other, name)]).toEqual([undefined, undefined]);
});

test('finds all people with the same or a similar name, the same name first', () => {
  const names = ['Ana', 'Bo', 'Аna', 'ANA', 'Chloé', 'B0', 'Dalia'];
  const found = findLikeNames(names.map((name, id) => ({ id, name })));
  expect([...found].toSorted(([a], [b]) => a - b)).toEqual([
    [0, 'same'],
    [1, 'alike'],
    [2, 'alike'],
    [3, 'same'],
    [5, 'alike'],
  ]);
});

test('a name matches itself with invisible characters around it, and any name is accepted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
      const seen = comparableName(name) !== '';
      return likenessOf(name, `\u200B${name}\u2066`) === (seen ? 'same' : undefined) && looksOfName(name).length <= 3;
    }),
  );
});
