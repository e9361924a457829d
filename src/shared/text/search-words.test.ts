import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery, wordLine } from './search-words.ts';

function finds(query: string, text: string): boolean {
  return parseQuery(query).matches(text);
}

describe('words', () => {
  it.each([
    ['See you at 10:30!', ' see you at 10 30 '],
    ['naïve CAFÉ', ' naive cafe '],
    ['Ångström ﬁne ＡＢＣ', ' angstrom fine abc '],
    ['snake_case', ' snake case '],
    ['東京タワーへ行く', ' 東 京 タ ワ ー へ 行 く '],
    ['ภาษาไทย', ' ภ า ษ า ไ ท ย '],
    ['Λόγος ΟΔΟΣ', ' λογοσ οδοσ '],
    ['🎉party🎉', ' 🎉 party 🎉 '],
    ['हिन्दी', ' हिन्दी '],
    ['שָׁלוֹם־עולם', ' שלום עולם '],
    ['がか', ' が か '],
    ['... --- ...', ''],
    ['', ''],
  ])('[STORE-6] %j is %j', (text, line) => {
    expect(wordLine(text)).toBe(line);
  });
});

describe('a query', () => {
  it.each([
    ['every word must occur, in any order', 'ten see', 'See you at ten', true],
    ['one that does not occur is enough to fail', 'ten never', 'See you at ten', false],
    ['the last word may be a beginning', 'you tomo', 'see you tomorrow', true],
    ['the others may not', 'tomo you', 'see you tomorrow', false],
    ['nor may the last be an end', 'morrow', 'see you tomorrow', false],
    ['case and accents do not matter', 'CAFE', 'le café', true],
    ['either way', 'café', 'the cafe', true],
    ['a part of a text without spaces', '京タ', '東京タワー', true],
    ['in one piece', '東ワ', '東京タワー', false],
    ['or in several, if typed in several', '東 ワ', '東京タワー', true],
    ['Korean words inside their particles', '학교', '우리학교에서', true],
    ['two scripts in one piece', '東京2', '東京2026', true],
    ['a pictograph', '🎉', 'done 🎉', true],
    ['nothing at all', '', 'anything', false],
    ['punctuation around words', '"or, near!', 'or near', true],
    ['an arrow', '->', 'a -> b', true],
    ['an arrow that is not there', '->', 'a > b', false],
    ['a smiley', ':)', 'well :)', true],
    ['a word with signs', 'c++', 'I like C++', true],
    ['a word with signs, not without them', 'c++', 'I like C and cake', false],
    ['a number of a version', '1.2.3', 'said as v1.2.3', true],
    ['not its digits alone', '1.2.3', '1 2 3', false],
    ['a sharp s', 'STRASSE', 'Straße', true],
    ['a dotless i', 'ığdır', 'Iğdır', true],
    ['a word in brackets', '(ten)', 'at ten', true],
  ])('[STORE-6] %s', (_what, query, text, expected) => {
    expect(finds(query, text)).toBe(expected);
  });

  it('[STORE-6] finds every text by any of its own words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const words = wordLine(text)
          .split(' ')
          .filter((word) => word !== '');
        expect(words.filter((word) => !finds(word, text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('[STORE-6] finds every text by the whole of itself, if it has a word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        fc.pre(wordLine(text) !== '');
        expect(finds(text, text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
