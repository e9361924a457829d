/**
 * Moves a file or a folder to its final name in the folder that the user chose (rule DISK-6). It
 * replaces nothing, not even what appears at the same moment, and takes one step: nobody sees half
 * a file under that name.
 */
import { link, lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { errorCode } from '../storage/atomic-file.ts';
import { toCreate } from './open-flags.ts';

export interface Move {
  readonly from: string;
  readonly to: string;
  readonly isFolder: boolean;
}

/** @returns false if something has that name already */
export async function giveName(move: Move): Promise<boolean> {
  return move.isFolder ? giveFolder(move) : giveFile(move);
}

/**
 * Whether an earlier run gave that name, or was about to when it ended. Then the name is given now.
 */
export async function wasGiven({ from, to, isFolder }: Move): Promise<boolean> {
  const source = await statOf(from);
  if (!source) return true;
  const target = await statOf(to);
  if (!target) return false;
  if (!isFolder) {
    if (target.ino !== source.ino || target.dev !== source.dev) return false;
    await unlink(from); // both names are there already
    return true;
  }
  try {
    await rename(from, to); // replaces a folder that is empty, as the one that reserved the name
    return true;
  } catch {
    return false;
  }
}

async function giveFile({ from, to }: Move): Promise<boolean> {
  try {
    // Unlike rename, link refuses to replace.
    await link(from, to);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS' && code !== 'EINVAL') throw error;
    return replaceReserved(from, to); // a file system without a second name for a file, such as FAT
  }
  await unlink(from);
  return true;
}

/** Takes the name first, with an empty file that only the move replaces. */
async function replaceReserved(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, toCreate)).close();
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await renameOr(() => unlink(to), from, to);
  return true;
}

async function giveFolder({ from, to }: Move): Promise<boolean> {
  try {
    await mkdir(to);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  // Windows replaces no folder, not even an empty one.
  if (process.platform === 'win32') await rmdir(to);
  await renameOr(() => rmdir(to), from, to);
  return true;
}

/** @param release gives the reserved name free again after a failure */
async function renameOr(release: () => Promise<void>, from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
}

async function statOf(path: string): Promise<{ readonly ino: number; readonly dev: number } | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
