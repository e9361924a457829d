/**
 * Makes other people's texts harmless for a terminal (rule CHAT-1). It removes whatever would move
 * the cursor, change colours or the title, ring, change the writing direction, or paint over other
 * lines. Pure and total.
 */
import { stripVTControlCharacters } from 'node:util';

/**
 * C0 and C1 controls, delete, marks of the writing direction, and separators that some terminals
 * take for a new line.
 */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;
/** More marks on a letter than any script needs: they would paint over other lines. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;
const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** @returns one line; a line break becomes a blank */
export function printableLine(text: string): string {
  return printableLines(text).join(' ').trim();
}

/** @returns at least one line; leading blanks stay, for quoted programs */
export function printableLines(text: string): readonly string[] {
  // Escape sequences first, so that no rest of them litters the line. Then every control character.
  return stripVTControlCharacters(text.toWellFormed())
    .split(lineEnds)
    .map((line) => line.replaceAll('\t', '  ').replace(unsafe, '').replace(stackedMarks, '$1').trimEnd());
}
