/**
 * The lines of a chat and the prompt below them: what is said appears above what is being typed, which stays. Where the output is no terminal,
 * lines are just written. Nothing that could control a terminal gets through here, whoever wrote it (rule CHAT-1).
 */
import type { Writable } from 'node:stream';
import { clearScreenDown, cursorTo, moveCursor, type Interface } from 'node:readline';
import { wrapColumns } from '../output/columns.ts';
import { maxWaitingBytes } from '../automation/line-writer.ts';
import { printableLines } from '../output/printable.ts';

export interface ChatScreen {
  /** Shows a text, of one line or several. */
  say(text: string): void;
  /** Shows the prompt, from now on with this text. */
  setPrompt(text: string): void;
  /** Columns there are. */
  width(): number;
  /** The prompt is gone for good. */
  close(): void;
}

/** Rows after the first begin behind where a time of day would stand, and so as nothing else does. */
const rowIndent = 6;
/** Where the width is not known. */
const defaultColumns = 80;

type Output = Writable & { readonly columns?: number };

/** @param reader of a terminal; absent where the output is none */
export function createChatScreen(output: Output, reader: Interface | undefined): ChatScreen {
  let isPrompting = false;

  return {
    say(text) {
      // A reader that has stopped reading must not cost memory. A terminal takes all at once.
      if (output.writableLength > maxWaitingBytes || output.destroyed) return;
      const rows = reader ? printableLines(text).flatMap((line) => wrapColumns(line, width(), rowIndent)) : printableLines(text);
      const lines = rows.map((row) => `${row}\n`);
      if (!reader || !isPrompting) {
        output.write(lines.join(''));
        return;
      }
      clearPrompt(reader);
      output.write(lines.join(''));
      reader.prompt(true);
    },
    setPrompt(text) {
      if (!reader) return;
      if (isPrompting) clearPrompt(reader);
      isPrompting = true;
      reader.setPrompt(`${printableLines(text).join(' ')}> `);
      reader.prompt(true);
    },
    width,
    close() {
      isPrompting = false;
    },
  };

  function width(): number {
    // A terminal that was never told how wide it is says 0.
    return output.columns || defaultColumns;
  }

  /** The cursor stands where the prompt began. */
  function clearPrompt(prompting: Interface & { prevRows?: number }): void {
    moveCursor(output, 0, -prompting.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // How far below that it thinks to be; it does not know after a paste. Without this it would draw the prompt too high.
    prompting.prevRows = 0;
  }
}
