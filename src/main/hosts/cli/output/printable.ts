/**
 * Makes other people's texts harmless for a terminal (rule CHAT-1): what would move its cursor, change its colours or title, ring, turn the direction
 * of writing, or paint over other lines, is taken out. Pure and total.
 */
import { stripVTControlCharacters } from 'node:util';

/** C0 and C1 controls, delete, marks and overrides of the writing direction, separators that some terminals take for a new line. */
// oxlint-disable-next-line no-control-regex -- they are what is taken out
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
/** More marks on one letter than any script needs would paint over the neighbouring lines. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;
const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** @returns one line; what separated lines becomes a blank */
export function printableLine(text: string): string {
  return printableLines(text).join(' ').trim();
}

/** @returns at least one line; blanks at the beginnings stay, because programs are quoted too */
export function printableLines(text: string): readonly string[] {
  // Whole escape sequences first, so that their rest does not litter the line. Whatever that leaves, no control character remains.
  return stripVTControlCharacters(text.toWellFormed())
    .split(lineEnds)
    .map((line) => line.replaceAll('\t', '  ').replace(unsafe, '').replace(stackedMarks, '$1').trimEnd());
}
