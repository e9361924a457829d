/**
 * The Electron runtime: whether it is installed, fetching it, and why a window cannot be opened here. The npm package holds no
 * runtime; its own `install-electron` downloads one, which not every network allows.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-process.mjs';
import { root, toolPath } from './set-up.mjs';

const folder = join(root, 'node_modules', 'electron');

/** Where the download is kept between installations: inside the checkout, because a home folder may be missing or read-only. */
const cacheFolder = join(root, '.toolchain', 'electron-cache');

/** Written when a download failed, so that `npm start` need not try again each time. */
const failureFile = join(root, '.toolchain', 'electron-unavailable');

/** How long a failed download is remembered: a network that refused today may not tomorrow. */
const failureMemoryMs = 24 * 60 * 60_000;

/** About 120 MB; a network that needs longer is not worth waiting for when the browser is there at once. */
const downloadLimitMs = 3 * 60_000;

/** @returns {string | undefined} the runtime's executable, if it is installed */
export function electronPath() {
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const distribution = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist');
  const path = join(distribution, readFileSync(name, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/**
 * Downloads the runtime unless it is there.
 *
 * @param {import('./set-up.mjs').Tools} tools
 * @param {{ again: boolean }} options `again`: try even if it failed lately
 * @returns {Promise<string | undefined>} the executable
 */
export async function provideElectron(tools, { again }) {
  const installed = electronPath();
  if (installed !== undefined) return installed;
  const failedMs = statSync(failureFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!again && Date.now() - failedMs < failureMemoryMs) return undefined;
  console.log('Setting up: the Electron runtime');
  mkdirSync(cacheFolder, { recursive: true });
  const env = { ...tools.env, electron_config_cache: cacheFolder };
  const installer = [toolPath('electron', 'install-electron')];
  await run(tools.node, installer, [], { cwd: root, env, limitMs: downloadLimitMs, quiet: true });
  const path = electronPath();
  if (path === undefined) writeFileSync(failureFile, '');
  return path;
}

/** @returns {string | undefined} why no window can be opened on this machine even where the runtime is installed */
export function whyNoWindow() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'There is no display here for Electron';
  // Chromium refuses to run as root unless its sandbox is switched off, and Hallway does not switch it off.
  if (process.getuid?.() === 0) return 'The sandbox of Electron does not work for root';
  return undefined;
}
