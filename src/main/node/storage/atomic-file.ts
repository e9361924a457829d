/**
 * Reads and writes the text files of a profile. A file is either wholly old or wholly new, even
 * after a crash or on a full disk. A file that cannot be used is moved aside, never deleted. The
 * meaning of the files is left to the callers.
 */
import { link, lstat, mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** No file of a profile comes near this. A larger one is not ours, and would only cost memory. */
const maxFileSizeBytes = 1024 * 1024;

/** Names to try when moving a file aside. The second one serves two moves within a millisecond. */
const maxAsideNames = 100;

export type TextFile =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'absent' }
  /** Something is there that waiting will not make readable. */
  | { readonly state: 'bad'; readonly reason: string }
  /** The system failed this time, or may not let us read now. The file may be perfectly good. */
  | { readonly state: 'failed'; readonly reason: string };

export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly code: string };

export async function readTextFile(path: string): Promise<TextFile> {
  try {
    // Opening a pipe or a device would block for ever.
    const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) return { state: 'bad', reason: 'notFile' };
    if (size > maxFileSizeBytes) return { state: 'bad', reason: 'tooLarge' };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return { state: 'read', text };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { state: 'absent' };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { state: 'bad', reason: 'notText' };
    return { state: 'failed', reason: code };
  }
}

/**
 * Replaces or creates the file, readable by its owner only. After `ok` it survives a power failure.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<WriteResult> {
  return attempt(async () => {
    const fresh = await writeBeside(path, content);
    await rename(fresh, path);
    await syncDirectory(dirname(path));
  });
}

/**
 * Creates the file, readable by its owner only. Fails with `EEXIST` if there is one.
 *
 * @param freshPath of the file that becomes it; a name of its own for each of several processes
 */
export async function createFile(path: string, text: string, freshPath = `${path}.new`): Promise<WriteResult> {
  return attempt(async () => {
    const fresh = await writeBeside(path, text, freshPath);
    try {
      // Unlike rename, link refuses to replace.
      await link(fresh, path);
    } catch (error) {
      if (errorCode(error) === 'EEXIST' || (await exists(path))) throw error;
      // A file system without hard links (FAT). The profile's lock keeps other processes away.
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
    await syncDirectory(dirname(path));
  });
}

/** @returns the new path; undefined if the file could not be moved */
export async function moveAside(path: string, wallMs: number): Promise<string | undefined> {
  const time = new Date(wallMs).toISOString().replaceAll(':', '-');
  for (let count = 1; count <= maxAsideNames; count += 1) {
    const aside = `${path}.unreadable-${time}${count === 1 ? '' : `-${count}`}`;
    if (await exists(aside)) continue;
    const moved = await attempt(() => rename(path, aside));
    return moved.ok ? aside : undefined;
  }
  return undefined;
}

/**
 * Makes the directory for its owner only, unless it exists.
 *
 * @returns the system's code on failure
 */
export async function makeDirectory(path: string): Promise<WriteResult> {
  return attempt(async () => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  });
}

/**
 * Creates the file for its owner only, and never opens one that exists or follows a link.
 *
 * @throws the system's error: `EEXIST`, …
 */
export function openNewFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600);
}

/**
 * Root may run us on the profile of a user, who must be able to read the file afterwards. So a file
 * that root creates belongs to the owner of its folder.
 */
export async function giveToOwnerOfFolder(file: FileHandle, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  await file.chown(uid, gid);
}

/** The system's code of an error, such as `ENOSPC`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}

async function writeBeside(path: string, content: string | Uint8Array, fresh = `${path}.new`): Promise<string> {
  // By default one name, not a random one: the next attempt replaces the leftover of a crash, so
  // secrets do not pile up.
  await rm(fresh, { force: true });
  const file = await openNewFile(fresh);
  try {
    await giveToOwnerOfFolder(file, path);
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(fresh, { force: true });
    throw error;
  }
  await file.close();
  return fresh;
}

/**
 * Makes a rename survive a power failure. Windows and some file systems cannot do it, nor need it.
 */
async function syncDirectory(path: string): Promise<void> {
  await attempt(async () => {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  });
}

async function exists(path: string): Promise<boolean> {
  return (await attempt(() => lstat(path))).ok;
}

async function attempt(work: () => Promise<unknown>): Promise<WriteResult> {
  try {
    await work();
    return { ok: true };
  } catch (error) {
    return { ok: false, code: errorCode(error) };
  }
}
