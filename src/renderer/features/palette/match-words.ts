/** Finds entries by words, letters in order included, best first (rule PAL-3). Pure. */
import { foldText } from '../../../shared/text/fold-text.ts';

/** Folded texts of an entry. */
export interface Sought {
  readonly title: string;
  /** Other words that it is known by. */
  readonly more: string;
}

export function soughtBy(title: string, more = ''): Sought {
  return { title: foldText(title), more: foldText(more) };
}

/** The entries that match every word of `text`; those that match alike stay in their order. */
export function findByWords<Entry extends { readonly sought: Sought }>(
  entries: readonly Entry[],
  text: string,
  limit: number,
): readonly Entry[] {
  const words = foldText(text)
    .split(/[\s#]+/u)
    .filter((word) => word !== '');
  const ranked = entries.flatMap((entry) => {
    const rank = rankOf(words, entry.sought);
    return rank === undefined ? [] : [{ entry, rank }];
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** @returns less for a better match, and `undefined` if a word does not match at all */
function rankOf(words: readonly string[], { title, more }: Sought): number | undefined {
  let sum = 0;
  for (const word of words) {
    const rank = rankOfWord(word, title, more);
    if (rank === undefined) return undefined;
    sum += rank;
  }
  return sum;
}

function rankOfWord(word: string, title: string, more: string): number | undefined {
  const place = title.indexOf(word);
  if (place === 0) return 0;
  if (beginsWord(title, word)) return 1;
  if (place > 0) return 2;
  if (beginsWord(more, word)) return 3;
  if (more.includes(word)) return 4;
  return hasInOrder(title, word) ? 5 : undefined;
}

function beginsWord(text: string, word: string): boolean {
  for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + 1)) {
    if (place === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(place - 1))) return true;
  }
  return false;
}

/**
 * Whether the letters stand in `text` in this order, the first of them at the beginning of a word.
 */
function hasInOrder(text: string, letters: string): boolean {
  const [first = '', ...rest] = letters;
  if (rest.length === 0) return false;
  for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
    if (start > 0 && /[\p{L}\p{N}]/u.test(text.charAt(start - 1))) continue;
    let place = start;
    if (rest.every((letter) => (place = text.indexOf(letter, place + 1)) >= 0)) return true;
  }
  return false;
}
