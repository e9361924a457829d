/**
 * Writes lines to a reader that may be slow, stopped or gone. It uses bounded memory and never
 * blocks the program: presence must go on while a script thinks. Lines of one turn are written
 * together, which matters at a thousand messages a second. The content of the lines is left to the
 * callers.
 */
import type { Writable } from 'node:stream';
import type { Clock } from '../../../core/ports.ts';

/** Unread bytes: about 10,000 presence events. A reader further behind has stopped reading. */
export const maxWaitingBytes = 4 * 1024 * 1024;

/** The longest wait for a reader at the end. */
const flushWaitMs = 1_000;

export interface LineWriter {
  /** Writes a reply, which is never dropped. Callers await `drained` before the next one. */
  reply(line: string): void;
  /** Writes an event. @returns false if it was dropped, because too much is unread */
  emit(line: string): boolean;
  /** Settles when the reader has taken everything, or is gone. */
  drained(): Promise<void>;
  /** Like `drained`, but settles after `flushWaitMs` at the latest. */
  flush(): Promise<void>;
  /** Stops listening to the stream. */
  close(): void;
}

export interface LineWriterOptions {
  /** Called once, when the reader is gone (EPIPE) or the stream fails. */
  onClosed(): void;
  /** Called each time the reader has caught up. */
  onDrained(): void;
}

export function createLineWriter(output: Writable, clock: Pick<Clock, 'setTimer'>, options: LineWriterOptions): LineWriter {
  let closed = false;
  let waiters: (() => void)[] = [];
  /** The lines of this turn that are not written yet. */
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
        // The callback of an empty write follows those of all earlier writes.
        waiters.push(finish);
        output.write('', finish);
      });
    },
    close() {
      writeTogether();
      closed = true;
      output.off('drain', onDrain);
      output.off('close', onEnd);
      // The error listener stays: a late EPIPE must not end the process.
      settleWaiters();
    },
  };
}
