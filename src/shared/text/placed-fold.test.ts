import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldText } from './fold-text.ts';
import { foldWithPlaces } from './placed-fold.ts';

/** Characters that fold together with others, of several kinds and scripts. */
const joining = fc.constantFrom(
  ...['e', '\u0301', 'ß', 'ẞ', 'Σ', 'ς', 'İ', 'か', '\u3099', 'ｶ', 'ﾞ', 'ᄀ', 'ᅡ', 'ᆨ', 'ㄱ', 'ㅏ', 'ﾡ', 'ￂ', '가'],
  ...['ด', '\u0e35', '\u200d', '\u0345', 'ﬁ', '…', ' ', '🎉', '\ufe0f', '\ud83c', '\u{16d63}', '\u{16d67}', '\u05d0', '\u05b8'],
);

it('[STORE-6] folds the same as without places, and each place is a part of the text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(joining, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { text: folded, starts, ends } = foldWithPlaces(text);
      expect(folded).toBe(foldText(text));
      expect({ starts: starts.length, ends: ends.length }).toEqual({ starts: folded.length, ends: folded.length });
      const wrong = starts.filter((start, at) => {
        const end = ends[at] ?? 0;
        return start >= end || end > text.length || !foldText(text.slice(start, end)).includes(folded[at] ?? ' ');
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
