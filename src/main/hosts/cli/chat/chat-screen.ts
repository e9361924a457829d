/**
 * The lines of a chat and the prompt below them: a line appears above the prompt, which stays.
 * Without a terminal it only writes lines. No character that controls a terminal gets through (rule
 * CHAT-1).
 */
import type { Writable } from 'node:stream';
import { clearScreenDown, cursorTo, moveCursor, type Interface } from 'node:readline';
import { cutColumns, wrapColumns } from '../output/columns.ts';
import { maxWaitingBytes } from '../automation/line-writer.ts';
import { printableLines } from '../output/printable.ts';

export interface ChatScreen {
  /** Shows a text, of one line or several. */
  say(text: string): void;
  /** Shows the prompt with this text from now on. */
  setPrompt(text: string): void;
  /** The columns of the terminal. */
  width(): number;
  /** Draws the prompt on a new line, after others have written to the terminal. */
  redraw(): void;
  /** Prepares the prompt for a new width, before the reader draws it. */
  resized(): void;
  /** Ends the prompt. */
  close(): void;
}

/** Further rows of a text begin behind the place of the time, where nothing else begins. */
const rowIndent = 6;
/** Used when the width is not known. */
const defaultColumns = 80;

/** The most of a prompt that any terminal gets, and it gets half of the columns if that is more. */
const minPromptColumns = 4;

/** `prevRows`: the rows of the prompt above the cursor. The types of Node.js do not have it. */
type Editor = Interface & { prevRows?: number };

type Output = Writable & { readonly columns?: number };

/** @param reader the terminal's; absent if the output is no terminal */
export function createChatScreen(output: Output, reader: Editor | undefined): ChatScreen {
  let isPrompting = false;
  let promptText = '';
  let isClosed = false;
  // A closed reader has no prompt, and lines that wait may still have something to say.
  reader?.on('close', close);

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
      if (!reader || isClosed) return;
      if (isPrompting) clearPrompt(reader);
      isPrompting = true;
      promptText = printableLines(text).join(' ');
      fitPrompt(reader);
      reader.prompt(true);
    },
    width,
    redraw() {
      if (!reader || !isPrompting) return;
      reader.prevRows = 0;
      reader.prompt(true);
    },
    resized() {
      if (!reader || !isPrompting) return;
      // Terminals break the rows anew, so the cursor is where the old prompt ends in the new width.
      reader.prevRows = reader.getCursorPos().rows;
      fitPrompt(reader);
    },
    close,
  };

  function close(): void {
    isClosed = true;
    isPrompting = false;
  }

  function width(): number {
    // A terminal without a known width says 0.
    return output.columns || defaultColumns;
  }

  /** Leaves room to type in a narrow terminal. */
  function fitPrompt(prompting: Editor): void {
    prompting.setPrompt(`${cutColumns(promptText, Math.max(minPromptColumns, width() >> 1))}> `);
  }

  /** Moves the cursor to the beginning of the prompt. */
  function clearPrompt(prompting: Editor): void {
    moveCursor(output, 0, -prompting.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    // The reader's idea of the rows above, which is wrong after a paste. Without this it would draw
    // the prompt too high.
    prompting.prevRows = 0;
  }
}
