/**
 * The unfinished files of a sink: creates them, writes and reads parts of them, and makes them
 * durable. Each is opened in its folder, never through a link, and never if it has a second name
 * (rules DISK-4, DISK-5). Which parts a chunk has is left to the callers.
 */
import { lstat, open, rm, unlink, type FileHandle } from 'node:fs/promises';
import type { WriteFailure } from '../../core/transfers/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';
import { closeAll, forEachOf } from './at-once.ts';
import { DiskError } from './disk-failures.ts';
import { createEarlySync } from './early-sync.ts';
import type { Folder, FolderTree } from './folder-tree.ts';
import { markFromOthers } from './marks.ts';
import { toCreate, toRead, toReadAndWrite } from './open-flags.ts';
import type { SinkFile } from './sink-names.ts';
import { writeAll } from './write-all.ts';

export interface FilePart {
  readonly file: SinkFile;
  /** Where the part begins in the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface SinkFiles {
  write(parts: readonly FilePart[]): Promise<void>;
  /** Fills the bytes of each part. @returns false if one is not there */
  read(parts: readonly FilePart[]): Promise<boolean>;
  /** Makes the file if it is empty. @throws if it is not as it must be */
  complete(file: SinkFile): Promise<void>;
  /** @throws if the file, which was written whole, is not as it must be */
  check(file: SinkFile): Promise<void>;
  /** @throws the first failure, once all are closed: then some of the bytes may be lost */
  close(): Promise<void>;
}

/** Large files that are open between two chunks. */
const maxOpenFiles = 8;
/** As any program makes files: what the user's mask leaves of it, and never executable. */
const modeOfFiles = 0o666;

export function createSinkFiles(tree: FolderTree): SinkFiles {
  const handles = new Map<SinkFile, FileHandle>();
  const early = createEarlySync();

  return {
    async write(parts) {
      // A part of a large file may open it; the whole small ones have nothing in common.
      for (const part of parts) if (!isWhole(part)) await writePart(part);
      await forEachOf(parts.filter(isWhole), writeWhole);
    },
    async read(parts) {
      let isThere = true;
      await forEachOf(parts, async (part) => {
        isThere &&= await readPart(part);
      });
      return isThere;
    },
    complete: (file) => tree.use(file.folder, (folder) => completeIn(folder, file)),
    check: (file) =>
      tree.use(file.folder, async (folder) => {
        const found = await lstat(folder.at(file.name));
        const isOwn = found.isFile() && found.nlink <= 1 && found.size === file.sizeBytes;
        if (!isOwn) throw new DiskError<WriteFailure>('vanished');
      }),
    async close() {
      const all = [...handles.values()];
      handles.clear();
      await early.settled();
      await closeAll(all.map((handle) => () => handle.close()));
      early.check();
    },
  };

  /** Nothing of it is needed that is there already. */
  async function writeWhole({ file, bytes }: FilePart): Promise<void> {
    await tree.use(file.folder, async (folder) => {
      const path = folder.at(file.name);
      const handle = await createAnew(path);
      try {
        await writeAll(handle, bytes, 0);
        await settle(handle, file);
      } finally {
        await handle.close();
      }
      await markFromOthers(path);
    });
  }

  async function writePart({ file, offset, bytes }: FilePart): Promise<void> {
    early.check();
    const handle = await handleOf(file);
    await writeAll(handle, bytes, offset);
    early.wrote(handle, bytes.length);
  }

  async function handleOf(file: SinkFile): Promise<FileHandle> {
    const known = handles.get(file);
    if (known) {
      handles.delete(file);
      handles.set(file, known);
      return known;
    }
    const handle = await tree.use(file.folder, (folder) => openOrCreate(folder.at(file.name)));
    handles.set(file, handle);
    if (handles.size > maxOpenFiles) await closeOldest();
    return handle;
  }

  async function closeOldest(): Promise<void> {
    await early.settled();
    for (const [file, handle] of handles) {
      handles.delete(file);
      return handle.close();
    }
  }

  async function readPart({ file, offset, bytes }: FilePart): Promise<boolean> {
    return tree.use(file.folder, async (folder) => {
      const handle = await openOwn(folder.at(file.name), toRead);
      if (!handle) return false;
      try {
        return await readAll(handle, bytes, offset);
      } finally {
        await handle.close();
      }
    });
  }
}

function isWhole({ file, bytes }: FilePart): boolean {
  return bytes.length === file.sizeBytes;
}

async function completeIn(folder: Folder, file: SinkFile): Promise<void> {
  const path = folder.at(file.name);
  const handle = file.sizeBytes === 0 ? await createAnew(path) : await openOwn(path, toReadAndWrite);
  if (!handle) throw new DiskError<WriteFailure>('vanished');
  try {
    if ((await handle.stat()).size !== file.sizeBytes) throw new DiskError<WriteFailure>('vanished');
    await settle(handle, file);
  } finally {
    await handle.close();
  }
  await markFromOthers(path);
}

/** Gives the file the time of its original, and makes it durable. */
async function settle(handle: FileHandle, { modifiedMs }: SinkFile): Promise<void> {
  const seconds = modifiedMs / 1_000;
  await handle.utimes(seconds, seconds);
  await handle.sync();
}

/** Removes what is in its place, be it a link, and makes the file. */
async function createAnew(path: string): Promise<FileHandle> {
  try {
    return await open(path, toCreate, modeOfFiles);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    await unlink(path);
    return open(path, toCreate, modeOfFiles);
  }
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, toCreate, modeOfFiles);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const handle = await openOwn(path, toReadAndWrite);
    // The part that was written is lost with it, so the caller must not go on.
    if (!handle) throw new DiskError<WriteFailure>('vanished');
    return handle;
  }
}

/**
 * Opens a file that an earlier step made. Removes what is no file of ours: a link, or a file that
 * has another name elsewhere, which would be written too.
 *
 * @returns undefined if it is not there, or was removed
 */
async function openOwn(path: string, flags: number): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    if (code !== 'ELOOP' && code !== 'ENXIO' && !(await isLink(path))) throw error;
    await remove(path);
    return undefined;
  }
  const found = await handle.stat();
  if (found.isFile() && found.nlink <= 1) return handle;
  await handle.close();
  await remove(path);
  return undefined;
}

/** Another read of the same file may have removed it. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink();
}

async function readAll(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<boolean> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return true;
}
