/**
 * Tells whether a reader would confuse two names. They are equal except for case and spaces, or
 * drawn alike (UTS #39 calls that confusable). This is the only comparison of names: core, terminal
 * and page use it (rule TRUST-12). Names are claims, so a match is only a hint; the key decides.
 * Pure.
 */
import { confusables } from './confusables.ts';
import { foldCase } from './fold-text.ts';

/** `same`: equal except for case, width and spaces · `alike`: drawn alike. */
export type NameLikeness = 'same' | 'alike';

/** Ignored in a comparison, because they are invisible. */
const unseen = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Strokes through a letter: `\u0142` is one character, and an l with a combining stroke two. */
const strokes = /[\u0334-\u0338]/gu;
/** A reader takes `Alice.` for `Alice`, and `@all` for `all`. */
const outerPunctuation = /^\p{P}+|\p{P}+$/gu;
/** The ASCII character that a character of Unicode's table is drawn like. */
const asciiLike: ReadonlyMap<string, string> = new Map(
  confusables.flatMap(([like, characters]) => Array.from(characters, (character) => [character, like] as const)),
);
/** Drawn alike within ASCII. */
const sameShapes: readonly (readonly [RegExp, string])[] = [
  [/["`]/gu, "'"],
  [/''/gu, "'"],
  [/0/gu, 'O'],
  [/rn/gu, 'm'],
  [/vv/gu, 'w'],
];
/** Drawn like a small L and like a capital I, so each is an i as well. */
const tallStrokes = /[I1|]/gu;

/**
 * The form that names are compared in. Names that differ only in case, width, spaces or invisible
 * characters are the same name. Commands find people by it; look-alikes have other forms.
 */
export function comparableName(name: string): string {
  return foldCase(name.normalize('NFKC')).replace(unseen, '');
}

/**
 * The visual forms of a name: the skeletons of UTS #39 in ASCII as far as it goes, without case,
 * spaces and outer punctuation. Two names that share one are look-alikes. A name with a capital I,
 * or a character like it, has two: one with an l in its place, one with an i.
 */
export function skeletonsOf(name: string): readonly string[] {
  const drawn = toAscii(toAscii(name).normalize('NFKD')).replace(unseen, '').replace(strokes, '');
  const bare = drawn.replace(outerPunctuation, '') || drawn;
  const shape = sameShapes.reduce((text, [sign, like]) => text.replace(sign, like), bare);
  return [...new Set(['l', 'i'].map((letter) => foldCase(shape.replace(tallStrokes, letter))))];
}

/** The comparable name and the skeletons. Two look-alikes share at least one of these. */
export function looksOfName(name: string): readonly string[] {
  return [...new Set([comparableName(name), ...skeletonsOf(name)])];
}

function toAscii(text: string): string {
  return Array.from(text, (character) => asciiLike.get(character) ?? character).join('');
}

/** @returns undefined for names that differ, and for invisible ones */
export function likenessOf(name: string, other: string): NameLikeness | undefined {
  const comparable = comparableName(name);
  if (comparable === '') return undefined;
  if (comparable === comparableName(other)) return 'same';
  const looks = looksOfName(other);
  return looksOfName(name).some((look) => looks.includes(look)) ? 'alike' : undefined;
}

interface Look {
  readonly comparable: string;
  readonly looks: readonly string[];
}

/**
 * Finds all people whose names are confusable. @returns the likeness of each such ID, the stronger
 * if both apply
 */
export type FindLikeNames = <Id>(people: Iterable<{ readonly id: Id; readonly name: string }>) => ReadonlyMap<Id, NameLikeness>;

/**
 * For a list that is searched at each change: reading a name takes microseconds, which add up to a
 * noticeable pause for 1,000 people. So it keeps what it read of the names of the last list.
 */
export function createLikeNamesFinder(read: (name: string) => Look = readLook): FindLikeNames {
  let known: ReadonlyMap<string, Look> = new Map();
  return (people) => {
    const used = new Map<string, Look>();
    const found = findLike(people, (name) => {
      const look = used.get(name) ?? known.get(name) ?? read(name);
      used.set(name, look);
      return look;
    });
    known = used;
    return found;
  };
}

/** In one pass over any number of people, each with a unique ID. */
export const findLikeNames: FindLikeNames = (people) => findLike(people, readLook);

export function readLook(name: string): Look {
  return { comparable: comparableName(name), looks: looksOfName(name) };
}

function findLike<Id>(
  people: Iterable<{ readonly id: Id; readonly name: string }>,
  read: (name: string) => Look,
): ReadonlyMap<Id, NameLikeness> {
  const firstByLook = new Map<string, { readonly id: Id; readonly comparable: string }>();
  const found = new Map<Id, NameLikeness>();
  for (const { id, name } of people) {
    const { comparable, looks } = read(name);
    if (comparable === '') continue;
    for (const look of looks) {
      const first = firstByLook.get(look);
      if (first === undefined) firstByLook.set(look, { id, comparable });
      else if (first.id !== id) mark(first.id, id, first.comparable === comparable ? 'same' : 'alike');
    }
  }
  return found;

  function mark(first: Id, second: Id, likeness: NameLikeness): void {
    for (const id of [first, second]) if (found.get(id) !== 'same') found.set(id, likeness);
  }
}
