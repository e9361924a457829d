/**
 * The lines of a chat and the prompt below them: a line appears above the prompt, which stays.
 * Without a terminal it only writes lines. No character that controls a terminal gets through (rule
 * CHAT-1).
 */
import type { Writable } from 'node:stream';
import { clearScreenDown, cursorTo, moveCursor, type Interface } from 'node:readline';
import { wrapColumns } from '../output/columns.ts';
import { maxWaitingBytes } from '../automation/line-writer.ts';
import { printableLines } from '../output/printable.ts';

export interface ChatScreen {
  /** Shows a text, of one line or several. */
  say(text: string): void;
  /** Shows the prompt with this text from now on. */
  setPrompt(text: string): void;
  /** The columns of the terminal. */
  width(): number;
  /** Ends the prompt. */
  close(): void;
}

/** Further rows of a text begin behind the place of the time, where nothing else begins. */
const rowIndent = 6;
/** Used when the width is not known. */
const defaultColumns = 80;

type Output = Writable & { readonly columns?: number };

/** @param reader the terminal's; absent if the output is no terminal */
export function createChatScreen(output: Output, reader: Interface | undefined): ChatScreen {
  let isPrompting = false;

  return {
    say(text) {
      // A reader that has stopped must not use memory. A terminal takes everything at once.
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
    // A terminal without a known width says 0.
    return output.columns || defaultColumns;
  }

  /** Moves the cursor to the beginning of the prompt. */
  function clearPrompt(prompting: Interface & { prevRows?: number }): void {
    moveCursor(output, 0, -prompting.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // The reader's idea of the rows above, which is wrong after a paste. Without this it would draw
    // the prompt too high.
    prompting.prevRows = 0;
  }
}
