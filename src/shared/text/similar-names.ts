/**
 * Compares names: the same, or drawn so alike that people take one for the other (UTS #39 calls
 * that confusable). The only comparison of names: core, terminal and page use it (rule TRUST-12).
 * Names are claims, so it only says where to look twice; keys tell for sure. Pure.
 */
import { confusables } from './confusables.ts';

/** `same`: equal but for case, width and spaces · `alike`: drawn alike. */
export type NameLikeness = 'same' | 'alike';

/** Left out of a comparison, because nothing of it is seen. */
const unseen = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Strokes through a letter: `\u0142` is a letter of its own, and an l with a stroke is two characters. */
const strokes = /[\u0334-\u0338]/gu;
/** `Alice.` is taken for `Alice`, and `@all` for `all`. */
const outerPunctuation = /^\p{P}+|\p{P}+$/gu;
/** A sign of Unicode's table that stands for one of ASCII, by the sign. */
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
 * The form in which two names are compared: names that differ only in case, width, spaces or
 * invisible signs are the same name. Commands find people by it; look-alikes have other forms.
 */
export function comparableName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(unseen, '');
}

/**
 * What a name looks like: the skeletons of UTS #39 in ASCII as far as it goes, without case, spaces
 * and outer punctuation. Two names that share one look alike. A name with a capital I, or what
 * looks like it, has two: one with an l in its place, one with an i.
 */
export function skeletonsOf(name: string): readonly string[] {
  const drawn = toAscii(toAscii(name).normalize('NFKD')).replace(unseen, '').replace(strokes, '');
  const bare = drawn.replace(outerPunctuation, '') || drawn;
  const shape = sameShapes.reduce((text, [sign, like]) => text.replace(sign, like), bare);
  return [...new Set(['l', 'i'].map((letter) => shape.replace(tallStrokes, letter).toLowerCase()))];
}

/** The name as it is compared, and its skeletons: a name shares one with each of its look-alikes. */
export function looksOfName(name: string): readonly string[] {
  return [...new Set([comparableName(name), ...skeletonsOf(name)])];
}

function toAscii(text: string): string {
  return Array.from(text, (character) => asciiLike.get(character) ?? character).join('');
}

/** @returns undefined for names that nobody mixes up, and for those of which nothing is seen */
export function likenessOf(name: string, other: string): NameLikeness | undefined {
  const comparable = comparableName(name);
  if (comparable === '') return undefined;
  if (comparable === comparableName(other)) return 'same';
  const looks = looksOfName(other);
  return looksOfName(name).some((look) => looks.includes(look)) ? 'alike' : undefined;
}

/**
 * Finds all who can be mixed up with somebody else, in one pass however many they are.
 *
 * @param people each with an id of their own
 * @returns for each such id how alike, the stronger where both apply
 */
export function findLikeNames<Id>(people: Iterable<{ readonly id: Id; readonly name: string }>): ReadonlyMap<Id, NameLikeness> {
  const firstByLook = new Map<string, { readonly id: Id; readonly comparable: string }>();
  const found = new Map<Id, NameLikeness>();
  for (const { id, name } of people) {
    const comparable = comparableName(name);
    if (comparable === '') continue;
    for (const look of looksOfName(name)) {
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
