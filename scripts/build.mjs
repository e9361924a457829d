/**
 * Builds out/ if it is missing or older than its sources. `npm run build` always builds; this is
 * for commands that need a current build.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-process.mjs';
import { root, toolPath } from './set-up.mjs';

const outputs = ['out/main/index.js', 'out/main/cli.js', 'out/preload/index.cjs', 'out/renderer/index.html'];
const inputs = [
  'src',
  'build',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
];

/**
 * @param {import('./set-up.mjs').Tools} tools
 * @returns {Promise<boolean>} whether the build is current now
 */
export async function buildIfStale(tools) {
  if (oldestOutputMs() > Math.max(...inputs.map((input) => newestMs(join(root, input))))) return true;
  console.log('Building Hallway');
  return (await build(tools)) === 0;
}

/** @param {import('./set-up.mjs').Tools} tools */
export function build(tools) {
  return run(tools.node, [toolPath('electron-vite')], ['build', '--logLevel', 'warn'], { cwd: root, env: tools.env });
}

function oldestOutputMs() {
  return Math.min(...outputs.map((output) => statSync(join(root, output), { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

/**
 * The time of the last change at or below `path`. Folders count, to notice a deleted file.
 *
 * @param {string} path
 * @returns {number} milliseconds since 1970
 */
function newestMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
