/**
 * The folders that may hold the lock of a profile: the profile itself, and short private folders
 * elsewhere, for a profile whose path is too long for a socket or whose disk is full. All users
 * share the temporary folder and can guess the names in it. So a folder there counts only if it is
 * this user's alone, and a name that another user has taken is passed over (rule ID-5). The lock is
 * left to profile-lock.ts.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../atomic-file.ts';

/**
 * Names to try in the temporary folder. If other users have taken them all, the profile opens
 * without a lock.
 */
const temporaryNames = 4;

export interface LockFolder {
  readonly path: string;
  /** Whether others could have made it. The profile itself is the user's own choice. */
  readonly isShared: boolean;
}

/** @returns the folders in the order of preference, the same for all processes of a user */
export async function lockFolders(directory: string): Promise<readonly LockFolder[]> {
  const name = `hallway-${nameOf(directory)}`;
  const runtime = await runtimeFolder();
  const temporary = Array.from({ length: temporaryNames }, (_, index) =>
    join(tmpdir(), index === 0 ? name : `${name}-${index + 1}`),
  );
  return [
    { path: directory, isShared: false },
    ...[...(runtime === undefined ? [] : [join(runtime, name)]), ...temporary].map((path) => ({ path, isShared: true })),
  ];
}

/** Short, and different for every user and folder. */
function nameOf(directory: string): string {
  return createHash('sha256').update(`${process.getuid?.()}\0${directory}`).digest('hex').slice(0, 12);
}

/** Whether the path is a folder that only this user can read or change. A link is none. */
export async function isPrivateFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}

/** @returns why the folder cannot be used; undefined if it can */
export async function makePrivateFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return errorCode(error);
  }
  return (await isPrivateFolder(path)) ? undefined : `${path} belongs to somebody else`;
}

/**
 * The system's private folder for the user, if there is one. A process that the system started may
 * lack the variable; on Linux it then takes the usual place, so that both use the same folder.
 */
async function runtimeFolder(): Promise<string | undefined> {
  const usual = process.platform === 'linux' ? `/run/user/${process.getuid?.()}` : undefined;
  const folder = process.env['XDG_RUNTIME_DIR'] ?? usual;
  return folder?.startsWith('/') && (await isPrivateFolder(folder)) ? folder : undefined;
}
