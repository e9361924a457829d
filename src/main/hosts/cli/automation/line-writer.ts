/**
 * Writes lines to a reader that may be slow, stopped or gone, in bounded memory and without ever holding up the rest of the program:
 * presence must go on while a script thinks. Lines that are said together are written together: of a thousand messages a second each has several.
 * What the lines say is left to those who call.
 */
import type { Writable } from 'node:stream';
import type { Clock } from '../../../core/ports.ts';

/** Waiting for the reader: about 10,000 presence events. A reader that falls behind further has stopped reading. */
export const maxWaitingBytes = 4 * 1024 * 1024;

/** How long leaving waits for a reader to take what was written for it. */
const flushWaitMs = 1_000;

export interface LineWriter {
  /** Writes an answer that somebody waits for: it is never dropped. Callers await `drained` before the next one. */
  reply(line: string): void;
  /** Writes what the reader did not ask for. @returns false if it was dropped, because too much is waiting */
  emit(line: string): boolean;
  /** Settles when the reader has taken all it was sent, or is gone. */
  drained(): Promise<void>;
  /** Settles as `drained` does, but no later than after `flushWaitMs`. */
  flush(): Promise<void>;
  /** Stops listening to the stream. */
  close(): void;
}

export interface LineWriterOptions {
  /** Called once, when the reader is gone (EPIPE) or the stream failed otherwise. */
  onClosed(): void;
  /** Called each time everything was taken after something had been waiting. */
  onDrained(): void;
}

export function createLineWriter(output: Writable, clock: Pick<Clock, 'setTimer'>, options: LineWriterOptions): LineWriter {
  let closed = false;
  let waiters: (() => void)[] = [];
  /** Said in this turn, and not written yet. */
  let together = '';

  function settleWaiters(): void {
    const settled = waiters;
    waiters = [];
    for (const settle of settled) settle();
  }
  function onDrain(): void {
    settleWaiters();
    options.onDrained();
  }
  function onEnd(): void {
    if (closed) return;
    closed = true;
    settleWaiters();
    options.onClosed();
  }
  function write(line: string): void {
    if (closed) return;
    if (together === '') process.nextTick(writeTogether);
    together += `${line}\n`;
    if (together.length >= output.writableHighWaterMark) writeTogether();
  }
  function writeTogether(): void {
    const text = together;
    together = '';
    if (text !== '' && !closed) output.write(text);
  }
  function drained(): Promise<void> {
    if (closed || !output.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => waiters.push(resolve));
  }

  output.on('drain', onDrain);
  output.on('error', onEnd);
  output.on('close', onEnd);

  return {
    reply: write,
    emit(line) {
      if (output.writableLength + together.length > maxWaitingBytes) return false;
      write(line);
      return true;
    },
    drained,
    async flush() {
      writeTogether();
      if (closed || output.writableLength === 0) return;
      await new Promise<void>((resolve) => {
        const cancelTimer = clock.setTimer(resolve, flushWaitMs);
        const finish = (): void => {
          cancelTimer();
          resolve();
        };
        // The callback of an empty write comes after those of all writes before it.
        waiters.push(finish);
        output.write('', finish);
      });
    },
    close() {
      writeTogether();
      closed = true;
      output.off('drain', onDrain);
      output.off('close', onEnd);
      // The listener for errors stays: an EPIPE that comes late must not end the process.
      settleWaiters();
    },
  };
}
