/**
 * The folder of a profile unless the user names another: the operating system's place for an
 * application's data. Creating it is left to `profile-folder.ts`.
 */
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

export interface UserEnvironment {
  readonly platform: NodeJS.Platform;
  readonly homeDirectory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** @returns the folder for the user of this process */
export function ownProfileDirectory(): string {
  return defaultProfileDirectory({ platform: process.platform, homeDirectory: homedir(), variables: process.env });
}

/** Pure. */
export function defaultProfileDirectory({ platform, homeDirectory, variables }: UserEnvironment): string {
  if (platform === 'win32') {
    return win32.join(variables['APPDATA'] || win32.join(homeDirectory, 'AppData', 'Roaming'), 'Hallway');
  }
  if (platform === 'darwin') return posix.join(homeDirectory, 'Library', 'Application Support', 'Hallway');
  // A relative XDG_DATA_HOME must be ignored (XDG Base Directory Specification).
  const dataHome = variables['XDG_DATA_HOME'] ?? '';
  return posix.join(posix.isAbsolute(dataHome) ? dataHome : posix.join(homeDirectory, '.local', 'share'), 'hallway');
}
