/**
 * Makes the AppImage from the tree (rule PACK-14). An AppImage is a small program, its runtime,
 * with a file system behind it. Neither npm nor Debian has the runtime: HALLWAY_APPIMAGE_RUNTIME
 * names a file with it. Otherwise only the file system is made, which tests look at.
 */
import { chmodSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appId, architecture, guiCommand, packageName } from './about.mjs';
import { fill, programFolder } from './linux-tree.mjs';
import { runtimePrograms } from './runtime.mjs';
import { call, copyTo, settle, writeTo } from './tree.mjs';

/**
 * @param {import('./linux-tree.mjs').LinuxTree} tree
 * @param {{ scratch: string, release: string }} options `scratch`: an empty folder; `release`: the
 * folder for the package
 * @returns {string} the path of the AppImage, or of its file system
 */
export function makeAppImage({ folder, version, epoch }, { scratch, release }) {
  cpSync(folder, scratch, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const share = join(scratch, 'usr/share');
  writeTo(join(scratch, 'AppRun'), fill('AppRun', { version }));
  copyTo(join(share, 'applications', `${appId}.desktop`), join(scratch, `${appId}.desktop`));
  copyTo(join(share, 'icons/hicolor/256x256/apps', `${appId}.png`), join(scratch, `${appId}.png`));
  symlinkSync(`${appId}.png`, join(scratch, '.DirIcon'));
  const programs = runtimePrograms.map((name) => `${programFolder}/${name}`);
  settle(scratch, { epoch, executables: ['AppRun', `usr/bin/${guiCommand}`, ...programs] });
  const name = `${packageName}-${version}-${architecture().rpm}`;
  const runtime = process.env['HALLWAY_APPIMAGE_RUNTIME'];
  // Beside the folder that it is made from, unless it is the result.
  const fileSystem = join(runtime === undefined ? release : dirname(scratch), `${name}.squashfs`);
  // The variable and the option exclude each other.
  const { SOURCE_DATE_EPOCH: _epoch, ...env } = process.env;
  const options = ['-all-root', '-noappend', '-no-xattrs', '-no-progress', '-quiet', '-mkfs-time', '0'];
  call('mksquashfs', [scratch, fileSystem, ...options], { env });
  if (runtime === undefined) return fileSystem;
  const path = join(release, `${name}.AppImage`);
  writeFileSync(path, Buffer.concat([readFileSync(runtime), readFileSync(fileSystem)]));
  chmodSync(path, 0o755);
  return path;
}
