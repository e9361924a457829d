/**
 * The installers of Windows and macOS, with electron-builder. It is no dependency of the project:
 * it has hundreds of packages, which only releases need. scripts/packaging/electron-builder pins
 * them.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run-process.mjs';
import { root } from '../set-up.mjs';
import { iconIcns, iconIco } from './icons.mjs';

const pins = join(root, 'scripts', 'packaging', 'electron-builder');

/**
 * @param {{ tools: import('../set-up.mjs').Tools, release: string, electron: string | undefined }}
 * options `release`: the folder for the packages; `electron`: the runtime's executable
 */
export async function makeInstallers({ tools, release, electron }) {
  if (electron === undefined) throw new Error('Installers need the Electron runtime, which cannot be downloaded here.');
  const icons = join(release, 'icons');
  mkdirSync(icons);
  writeFileSync(join(icons, 'hallway.ico'), iconIco());
  writeFileSync(join(icons, 'hallway.icns'), iconIcns());
  const folder = join(root, '.toolchain', 'electron-builder');
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(pins, file), join(folder, file));
  const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if ((await run('npm', [], install, { cwd: folder, env: tools.env })) !== 0)
    throw new Error('electron-builder could not be installed.');
  const builder = join(folder, 'node_modules', 'electron-builder', 'cli.js');
  const code = await run(tools.node, [builder], ['--config', 'build/electron-builder.json', '--publish', 'never'], {
    cwd: root,
    env: tools.env,
  });
  if (code !== 0) throw new Error('electron-builder made no package; it says why above.');
}
