/**
 * The files of a profile's log: names, sizes, and reading their end (rule LOG-1). Writing is left
 * to file-log.ts.
 */
import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

export interface LogBounds {
  /** The size in bytes at which a file is full and the next one begins. */
  readonly maxFileBytes: number;
  /** Files, including the current one. One more replaces the oldest. */
  readonly maxFiles: number;
}

/** An ordinary day writes a few kilobytes, so four megabytes hold the weeks before a fault. */
export const defaultLogBounds: LogBounds = { maxFileBytes: 1024 * 1024, maxFiles: 4 };

/**
 * Never follows a link, which could lead out of the profile, and never waits for the other end of a
 * pipe. Windows has neither flag, nor needs it.
 */
export const safeOpenFlags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** @param age 0 for the current file, 1 for the one before it */
export function logFilePath(directory: string, age: number): string {
  return join(directory, age === 0 ? 'hallway.log' : `hallway.${age}.log`);
}

/**
 * Control characters except the tab, and marks that change the writing direction: another program
 * may have written into the file.
 */
const unsafeCharacters = /[^\P{Cc}\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Reads the last lines of the log, across its files. Total: an unreadable file becomes a line with
 * the reason.
 *
 * @param maxBytes the most to read
 * @returns whole lines, oldest first, without control characters
 */
export async function readLogTail(
  directory: string,
  maxBytes: number,
  { maxFiles }: Pick<LogBounds, 'maxFiles'> = defaultLogBounds,
): Promise<readonly string[]> {
  const lines: string[] = [];
  let leftBytes = maxBytes;
  for (let age = 0; age < maxFiles && leftBytes > 0; age += 1) {
    const end = await readEnd(logFilePath(directory, age), leftBytes);
    lines.unshift(...end.lines);
    leftBytes -= end.sizeBytes;
  }
  return lines;
}

interface FileEnd {
  readonly lines: readonly string[];
  readonly sizeBytes: number;
}

async function readEnd(path: string, maxBytes: number): Promise<FileEnd> {
  try {
    const file = await open(path, constants.O_RDONLY | safeOpenFlags);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return unreadable(path, 'it is not a file');
      return { lines: wholeLines(await readLast(file, stats, maxBytes), stats.size > maxBytes), sizeBytes: stats.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT' ? { lines: [], sizeBytes: 0 } : unreadable(path, code);
  }
}

async function readLast(file: Awaited<ReturnType<typeof open>>, { size }: Stats, maxBytes: number): Promise<string> {
  const bytes = Buffer.alloc(Math.min(size, maxBytes));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString('utf8', 0, bytesRead);
}

function wholeLines(text: string, isCut: boolean): readonly string[] {
  const lines = text.split('\n').map((line) => line.replaceAll(unsafeCharacters, ''));
  return (isCut ? lines.slice(1) : lines).filter((line) => line !== '');
}

function unreadable(path: string, reason: string): FileEnd {
  return { lines: [`(${path} cannot be read: ${reason})`], sizeBytes: 0 };
}
