import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findDownloadsDirectory } from './downloads-directory.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'hallway-home-'));
  await mkdir(join(home, '.config'));
});
afterEach(() => rm(home, { recursive: true }));

const find = (line: string): Promise<string | undefined> =>
  writeFile(join(home, '.config', 'user-dirs.dirs'), `# comment\n${line}\n`).then(() =>
    findDownloadsDirectory({ home, platform: 'linux', env: {} }),
  );

it('is where the desktop puts downloads', async () => {
  expect(await find('XDG_DOWNLOAD_DIR="$HOME/Téléchargements"')).toBe(join(home, 'Téléchargements'));
  expect(await find('XDG_DOWNLOAD_DIR="/data/in \\"here\\""')).toBe('/data/in "here"');
});

it('is the usual folder where nothing else is said', async () => {
  const usual = join(home, 'Downloads');
  expect(await find('XDG_DESKTOP_DIR="$HOME/Desktop"')).toBe(usual);
  expect(await find('XDG_DOWNLOAD_DIR="$HOME/"')).toBe(usual);
  expect(await find('XDG_DOWNLOAD_DIR="relative"')).toBe(usual);
  expect(await findDownloadsDirectory({ home, platform: 'win32', env: {} })).toBe(usual);
});
