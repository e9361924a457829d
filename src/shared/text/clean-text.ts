/**
 * Makes names, host names and notes of peers safe to show (rules WIRE-6, WIRE-7). It applies to
 * received text, and to our own before sending. Cleaning is idempotent, so both sides show the same
 * text.
 */

/**
 * Control characters, line and paragraph separators, and the Braille pattern that looks like a
 * blank.
 */
const blanks = /[\p{Cc}\u2028\u2029\u2800]/gu;
/** Joins emoji into one picture, or two consonants of an Indic script after a virama. */
const neededJoiner =
  /(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])\u200d(?=\p{L})/u;
/** Selects the coloured form of an emoji or a keycap. */
const neededSelector = /(?<=\p{Extended_Pictographic})\ufe0f|\ufe0f(?=\u20e3)/u;
/**
 * Invisible characters, by which two different names would look alike: overrides, isolates and
 * marks of the writing direction, fillers, tags, joiners that join nothing, variation selectors,
 * interlinear annotations.
 */
const invisible = new RegExp(
  `[\\p{Default_Ignorable_Code_Point}\\ufff9-\\ufffb](?<!${neededJoiner.source}|${neededSelector.source})`,
  'gu',
);
/** More marks than any script needs on one letter would cover the neighbouring lines. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;

/**
 * @param text any string
 * @param maxBytes the limit in UTF-8 bytes; cut at a whole character
 * @returns one line in NFC without control, direction-changing or invisible characters, trimmed;
 * possibly empty
 */
export function cleanText(text: string, maxBytes: number): string {
  // Composed before, to order the marks, and after, because removals may bring characters together.
  const visible = text.toWellFormed().replace(blanks, ' ').normalize('NFC').replace(invisible, '').normalize('NFC');
  const oneLine = visible.replace(stackedMarks, '$1').replace(/\s+/gu, ' ').trim();
  // The cut may leave a joiner at the end, which joins nothing any more.
  return capBytes(oneLine, maxBytes).replace(invisible, '').trimEnd();
}

function capBytes(text: string, maxBytes: number): string {
  let sizeBytes = 0;
  let end = 0;
  for (const character of text) {
    sizeBytes += utf8Bytes(character.codePointAt(0) ?? 0);
    if (sizeBytes > maxBytes) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

function utf8Bytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
