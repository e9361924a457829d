/**
 * Which chunks of an offer are written: one bit each, in a file beside them (rule DISK-2). A bit is
 * written after its chunk, so the end of the process at any instant loses that chunk at most. The
 * disk checks the chunks themselves when it opens a journal of an earlier run.
 */
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { errorCode } from '../storage/atomic-file.ts';
import { createQueue } from './at-once.ts';
import type { Folder } from './folder-tree.ts';
import { toCreate, toReadAndWrite } from './open-flags.ts';

export interface SinkJournal {
  /** Live: `mark` and `unmark` change it. */
  readonly have: Uint8Array;
  mark(chunk: number): Promise<void>;
  unmark(chunk: number): Promise<void>;
  close(): Promise<void>;
}

export const journalName = 'journal';
/** Names the format and its version; a journal of another one is no use. */
const magic = new TextEncoder().encode('hallway1');
const modeOfOwn = 0o600;

/** @param content of which it is: a journal of other content is replaced by an empty one */
export async function openJournal(folder: Folder, content: Uint8Array, chunkCount: number): Promise<SinkJournal> {
  const header = Buffer.concat([magic, content]);
  const have = new Uint8Array(Math.ceil(chunkCount / 8));
  const path = folder.at(journalName);
  const handle = (await openEarlier(path, header, have)) ?? (await create(path, header, have));

  const enqueue = createQueue();

  async function set(chunk: number, isHere: boolean): Promise<void> {
    const index = chunk >> 3;
    const bit = 1 << (chunk & 7);
    const before = have[index] ?? 0;
    const after = isHere ? before | bit : before & ~bit;
    await handle.write(Uint8Array.of(after), 0, 1, header.length + index);
    have[index] = after;
  }
  return {
    have,
    mark: (chunk) => enqueue(() => set(chunk, true)),
    unmark: (chunk) => enqueue(() => set(chunk, false)),
    close: () => handle.close(),
  };
}

/** @returns undefined if there is none, or none that fits */
async function openEarlier(path: string, header: Uint8Array, have: Uint8Array): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, toReadAndWrite);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ELOOP') return undefined;
    throw error;
  }
  const { size, nlink } = await handle.stat();
  const found = Buffer.alloc(header.length + have.length);
  const isWhole = size === found.length && nlink === 1 && (await handle.read(found, 0, found.length, 0)).bytesRead === size;
  if (isWhole && found.subarray(0, header.length).equals(header)) {
    have.set(found.subarray(header.length));
    return handle;
  }
  await handle.close();
  return undefined;
}

async function create(path: string, header: Uint8Array, have: Uint8Array): Promise<FileHandle> {
  await unlink(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  const handle = await open(path, toCreate, modeOfOwn);
  await handle.write(Buffer.concat([header, have]));
  return handle;
}
