/**
 * The log on the standard error stream, one line per entry, as text or as JSON. Standard output
 * belongs to the automation interface. Our own code, because it needs no more than a threshold and
 * a line. The log in the profile is file-log.ts.
 */
import type { Log, LogLevel } from '../../core/ports.ts';

export interface LogOptions {
  /** Entries below this level are not written. */
  readonly threshold: LogLevel;
  readonly format: 'text' | 'json';
  /** Writes a line. Absent means to the standard error stream. */
  readonly write?: (line: string) => void;
}

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 };

/**
 * Characters that JSON leaves, but a terminal may obey: delete, C1 controls, and marks that change
 * the writing direction.
 */
const unsafeCharacters = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function createStderrLog(options: LogOptions): Log {
  const write = options.write ?? standardError();
  return {
    write(level, message, fields = {}) {
      if (isBelow(level, options.threshold)) return;
      const time = new Date().toISOString();
      if (options.format === 'json') write(`${printable({ ...fields, time, level, message })}\n`);
      else write(`${textLine(time, level, message, fields)}\n`);
    },
  };
}

/** Writes each entry to all logs. Each has its own threshold. */
export function joinLogs(logs: readonly Log[]): Log {
  return {
    write(level, message, fields) {
      for (const log of logs) log.write(level, message, fields);
    },
  };
}

export function isBelow(level: LogLevel, threshold: LogLevel): boolean {
  return rank[level] < rank[threshold];
}

/**
 * @returns an entry as one line of text, without a line feed and without characters that a terminal
 *   may obey
 */
export function textLine(time: string, level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): string {
  const shownFields = Object.keys(fields).length === 0 ? '' : ` ${printable(fields)}`;
  return `${time} ${level} ${printable(message).slice(1, -1)}${shownFields}`;
}

function standardError(): (line: string) => void {
  // A reader that is gone must not end the program.
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
