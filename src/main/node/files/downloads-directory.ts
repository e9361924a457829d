/** Where the system puts downloads, for files that arrive and have no other folder. */
import { isAbsolute, join, resolve } from 'node:path';
import { readTextFile } from '../storage/atomic-file.ts';
import { ownHomeDirectory } from '../storage/profile/default-profile-directory.ts';

export interface UserPlace {
  /** Undefined for a user ID without an account and without HOME. */
  readonly home: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

/** Linux: the line of the user's folders that a file manager reads too. */
const downloadLine = /^\s*XDG_DOWNLOAD_DIR="(.*)"\s*$/m;

/** @returns undefined for a user without a home */
export async function findDownloadsDirectory(
  { home, platform, env }: UserPlace = { home: ownHomeDirectory(), platform: process.platform, env: process.env },
): Promise<string | undefined> {
  if (home === undefined) return undefined;
  const usual = join(home, 'Downloads');
  if (platform === 'win32' || platform === 'darwin') return usual;
  const read = await readTextFile(join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'user-dirs.dirs'));
  const line = read.state === 'read' ? downloadLine.exec(read.text)?.[1] : undefined;
  const named = line?.replace(/^\$HOME(?=\/|$)/, home).replaceAll(/\\(.)/g, '$1');
  // One that is the home folder itself means that there is none.
  return named !== undefined && isAbsolute(named) && resolve(named) !== resolve(home) ? resolve(named) : usual;
}
