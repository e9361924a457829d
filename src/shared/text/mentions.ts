/**
 * Finds the places where a text mentions a user: `@name`, or one of the words that they watch for
 * (rules NOTIFY-10 and NOTIFY-11). Case, accents and compatibility forms do not matter. Deciding
 * about a notification is left to core/notifications, marking the places to the page. Pure.
 */
import { foldText } from './fold-text.ts';
import { foldWithPlaces } from './placed-fold.ts';

/** A part of the text, in UTF-16 code units. */
export interface MentionPlace {
  readonly start: number;
  readonly end: number;
}

export interface MentionFinder {
  isMentioned(text: string): boolean;
  /** @returns the places in order, without overlaps */
  placesIn(text: string): readonly MentionPlace[];
}

const wordPart = /[\p{L}\p{N}\p{M}_]/u;
/** With the compatibility forms that fold to it. */
const atSign = /[@\uff20\ufe6b]/;
/** Scripts that write no space between words: a neighbour there begins no longer word. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * @param name the user's own name; a mention has an `@` before it
 * @param keywords whole words or phrases; empty ones find nothing
 */
export function createMentionFinder({
  name,
  keywords,
}: {
  readonly name: string;
  readonly keywords: readonly string[];
}): MentionFinder {
  const folded = foldText(name).trim();
  const searched = [...(folded === '' ? [] : [`@${folded}`]), ...keywords.map((word) => foldText(word).trim())].filter(
    (word) => word !== '',
  );
  const needsAt = searched.every((word) => word.startsWith('@'));
  return {
    isMentioned(text) {
      // Folding costs more than all else that a line of a room causes here, and most have none.
      if (needsAt && !atSign.test(text)) return false;
      const line = foldText(text);
      return searched.some((word) => !occurrencesOf(word, line).next().done);
    },
    placesIn(text) {
      const { text: line, starts, ends } = foldWithPlaces(text);
      const found = searched.flatMap((word) =>
        [...occurrencesOf(word, line)].map((at) => ({
          start: starts[at] ?? 0,
          end: ends[at + word.length - 1] ?? text.length,
        })),
      );
      return withoutOverlaps(found);
    },
  };
}

/** The places of a word that stands alone in a folded text. */
function* occurrencesOf(word: string, line: string): Generator<number> {
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
    const before = characterBefore(line, at);
    const after = characterAt(line, at + word.length);
    if (isApart(before, characterAt(word, 0)) && isApart(characterBefore(word, word.length), after)) yield at;
  }
}

/** Whether a word may end between two characters. */
function isApart(left: string, right: string): boolean {
  if (left === '' || right === '') return true;
  // An address such as `ana@example.org` mentions nobody.
  if (right === '@') return !wordPart.test(left) || unspaced.test(left);
  return !(wordPart.test(left) && wordPart.test(right)) || unspaced.test(left) || unspaced.test(right);
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const isPair = at >= 2 && /[\ud800-\udbff]/.test(text[at - 2] ?? '') && /[\udc00-\udfff]/.test(text[at - 1] ?? '');
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at);
}

function withoutOverlaps(places: readonly MentionPlace[]): readonly MentionPlace[] {
  const kept: MentionPlace[] = [];
  for (const place of places.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (place.start >= (kept.at(-1)?.end ?? 0)) kept.push(place);
  }
  return kept;
}
