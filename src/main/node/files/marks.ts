/**
 * Tells the system that a file came from someone else, so that it warns before it runs one (rule
 * DISK-7). Best effort: some file systems hold no marks.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Zone 3 is the internet, as for everything that a browser downloads. */
const zone = '[ZoneTransfer]\r\nZoneId=3\r\n';
/** Files that one call of the tool marks; a command line has a limit. */
const maxMarkedAtOnce = 200;
const markDeadlineMs = 30_000;

/** Marks a whole file on Windows: the mark is a second stream of the file. */
export async function markFromOthers(path: string, platform = process.platform): Promise<void> {
  if (platform === 'win32') await writeFile(`${path}:Zone.Identifier`, zone).catch(() => undefined);
}

/** Marks files and folders with all that is in them on macOS. */
export async function quarantine(
  paths: readonly string[],
  wallMs: number,
  platform = process.platform,
  run: (command: string, args: readonly string[]) => Promise<unknown> = runTool,
): Promise<void> {
  if (platform !== 'darwin') return;
  const seconds = Math.floor(wallMs / 1_000).toString(16);
  for (let start = 0; start < paths.length; start += maxMarkedAtOnce) {
    const some = paths.slice(start, start + maxMarkedAtOnce);
    await run('/usr/bin/xattr', ['-r', '-w', 'com.apple.quarantine', `0081;${seconds};Hallway;`, ...some]).catch(() => undefined);
  }
}

function runTool(command: string, args: readonly string[]): Promise<unknown> {
  return promisify(execFile)(command, args, { timeout: markDeadlineMs });
}
