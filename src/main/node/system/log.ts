/**
 * The log: one line per entry on the standard error stream, for people or as JSON. Never on the standard output, which belongs to the
 * automation interface. Own code, because a threshold and a line are all that is wanted of it.
 */
import type { Log, LogLevel } from '../../core/ports.ts';

export interface LogOptions {
  /** Entries below this level are not written. */
  readonly threshold: LogLevel;
  readonly format: 'text' | 'json';
  /** Where the lines go; the standard error stream unless a test says otherwise. */
  readonly write?: (line: string) => void;
}

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 };

/** What JSON leaves as it is but a terminal may obey: delete, C1 controls, and marks that turn the direction of writing. */
const unsafeCharacters = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function createStderrLog(options: LogOptions): Log {
  const write = options.write ?? standardError();
  return {
    write(level, message, fields = {}) {
      if (rank[level] < rank[options.threshold]) return;
      const time = new Date().toISOString();
      if (options.format === 'json') write(`${printable({ ...fields, time, level, message })}\n`);
      else
        write(
          `${time} ${level} ${printable(message).slice(1, -1)}${Object.keys(fields).length === 0 ? '' : ` ${printable(fields)}`}\n`,
        );
    },
  };
}

function standardError(): (line: string) => void {
  // A reader that went away must not end the program.
  process.stderr.on('error', () => undefined);
  return (line) => void process.stderr.write(line);
}

/** One line of JSON. A value that JSON cannot carry must not turn a log entry into a crash. */
function printable(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    text = '"(cannot be written)"';
  }
  return text.replaceAll(unsafeCharacters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
