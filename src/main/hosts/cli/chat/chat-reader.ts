/**
 * The keyboard of a chat: the line editor of Node.js, made fit for pasted text (rule CHAT-6), for
 * Ctrl+Z and `fg` of the shell (CHAT-4), and for a terminal that is closed (CHAT-5). An input that
 * is no terminal only gives lines. The meaning of the lines is left to chat-commands.ts.
 */
import { createInterface, type Interface, type Key } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../../core/ports.ts';
import type { JobControl } from './job-control.ts';
import {
  countPastedLines,
  createPasteFilter,
  pasteEnd,
  pasteMarksOff,
  pasteMarksOn,
  pasteStart,
  readPastedLine,
} from './paste-filter.ts';

export interface ChatReaderDeps {
  readonly clock: Clock;
  readonly input: Readable & { setRawMode?(isRaw: boolean): unknown };
  /** A terminal if its `isTTY` says so. */
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly jobs: JobControl;
  complete(line: string): [string[], string];
}

export interface ChatReader {
  /** Absent if the output is no terminal. */
  readonly editor: Interface | undefined;
  readonly lines: Pick<Interface, 'pause' | 'resume'>;
  /** Subscribes to the keyboard. Call it once. */
  listen(listeners: ChatReaderListeners): void;
  /** Discards the typed line, as a shell does at Ctrl+C. */
  discardLine(): void;
  close(): void;
}

export interface ChatReaderListeners {
  onLine(text: string): void;
  /** The input has ended, or the terminal is gone. */
  onEnd(): void;
  onInterrupt(): void;
  /** A paste of several lines stands in the editor. */
  onPasted(lineCount: number): void;
  onPasteTooLong(): void;
  /** The terminal shows something else below the last line. */
  onRedraw(): void;
  /** The terminal has another width, and the editor has not yet drawn the line again. */
  onResize(): void;
}

/** A process that the shell cannot stop goes on after this time. Others stop within microseconds. */
const notStoppedMs = 50;

export function createChatReader({ clock, input, output, jobs, complete }: ChatReaderDeps): ChatReader {
  const isTerminal = output.isTTY === true;
  let listeners: ChatReaderListeners | undefined;
  const keys = isTerminal ? createKeys(input, () => listeners?.onPasteTooLong()) : input;
  const reader = createInterface({ input: keys, output, terminal: isTerminal, completer: complete });
  const undo: Unsubscribe[] = [];
  let isStopped = false;

  return {
    editor: isTerminal ? reader : undefined,
    lines: reader,
    listen(added) {
      listeners = added;
      reader.on('line', (line) => added.onLine(isTerminal ? readPastedLine(line) : line));
      reader.on('close', added.onEnd);
      // A terminal that was closed fails every call on it. It ends the chat, and is no error.
      for (const stream of [input, output]) stream.on('error', added.onEnd);
      if (isTerminal) input.on('end', added.onEnd);
      reader.on('SIGINT', added.onInterrupt);
      if (isTerminal) listenToTerminal(added);
    },
    discardLine() {
      reader.write(null, { ctrl: true, name: 'e' });
      reader.write(null, { ctrl: true, name: 'u' });
    },
    close() {
      for (const undoOne of undo) undoOne();
      if (isTerminal) output.write(pasteMarksOff);
      reader.close();
      input.destroy();
    },
  };

  function listenToTerminal({ onPasted, onResize }: ChatReaderListeners): void {
    output.write(pasteMarksOn);
    reader.on('SIGTSTP', stop);
    undo.push(
      jobs.onContinued(() => {
        isStopped = true;
        goOn();
      }),
    );
    // Before the editor draws its line for the new width.
    output.prependListener('resize', onResize);
    undo.push(() => output.off('resize', onResize));
    let startsLine = false;
    let countBefore = 1;
    keys.on('keypress', (_text: string | undefined, key: Key) => {
      if (key.sequence === pasteStart) {
        startsLine = reader.line.slice(0, reader.cursor).trim() === '';
        countBefore = countPastedLines(reader.line);
      }
      if (key.sequence !== pasteEnd) return;
      const count = countPastedLines(reader.line);
      if (count === countBefore) return;
      if (startsLine) quoteSlash();
      onPasted(count);
    });
  }

  /** A pasted text is no command: a second slash says so, as in a typed line. */
  function quoteSlash(): void {
    const indent = reader.line.search(/\S/u);
    if (reader.line[indent] !== '/') return;
    reader.write(null, { ctrl: true, name: 'a' });
    for (let column = 0; column < indent; column += 1) reader.write(null, { name: 'right' });
    reader.write('/');
    reader.write(null, { ctrl: true, name: 'e' });
  }

  function stop(): void {
    isStopped = true;
    output.write(`${pasteMarksOff}\r\n`);
    input.setRawMode?.(false);
    jobs.stop();
    // Without a shell that could continue us the system does not stop us, and says nothing.
    undo.push(clock.setTimer(goOn, notStoppedMs));
  }

  function goOn(): void {
    if (!isStopped) return;
    isStopped = false;
    // The shell may have set the terminal otherwise, which Node.js does not know: it skips a mode
    // that it believes to be set.
    input.setRawMode?.(false);
    input.setRawMode?.(true);
    output.write(pasteMarksOn);
    reader.resume();
    listeners?.onRedraw();
  }
}

/** The keys of the terminal, with pasted text made harmless. */
function createKeys(input: ChatReaderDeps['input'], onPasteTooLong: () => void): Readable {
  const filter = createPasteFilter(onPasteTooLong);
  // The editor takes the end of its input for Enter, and would send a half-typed line.
  return input.pipe(Object.assign(filter, { setRawMode: (isRaw: boolean) => input.setRawMode?.(isRaw) }), { end: false });
}
