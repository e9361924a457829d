/**
 * Makes pasted text harmless for the line editor of a chat (rule CHAT-6). A terminal marks what is
 * pasted ("bracketed paste"). Inside the marks this filter turns line breaks into a visible sign
 * and removes every character that the editor would obey. All else, also the marks, goes through as
 * it is.
 */
import { StringDecoder } from 'node:string_decoder';
import { Transform, type TransformCallback } from 'node:stream';
import { maxMessageBytes } from '../../../../shared/contract/messages.ts';
import { printableLines } from '../output/printable.ts';

/** Asks a terminal to mark pasted text, and to stop doing so. */
export const pasteMarksOn = '\u001b[?2004h';
export const pasteMarksOff = '\u001b[?2004l';

export const pasteStart = '\u001b[200~';
export const pasteEnd = '\u001b[201~';

/** Stands for a line break in the editor, which has one line. Nobody types it. */
const lineBreakSign = '␤';

/** The most characters of a paste. A message is shorter. */
const maxPasteLength = maxMessageBytes;

/** @returns the text that a line of the editor stands for */
export function readPastedLine(line: string): string {
  return line.replaceAll(lineBreakSign, '\n');
}

export function countPastedLines(line: string): number {
  return line.split(lineBreakSign).length;
}

/** @param onTooLong called instead of letting a paste through that is too long */
export function createPasteFilter(onTooLong: () => void): Transform {
  const decoder = new StringDecoder('utf8');
  /** The paste so far; undefined outside one. */
  let pasted: string | undefined;
  let isTooLong = false;
  /** How much of `pasteStart` has just come. */
  let matched = 0;

  return new Transform({
    transform(bytes: Buffer, _encoding, done: TransformCallback) {
      let shown = '';
      for (const character of decoder.write(bytes)) shown += take(character);
      done(null, shown === '' ? undefined : shown);
    },
  });

  function take(character: string): string {
    if (pasted !== undefined) return takePasted(character);
    if (character === pasteStart[matched]) matched += 1;
    else matched = character === pasteStart[0] ? 1 : 0;
    if (matched === pasteStart.length) {
      matched = 0;
      pasted = '';
      isTooLong = false;
    }
    return character;
  }

  function takePasted(character: string): string {
    pasted += character;
    if (pasted?.endsWith(pasteEnd)) return finish(pasted.slice(0, -pasteEnd.length));
    if (pasted !== undefined && pasted.length > maxPasteLength + pasteEnd.length) {
      isTooLong = true;
      // The end mark may have begun.
      pasted = pasted.slice(-pasteEnd.length);
    }
    return '';
  }

  function finish(text: string): string {
    pasted = undefined;
    if (isTooLong) {
      onTooLong();
      return pasteEnd;
    }
    return oneLine(text) + pasteEnd;
  }
}

/** A line break at the end would look like an empty line, and says nothing. */
function oneLine(text: string): string {
  return printableLines(text.replace(/\s+$/u, '')).join(lineBreakSign);
}
