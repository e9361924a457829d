/**
 * The folder of a profile unless the user names another: the operating system's place for an
 * application's data. Creating it is left to `profile-folder.ts`.
 */
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

export interface UserEnvironment {
  readonly platform: NodeJS.Platform;
  /** Undefined for a user ID without an account and without HOME. */
  readonly homeDirectory: string | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** @returns the folder for the user of this process; undefined if the system names none */
export function ownProfileDirectory(): string | undefined {
  return defaultProfileDirectory({ platform: process.platform, homeDirectory: ownHomeDirectory(), variables: process.env });
}

/** @returns undefined for a user ID without an account and without HOME */
export function ownHomeDirectory(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** Pure. */
export function defaultProfileDirectory({ platform, homeDirectory, variables }: UserEnvironment): string | undefined {
  if (platform === 'win32') {
    const roaming = variables['APPDATA'] || (homeDirectory && win32.join(homeDirectory, 'AppData', 'Roaming'));
    return roaming && win32.join(roaming, 'Hallway');
  }
  if (platform === 'darwin') return homeDirectory && posix.join(homeDirectory, 'Library', 'Application Support', 'Hallway');
  // A relative XDG_DATA_HOME must be ignored (XDG Base Directory Specification).
  const dataHome = variables['XDG_DATA_HOME'] ?? '';
  const ownData = posix.isAbsolute(dataHome) ? dataHome : homeDirectory && posix.join(homeDirectory, '.local', 'share');
  return ownData && posix.join(ownData, 'hallway');
}
