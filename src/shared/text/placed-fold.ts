/**
 * Folds a text and keeps the place of each folded character, so that a page can mark in the text
 * what a search found in the folded one. Pure.
 */
import { foldText } from './fold-text.ts';

export interface PlacedFold {
  /** The same as `foldText`. */
  readonly text: string;
  /** For each UTF-16 code unit of the folded text: where its character begins in the text … */
  readonly starts: readonly number[];
  /** … and where it ends, with its marks. */
  readonly ends: readonly number[];
}

/**
 * A character that folds together with the ones before it: a mark, a joiner, a part of a Hangul
 * syllable, or a vowel of Kirat Rai, which are the only letters that compose with another letter.
 */
const joinsBefore = /^[\p{M}\p{Script=Inherited}\u1160-\u11ff\u{16d67}]/u;

export function foldWithPlaces(text: string): PlacedFold {
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  let start = 0;
  let end = 0;
  const fold = (): void => {
    const part = foldText(text.slice(start, end));
    folded += part;
    for (let count = 0; count < part.length; count += 1) {
      starts.push(start);
      ends.push(end);
    }
  };
  for (const character of text) {
    if (end > start && !joinsBefore.test(character.normalize('NFKD'))) {
      fold();
      start = end;
    }
    end += character.length;
  }
  fold();
  return { text: folded, starts, ends };
}
