/**
 * Whether two names would be taken for each other: the same but for case and spaces, or written with letters of another script that look the
 * same (Unicode UTS #39 calls them confusables; this is the part of its table that fits Latin, Cyrillic and Greek). Names are claims, so
 * this only says where to look twice; keys tell for sure. Pure.
 */

import { foldCase } from './fold-text.ts';

/** `same`: equal but for case, width and spaces · `alike`: drawn alike. */
export type NameLikeness = 'same' | 'alike';

/** Left out of a comparison, because nothing of it is seen. */
const unseen = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Letters that are drawn like a Latin one, in the case in which they are. Capitals and small letters of Greek differ in what they resemble, so
 * this comes before the case is folded. Source: UTS #39 confusables.txt, kept to what is alike in an ordinary interface font.
 */
const latinLookAlikes: ReadonlyMap<string, string> = new Map([
  ...pairs('АВЕЅІЈКМНОРСТУХԚԜҮ', 'ABESIJKMHOPCTYXQWY'),
  ...pairs('авеѕіјкмнорстухһԁԛԝүґӏ', 'abesijkmhopctyxhdqwyrl'),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'),
  ...pairs('αγικνορστυχω', 'ayikvopotuxw'),
  ...pairs('ıɑɡ', 'iag'),
]);

/** Signs that are drawn alike within one script and case. */
const sameShapes: readonly (readonly [RegExp, string])[] = [
  [/[I1|]/gu, 'l'],
  [/0/gu, 'O'],
  [/rn/gu, 'm'],
  [/vv/gu, 'w'],
];

/**
 * The form in which two names are compared: names that differ in case, width, spaces or invisible signs alone are the same name. Commands
 * find people by it; look-alikes have other forms.
 */
export function comparableName(name: string): string {
  return foldCase(name.normalize('NFKC')).replace(unseen, '');
}

/**
 * What a name looks like, in a few forms: two names that share one are taken for each other. Two are needed, because a capital I looks like
 * a small L, and is an i all the same.
 */
export function looksOfName(name: string): readonly string[] {
  const letters = Array.from(name.normalize('NFKC').replace(unseen, ''), (letter) => latinLookAlikes.get(letter) ?? letter).join(
    '',
  );
  const shape = sameShapes.reduce((text, [sign, like]) => text.replace(sign, like), letters);
  return [...new Set([comparableName(name), letters.toLowerCase(), shape.toLowerCase()])];
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

function pairs(from: string, to: string): (readonly [string, string])[] {
  return Array.from(from, (letter, index) => [letter, to[index] ?? letter]);
}
