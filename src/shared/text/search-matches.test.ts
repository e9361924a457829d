import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold-text.ts';
import { findMatches } from './search-matches.ts';
import { parseQuery, placedWordLine, wordLine } from './search-words.ts';

function matchesIn(text: string, query: string): readonly string[] {
  return findMatches(parseQuery(query), text).map(({ start, end }) => text.slice(start, end));
}

describe('matches', () => {
  it.each([
    ['a beginning, for the last word', 'the', 'other theme', ['the']],
    ['whole words, for the others', 'the cat', 'theme, the cat', ['the', 'cat']],
    ['no letter that merely begins like a word that was not found', 'ten never', 'ten tents', []],
    ['a letter with its accent', 'cafe', 'un café', ['café']],
    ['a letter that folds to two, as a whole', 'stras', 'Straße', ['Straß']],
    ['a piece of a text without spaces', '東京', '東の東京', ['東京']],
    ['not its characters elsewhere', '東京', '東の京', []],
    ['signs as typed', 'c++', 'c, c++', ['c++']],
    ['a number inside another word', '1.2.3', 'v1.2.3', ['1.2.3']],
  ])('[STORE-6] %s', (_what, query, text, expected) => {
    expect(matchesIn(text, query)).toEqual(expected);
  });

  const pieces = ['a', 'ab', 'b', 'é', 'e\u0301', 'ß', 'ẞ', 'ss', 'Σ', 'ς', '東', '京', 'か', '\u3099', 'ｶ', 'ﾞ', 'ᄀ', 'ᅡ'];
  const signs = [' ', '.', '+', '-', '1', '2', '🎉', 'ด', '\u0e35', '가', 'ж', 'Ж', '\n', '"'];
  const strings = fc.array(fc.constantFrom(...pieces, ...signs), { maxLength: 10 }).map((parts) => parts.join(''));

  it('[STORE-6] there are some exactly if the query matches, in order, apart and inside the text', () => {
    fc.assert(
      fc.property(strings, strings, (text, search) => {
        const query = parseQuery(search);
        const found = findMatches(query, text);
        expect(found.length > 0).toBe(query.matches(text));
        const bounds = found.flatMap(({ start, end }) => [start, end]);
        expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
        expect(bounds.every((bound) => bound >= 0 && bound <= text.length)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[STORE-6] of one word in a script with spaces, each is that word', () => {
    const words = fc.constantFrom('a', 'ab', 'é', 'ss', 'Ж', 'b1');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), words, (texts, word) => {
        const found = matchesIn(texts.join(' '), word);
        expect(found.map(foldText)).toEqual(found.map(() => foldText(word)));
        expect(found).toHaveLength(texts.filter((text) => foldText(text).startsWith(foldText(word))).length);
      }),
    );
  });

  it('[STORE-6] the word line with places is the word line', () => {
    fc.assert(
      fc.property(fc.oneof(strings, fc.string({ unit: 'binary', maxLength: 40 })), (text) => {
        const folded = foldText(text);
        const { line, places } = placedWordLine(folded);
        expect(line).toBe(wordLine(text));
        const characters = places.map((place) => (place < 0 ? ' ' : folded[place])).join('');
        expect(characters).toBe(line);
      }),
      { numRuns: 1_000 },
    );
  });
});
