import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markFromOthers, quarantine } from './marks.ts';

it('[DISK-7] marks a file for Windows in a second stream, and for no other system', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hallway-marks-'));
  const path = join(folder, 'a.txt');
  await markFromOthers(path, 'linux');
  await expect(readFile(`${path}:Zone.Identifier`, 'utf8')).rejects.toThrow('ENOENT');
  // On other systems the name of a stream is that of a file.
  await markFromOthers(path, 'win32');
  expect(await readFile(`${path}:Zone.Identifier`, 'utf8')).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
  await rm(folder, { recursive: true });
});

it('[DISK-7] puts files into the quarantine of macOS, many with one call', async () => {
  const calls: (readonly string[])[] = [];
  const run = (command: string, args: readonly string[]): Promise<unknown> => {
    calls.push([command, ...args]);
    return Promise.resolve();
  };
  const paths = Array.from({ length: 201 }, (_, index) => `/downloads/${index}`);
  await quarantine(paths, 1_700_000_000_000, 'darwin', run);
  expect(calls.map(({ length }) => length)).toEqual([205, 6]);
  expect(calls[1]).toEqual(['/usr/bin/xattr', '-r', '-w', 'com.apple.quarantine', '0081;6553f100;Hallway;', '/downloads/200']);
  await quarantine(paths, 1_700_000_000_000, 'linux', run);
  expect(calls).toHaveLength(2);
});
