/**
 * Cuts a text to a length in UTF-16 code units, and never through a character: a half one is read
 * out and drawn as a fault. Pure.
 */

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A character of more code units than this is cut: a hostile text may be one endless character. */
const longestCharacter = 64;

export function clipText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const near = text.slice(0, maxLength + longestCharacter);
  let end = 0;
  for (const { index } of characters.segment(near)) {
    if (index > maxLength) break;
    end = index;
  }
  return near.slice(0, end);
}
