/**
 * Tells whether a text shows anything. Core, page and command all refuse to send one that does not
 * (rule DELIVER-1). Making a text safe to show is left to clean-text.ts.
 */

/**
 * Characters that leave no mark: blanks, controls, characters that Unicode tells programs to ignore
 * (joiners, direction marks, fillers, tags, variation selectors), the annotation and hieroglyph
 * formats, and the Braille pattern without dots. Arabic number signs are formats too, but visible.
 */
const unseen = /[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u{13430}-\u{1343f}\u2800]/gu;

/** One of these is enough, and nearly every text has one. It spares the search for the others. */
const seenInAscii = /[!-~]/;

/** @returns false if a reader would see an empty message */
export function isVisible(text: string): boolean {
  return seenInAscii.test(text) || text.replace(unseen, '') !== '';
}
