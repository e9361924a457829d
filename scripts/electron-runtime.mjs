/**
 * Finds and downloads the Electron runtime, and says why a window cannot open here. The npm package
 * has no runtime. Its own `install-electron` downloads one, which not every network allows.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-process.mjs';
import { root, toolPath } from './set-up.mjs';

const folder = join(root, 'node_modules', 'electron');

/** The download cache, inside the checkout, because a home folder may be missing or read-only. */
const cacheFolder = join(root, '.toolchain', 'electron-cache');

/** Written after a failed download, so that `npm start` does not retry each time. */
const failureFile = join(root, '.toolchain', 'electron-unavailable');

/**
 * A failed download is remembered this long: a network that refuses today may allow it tomorrow.
 */
const failureMemoryMs = 24 * 60 * 60_000;

/** For about 120 MB. On a slower network the browser is the better choice. */
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
 * Downloads the runtime if it is missing.
 *
 * @param {import('./set-up.mjs').Tools} tools
 * @param {{ again: boolean }} options `again`: retry even after a recent failure
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

/**
 * @returns {string | undefined} why this machine cannot open a window, even with the runtime
 * installed
 */
export function whyNoWindow() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'There is no display here for Electron';
  // Chromium refuses to run as root with its sandbox, and Hallway never turns the sandbox off.
  if (process.getuid?.() === 0) return 'The sandbox of Electron does not work for root';
  return undefined;
}
