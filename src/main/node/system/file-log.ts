/**
 * The log in the profile folder, for hosts that run for long: bounded files for their owner only
 * (rules LOG-1 and LOG-2). It writes synchronously, so that the last entries before a crash
 * survive. docs/decisions/0005-log-file.md says why no library does it. The names and sizes of the
 * files are in log-files.ts.
 */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Log, LogLevel } from '../../core/ports.ts';
import { isBelow, textLine } from './log.ts';
import { defaultLogBounds, logFilePath, safeOpenFlags, type LogBounds } from './log-files.ts';

/** A stack trace fits. A longer line is data, which does not belong in a log. */
const maxLineBytes = 4_096;

const lineFeed = 0x0a;

export interface FileLogOptions {
  /** The profile folder, which no other process writes to meanwhile. */
  readonly directory: string;
  /** Entries below this level are not written. Read for each entry. */
  readonly threshold: () => LogLevel;
  /** Absent means `defaultLogBounds`. */
  readonly bounds?: LogBounds;
}

export interface FileLog extends Log {
  /**
   * Calls `listener` with the system's code when an entry could not be written, at once if
   * one could not before; with undefined when one could again.
   *
   * @returns its undo
   */
  onTrouble(listener: (code: string | undefined) => void): Unsubscribe;
}

/**
 * Opens no file before the first entry. Never throws: it counts lost entries, and logs their number
 * later.
 */
export function createFileLog({ directory, threshold, bounds = defaultLogBounds }: FileLogOptions): FileLog {
  const troubles = createEmitter<string | undefined>();
  const path = logFilePath(directory, 0);
  let trouble: string | undefined;
  let lost = 0;

  return {
    write(level, message, fields = {}) {
      if (isBelow(level, threshold())) return;
      const failure = tryToAppend(bounded(textLine(now(), level, message, fields)));
      if (failure !== undefined) lost += 1;
      const was = trouble;
      // The first reason stays. A user who fixes it learns the next one.
      trouble = failure === undefined ? undefined : (was ?? failure);
      if ((was === undefined) !== (trouble === undefined)) troubles.emit(trouble);
    },
    onTrouble(listener) {
      if (trouble !== undefined) listener(trouble);
      return troubles.subscribe(listener);
    },
  };

  /** @returns the system's code if it failed */
  function tryToAppend(line: string): string | undefined {
    try {
      const gap = lost === 0 ? '' : `${textLine(now(), 'warning', 'entries were lost', { lost, code: trouble })}\n`;
      append(Buffer.from(`${gap}${line}\n`));
      lost = 0;
      return undefined;
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  }

  /**
   * Opens the file each time: it takes some 60 µs, and a file that a user deleted or moved is no
   * special case.
   */
  function append(bytes: Buffer): void {
    const isFull = withFile(path, (file, sizeBytes) => {
      if (sizeBytes > 0 && sizeBytes + bytes.length > bounds.maxFileBytes) return true;
      writeAll(file, endsInLine(file, sizeBytes) ? bytes : Buffer.concat([Buffer.from('\n'), bytes]));
      return false;
    });
    if (!isFull) return;
    shift();
    withFile(path, (file) => writeAll(file, bytes));
  }

  function shift(): void {
    rmSync(logFilePath(directory, bounds.maxFiles - 1), { force: true });
    for (let age = bounds.maxFiles - 2; age >= 0; age -= 1) {
      try {
        renameSync(logFilePath(directory, age), logFilePath(directory, age + 1));
      } catch (error) {
        // Not all files exist yet.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      }
    }
  }
}

function withFile<Result>(path: string, use: (file: number, sizeBytes: number) => Result): Result {
  const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | safeOpenFlags, 0o600);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is not a file`), { code: 'it is not a file' });
    // As root on the profile of a user: the file belongs to the owner of its folder.
    if (stats.size === 0 && process.getuid?.() === 0) {
      const { uid, gid } = statSync(dirname(path));
      fchownSync(file, uid, gid);
    }
    return use(file, stats.size);
  } finally {
    closeSync(file);
  }
}

/** A full disk may have cut the last line. The next entry must not continue it. */
function endsInLine(file: number, sizeBytes: number): boolean {
  if (sizeBytes === 0) return true;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, sizeBytes - 1);
  return last[0] === lineFeed;
}

function writeAll(file: number, bytes: Buffer): void {
  const written = writeSync(file, bytes);
  if (written < bytes.length) throw Object.assign(new Error('not all was written'), { code: 'ENOSPC' });
}

/** Cuts a long line, never within a character. */
function bounded(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= maxLineBytes) return line;
  return `${bytes.toString('utf8', 0, maxLineBytes - 6).replace(/\ufffd+$/, '')}…`;
}

function now(): string {
  return new Date().toISOString();
}
