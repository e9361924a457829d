/**
 * Facts that every package shares. They come from package.json and build/electron-builder.json, so
 * that each is written once.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../set-up.mjs';

/** @type {{ version: string, description: string, license: string, desktopName: string }} */
const { version, description, license, desktopName } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @type {{ files: readonly string[], executableName: string }} */
export const builderConfig = JSON.parse(readFileSync(join(root, 'build', 'electron-builder.json'), 'utf8'));

export { description, license, version };

/** The reverse-DNS name of the application, as in the name of its desktop file. */
export const appId = desktopName.replace(/\.desktop$/, '');

/** The package's name on Linux. */
export const packageName = 'hallway';

/** The command that opens the window; `hallway` is the command for terminals. */
export const guiCommand = builderConfig.executableName;

/** The name in packages; nobody reads mail at this address. */
export const maintainer = 'The Hallway developers <hallway@users.noreply.github.com>';

/**
 * Which Debian and rpm name of a processor, and which one Node.js has.
 *
 * @type {Readonly<Record<string, { readonly deb: string, readonly rpm: string }>>}
 */
const architectures = { x64: { deb: 'amd64', rpm: 'x86_64' }, arm64: { deb: 'arm64', rpm: 'aarch64' } };

/** @throws {Error} on a processor without packages */
export function architecture() {
  const names = architectures[process.arch];
  if (names === undefined) throw new Error(`There are no packages for ${process.arch}.`);
  return names;
}

/**
 * The time that every file in a package gets: SOURCE_DATE_EPOCH, or that of the last commit.
 *
 * @returns {number} seconds since 1970
 */
export function sourceEpoch() {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) return Number(given);
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  const committed = Number(stdout?.trim());
  // A source archive has no history; its packages are as old as Unix, and still the same each time.
  return Number.isFinite(committed) ? committed : 0;
}
