/**
 * Tells whether a reader would confuse two names. They are equal except for case and spaces, or
 * drawn alike in letters of another script. Unicode UTS #39 calls these confusables; this is its
 * part for Latin, Cyrillic and Greek. Names are claims, so a match is only a hint; the key decides.
 * Pure.
 */

import { foldCase } from './fold-text.ts';

/** `same`: equal except for case, width and spaces · `alike`: drawn alike. */
export type NameLikeness = 'same' | 'alike';

/** Ignored in a comparison, because they are invisible. */
const unseen = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Letters that are drawn like a Latin one of the same case. Greek capitals and small letters
 * resemble different Latin ones, so this comes before case folding. Source: UTS #39
 * confusables.txt, limited to pairs that look alike in an ordinary interface font.
 */
const latinLookAlikes: ReadonlyMap<string, string> = new Map([
  ...pairs('АВЕЅІЈКМНОРСТУХԚԜҮ', 'ABESIJKMHOPCTYXQWY'),
  ...pairs('авеѕіјкмнорстухһԁԛԝүґӏ', 'abesijkmhopctyxhdqwyrl'),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'),
  ...pairs('αγικνορστυχω', 'ayikvopotuxw'),
  ...pairs('ıɑɡ', 'iag'),
]);

/** Characters that are drawn alike within one script and case. */
const sameShapes: readonly (readonly [RegExp, string])[] = [
  [/[I1|]/gu, 'l'],
  [/0/gu, 'O'],
  [/rn/gu, 'm'],
  [/vv/gu, 'w'],
];

/**
 * The form that names are compared in. Names that differ only in case, width, spaces or invisible
 * characters are the same name. Commands find people by it; look-alikes have other forms.
 */
export function comparableName(name: string): string {
  return foldCase(name.normalize('NFKC')).replace(unseen, '');
}

/**
 * The visual forms of a name: two names that share a form are look-alikes. There are two, because a
 * capital I resembles a small L, and is still an i.
 */
export function looksOfName(name: string): readonly string[] {
  const letters = Array.from(name.normalize('NFKC').replace(unseen, ''), (letter) => latinLookAlikes.get(letter) ?? letter).join(
    '',
  );
  const shape = sameShapes.reduce((text, [sign, like]) => text.replace(sign, like), letters);
  return [...new Set([comparableName(name), letters.toLowerCase(), shape.toLowerCase()])];
}

/** @returns undefined for names that differ, and for invisible ones */
export function likenessOf(name: string, other: string): NameLikeness | undefined {
  const comparable = comparableName(name);
  if (comparable === '') return undefined;
  if (comparable === comparableName(other)) return 'same';
  const looks = looksOfName(other);
  return looksOfName(name).some((look) => looks.includes(look)) ? 'alike' : undefined;
}

/**
 * Finds all people whose names are confusable, in one pass over any number.
 *
 * @param people each with a unique ID
 * @returns the likeness of each such ID, the stronger if both apply
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

function pairs(from: string, to: string): (readonly [string, string])[] {
  return Array.from(from, (letter, index) => [letter, to[index] ?? letter]);
}
