/**
 * What a search compares (STORE-6): the words of a text, without case, accents and punctuation. In
 * scripts without spaces, each character is a word of its own, and a query in one piece must match
 * in one piece. Both stores use this, so that they find the same. Looking the words up is left to
 * them.
 */

export interface Query {
  /** The words to look up: whole ones, except perhaps the last. Never empty strings. */
  readonly words: readonly string[];
  /**
   * Whether the last word matches as a beginning. Never true for a character that is a word of its
   * own.
   */
  readonly lastIsBeginning: boolean;
  /** The full comparison. */
  matches(text: string): boolean;
}

/** Letters, digits and the marks on them; or one pictograph. */
const words = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;

/**
 * Accents, points of Hebrew and Arabic, joiners: users leave them out. Not the voicing marks of
 * Kana, which make other letters, nor the vowel signs of Indic scripts.
 */
const omittedMarks = /(?![\u3099\u309a])\p{Script=Inherited}|(?=[\u0483-\u0487\u0591-\u05c7])\p{M}/gu;

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
  const found = isAscii(text) ? (text.toLowerCase().match(/[a-z0-9]+/g) ?? []) : wordsOf(text).map(spaceOut);
  return found.length === 0 ? '' : ` ${found.join(' ')} `;
}

/** Total. A text without a word finds nothing. */
export function parseQuery(text: string): Query {
  const sought = wordsOf(text);
  const last = sought.at(-1);
  if (last === undefined) return { words: [], lastIsBeginning: false, matches: () => false };
  const lastIsBeginning = !unspaced.test(last);
  const parts = sought.map((word, index) => {
    const isBeginning = lastIsBeginning && index === sought.length - 1;
    return isBeginning ? ` ${word}` : ` ${spaceOut(word)} `;
  });
  return {
    words: parts.flatMap((part) => part.trim().split(' ')),
    lastIsBeginning,
    matches(candidate) {
      const line = wordLine(candidate);
      return parts.every((part) => line.includes(part));
    },
  };
}

/** Text without spaces stays in one piece here. */
function wordsOf(text: string): string[] {
  const found = fold(text).match(words) ?? [];
  return found.flatMap((word) => (unspaced.test(word) ? (word.match(pieces) ?? []) : [word]));
}

function spaceOut(word: string): string {
  return unspaced.test(word) ? Array.from(word).join(' ') : word;
}

function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  // Compatibility forms first (full-width letters, ligatures), so that their accents separate too.
  return text.normalize('NFKD').replace(omittedMarks, '').normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}
