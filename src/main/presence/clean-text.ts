/**
 * Makes text that a stranger chose safe to show: names, host names and notes (rules WIRE-6, WIRE-7). Applied on receipt, whatever the
 * sender promised, and to our own before sending, so that both sides see the same.
 */

/** Control characters, line and paragraph separators. */
const controls = /[\p{Cc}\u2028\u2029]/gu;
/** Overrides and isolates of writing direction, marks of it, and characters without width that make two names look alike. ZWJ stays: emoji need it. */
const invisible =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;
/** More marks on one letter than any script needs would paint over the neighbouring lines. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;

/**
 * @param text any string
 * @param maxBytes the limit in UTF-8 bytes; cut at a whole character
 * @returns one line in NFC without control, direction-changing or invisible characters, trimmed; possibly empty
 */
export function cleanText(text: string, maxBytes: number): string {
  const oneLine = text.toWellFormed().normalize('NFC').replace(controls, ' ').replace(invisible, '').replace(stackedMarks, '$1');
  return capBytes(oneLine.replace(/\s+/gu, ' ').trim(), maxBytes).trimEnd();
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
