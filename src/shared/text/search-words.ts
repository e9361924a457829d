/**
 * The units that a search compares (STORE-6): the words of a text, without case, accents and
 * punctuation. In scripts without spaces, each character is a word of its own, and a query in one
 * piece must match in one piece. Both stores use this, so that they find the same. Looking the words
 * up is left to them. search-matches.ts has the places of what was found.
 */
import { foldText } from './fold-text.ts';

export interface Query {
  /** The words to look up: whole ones, except perhaps the last. Never empty strings. */
  readonly words: readonly string[];
  /**
   * Whether the last word matches as a beginning. Never true for a character that is a word of its
   * own.
   */
  readonly lastIsBeginning: boolean;
  /**
   * The words once more, as they must occur in a `wordLine`: each after a blank, and before one too
   * unless it may be a beginning.
   */
  readonly parts: readonly string[];
  /** Pieces with signs in them, such as `c++` or `1.2.3`: the folded text must contain each. */
  readonly literals: readonly string[];
  /** The full comparison. */
  matches(text: string): boolean;
}

/** Letters, digits and the marks on them; or one pictograph. */
const words = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;

const anyWord = /[\p{L}\p{N}\p{M}]|\p{Extended_Pictographic}/u;
/** A sign that users search for: neither a letter nor a pictograph nor a blank. */
const signs = /(?!\p{Extended_Pictographic})[\p{P}\p{S}]/u;
/** Around a word, it belongs to the sentence. */
const outerPunctuation = /^[\p{Ps}\p{Pi}\p{Pf}"'¿¡*_-]+|[\p{Pe}\p{Pi}\p{Pf}"'.,;:!?…*_-]+$/gu;
const blanks = /[\s\p{Cc}]+/u;

/**
 * Scripts without spaces, and the Kana mark for a long vowel; Hangul, because its particles are
 * written onto the word.
 */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const pieces = new RegExp(`${unspaced.source}+|[^]+?(?=${unspaced.source}|$)`, 'gu');

const ascii = /^[\0-\x7f]*$/;

export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/**
 * @returns the words of a text, each with one blank before and after, such as ` see you ` or ` 東 京
 *   `
 */
export function wordLine(text: string): string {
  const found = isAscii(text) ? (text.toLowerCase().match(/[a-z0-9]+/g) ?? []) : wordsOf(fold(text)).map(spaceOut);
  return found.length === 0 ? '' : ` ${found.join(' ')} `;
}

export interface PlacedWordLine {
  readonly line: string;
  /** The place in the folded text of each character of the line; `blank` for those between words. */
  readonly places: readonly number[];
}

/** Belongs to no character of the text. */
export const blank = -1;

/** The same as `wordLine` of that text, with the places. */
export function placedWordLine(folded: string): PlacedWordLine {
  const places: number[] = [blank];
  const spaced: string[] = [];
  let end = 0;
  for (const word of wordsOf(folded)) {
    // Nothing but words can contain it, so this is the place where it was found.
    let at = folded.indexOf(word, end);
    end = at + word.length;
    const characters = spaceOut(word);
    spaced.push(characters);
    for (let index = 0; index < characters.length; index += 1) {
      const isBlank = characters[index] === ' ';
      places.push(isBlank ? blank : at);
      if (!isBlank) at += 1;
    }
    places.push(blank);
  }
  return spaced.length === 0 ? { line: '', places: [] } : { line: ` ${spaced.join(' ')} `, places };
}

/** Total. A query without a word or a sign finds nothing. */
export function parseQuery(text: string): Query {
  const folded = fold(text)
    .split(blanks)
    .filter((piece) => piece !== '');
  const literals = folded.map(withoutPunctuation).filter((piece) => signs.test(piece));
  const sought = folded.filter((piece) => !signs.test(withoutPunctuation(piece))).flatMap(wordsOf);
  const last = sought.at(-1);
  const lastIsPrefix = last !== undefined && !unspaced.test(last);
  const parts = sought.map((word, index) => {
    const isPrefix = lastIsPrefix && index === sought.length - 1;
    return isPrefix ? ` ${word}` : ` ${spaceOut(word)} `;
  });
  return {
    words: parts.flatMap((part) => part.trim().split(' ')),
    lastIsBeginning: lastIsPrefix,
    parts,
    literals,
    matches(candidate) {
      if (parts.length === 0 && literals.length === 0) return false;
      if (literals.length > 0) {
        const whole = fold(candidate);
        if (!literals.every((literal) => whole.includes(literal))) return false;
      }
      if (parts.length === 0) return true;
      const line = wordLine(candidate);
      return parts.every((part) => line.includes(part));
    },
  };
}

/** `ten?` is the word `ten`, and `c++` is not the word `c`. A piece of signs alone stays whole. */
function withoutPunctuation(piece: string): string {
  return anyWord.test(piece) ? piece.replace(outerPunctuation, '') : piece;
}

/** Text without spaces stays in one piece here. */
function wordsOf(folded: string): string[] {
  const found = folded.match(words) ?? [];
  return found.flatMap((word) => (unspaced.test(word) ? (word.match(pieces) ?? []) : [word]));
}

function spaceOut(word: string): string {
  return unspaced.test(word) ? Array.from(word).join(' ') : word;
}

function fold(text: string): string {
  return isAscii(text) ? text.toLowerCase() : foldText(text);
}
