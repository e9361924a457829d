/**
 * The note of a transfer that gets its final names: which name each file or folder at the top was
 * given, and whether all have theirs (rule DISK-6). A line is durable before its name is given, so
 * a crash between two names leaves no doubt which of them were given.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { z } from '../../../shared/lib/zod.ts';
import { errorCode } from '../storage/atomic-file.ts';
import type { Folder } from './folder-tree.ts';
import { toCreate, toReadAndWrite } from './open-flags.ts';

export interface FinishNote {
  /** By the name in the sink: the latest name that was to be given. */
  readonly given: ReadonlyMap<string, string>;
  readonly isDone: boolean;
}

export const noteName = 'names';
const modeOfOwn = 0o600;
/** Two names of 100,000 files, and some tries more. */
const maxNoteBytes = 67_108_864;

const lineSchema = z.union([z.strictObject({ top: z.string(), name: z.string() }), z.strictObject({ done: z.literal(true) })]);
type Line = z.infer<typeof lineSchema>;

/** @returns undefined if there is none: no name was given yet */
export async function readNote(folder: Folder): Promise<FinishNote | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(folder.at(noteName), toReadAndWrite);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const text = size > maxNoteBytes ? '' : await handle.readFile('utf8');
    const given = new Map<string, string>();
    let isDone = false;
    for (const line of text.split('\n').map(readLine)) {
      if (line && 'top' in line) given.set(line.top, line.name);
      else if (line) isDone = true;
    }
    return { given, isDone };
  } finally {
    await handle.close();
  }
}

/** Appends lines; they are durable when it resolves. */
export async function writeNote(folder: Folder, lines: readonly Line[]): Promise<void> {
  const path = folder.at(noteName);
  const handle = await open(path, toCreate, modeOfOwn).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
    return open(path, toReadAndWrite);
  });
  try {
    const { size } = await handle.stat();
    // A line that a full disk cut is ended, and so left out when the note is read.
    const text = `${size > 0 ? '\n' : ''}${lines.map((line) => JSON.stringify(line)).join('\n')}`;
    await handle.write(Buffer.from(text), 0, null, size);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await folder.sync();
}

function readLine(text: string): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // cut by a crash
  }
}
