/** Decides what fits into a bubble: a whole text, and the time in its last line. Pure. */

/**
 * Lines that fill about a window. A collapsed text shows 16 (message-text.module.css), so expanding
 * always shows more.
 */
const maxLines = 24;
/** The length of that many lines, in UTF-16 code units. */
const maxLength = 1_800;
/** Longer words about a message stand below its bubble. */
const maxTail = 24;

const rightToLeft = /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Whether the text is collapsed until the user expands it. */
export function isLong(text: string): boolean {
  if (text.length > maxLength) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > maxLines;
}

/** Whether the last line leaves its end free: that of right-to-left text is at the other side. */
export function fitsInside(text: string, { length }: { readonly length: number }): boolean {
  return length <= maxTail && !rightToLeft.test(text.slice(text.lastIndexOf('\n') + 1));
}
