/**
 * Starts Hallway when the user logs in, if they want that (rule DESK-17). Windows and macOS have a
 * list for it. On Linux it is a desktop file that we write and remove.
 */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { App } from 'electron';
import { say } from '../../../shared/text/messages/host.ts';
import { makeDirectory, replaceFile } from '../../node/storage/atomic-file.ts';
import { appId } from './app-id.ts';

/** Of a start without a window. */
export const hiddenArgument = '--hidden';

export interface LoginItem {
  readonly isWanted: boolean;
  readonly isHidden: boolean;
}

export interface LoginPlace {
  readonly platform: NodeJS.Platform;
  /** The program, and the arguments that it was started with and needs again. */
  readonly command: readonly string[];
  /** $XDG_CONFIG_HOME, or ~/.config. */
  readonly configFolder: string;
}

/** @returns the system's code if it failed */
export async function setLoginItem(
  app: Pick<App, 'setLoginItemSettings'>,
  { isWanted, isHidden }: LoginItem,
  { platform, command, configFolder }: LoginPlace,
): Promise<string | undefined> {
  const args = isHidden ? [hiddenArgument] : [];
  switch (platform) {
    case 'darwin':
      // macOS takes no arguments. It says at the start that it was one at login.
      app.setLoginItemSettings({ openAtLogin: isWanted });
      return undefined;
    case 'win32': {
      const [path = '', ...own] = command;
      app.setLoginItemSettings({ openAtLogin: isWanted, path, args: [...own, ...args].map(quoteForWindows), name: appId });
      return undefined;
    }
    default:
      return writeAutostart(join(configFolder, 'autostart', `${appId}.desktop`), isWanted, [...command, ...args]);
  }
}

/** Whether this is a start at login that should show no window. */
export function startsHidden(
  app: Pick<App, 'getLoginItemSettings'>,
  argv: readonly string[],
  { platform, isHidden }: { readonly platform: NodeJS.Platform; readonly isHidden: boolean },
): boolean {
  if (platform === 'darwin') return isHidden && app.getLoginItemSettings().wasOpenedAtLogin;
  return argv.includes(hiddenArgument);
}

async function writeAutostart(path: string, isWanted: boolean, command: readonly string[]): Promise<string | undefined> {
  if (!isWanted) {
    await rm(path, { force: true });
    return undefined;
  }
  const made = await makeDirectory(dirname(path));
  const written = made.ok ? await replaceFile(path, autostartFile(command)) : made;
  return written.ok ? undefined : written.code;
}

/** In the format of the Desktop Entry Specification 1.5. */
export function autostartFile(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Hallway',
    `Comment=${say('desktop.about')}`,
    `Exec=${command.map(quoteForDesktopEntry).join(' ')}`,
    `Icon=${appId}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Quoted by the rules for Exec: four characters need a backslash inside quotes. Values of type
 * string then double each backslash, and a percent sign is doubled because it begins a field code.
 */
function quoteForDesktopEntry(argument: string): string {
  const quoted = /^[\w@+=:,./-]+$/u.test(argument) ? argument : `"${argument.replaceAll(/["`$\\]/gu, String.raw`\$&`)}"`;
  return quoted.replaceAll('\\', String.raw`\\`).replaceAll('%', '%%');
}

function quoteForWindows(argument: string): string {
  return /[\s"]/u.test(argument) ? `"${argument.replaceAll('"', String.raw`\"`)}"` : argument;
}
