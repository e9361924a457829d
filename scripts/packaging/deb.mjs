/** Makes the deb from the tree, with `dpkg-deb` (rules PACK-1 to PACK-3 and PACK-10 to PACK-12). */
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { architecture, description, maintainer, packageName } from './about.mjs';
import { fill } from './linux-tree.mjs';
import { call, pathsBelow, settle, writeTo } from './tree.mjs';

/**
 * The libraries that Electron's executable is linked with or loads, and programs that it calls. A
 * stand-in has them too: it is to test the package.
 */
export const dependencies = [
  'libasound2 | libasound2t64',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libc6 (>= 2.34)',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnotify4',
  'libnss3',
  'libsecret-1-0',
  'libxtst6',
  'xdg-utils',
];

/**
 * @param {import('./linux-tree.mjs').LinuxTree} tree
 * @param {{ scratch: string, release: string }} options `scratch`: an empty folder; `release`: the
 * folder for the package
 * @returns {string} the path of the package
 */
export function makeDeb({ folder, version, isStandIn, epoch }, { scratch, release }) {
  cpSync(folder, scratch, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const files = pathsBelow(folder).filter((name) => !lstatSync(join(folder, name)).isDirectory());
  const sizes = files.map((name) => Math.ceil(lstatSync(join(folder, name)).size / 1_024));
  const executables = pathsBelow(folder).filter(
    (name) => (lstatSync(join(folder, name)).mode & 0o111) !== 0 && files.includes(name),
  );
  const control = join(scratch, 'DEBIAN');
  writeTo(join(control, 'control'), controlFile({ version, isStandIn, sizeKiB: sizes.reduce((sum, size) => sum + size, 0) }));
  writeTo(join(control, 'md5sums'), files.map((name) => `${md5(join(folder, name))}  ${name}\n`).join(''));
  writeTo(join(control, 'postinst'), script('configure', fill('after-install.sh', {})));
  writeTo(join(control, 'postrm'), script('remove | purge', fill('after-remove.sh', {})));
  settle(scratch, { epoch, executables: [...executables, 'DEBIAN/postinst', 'DEBIAN/postrm'] });
  chmodSync(scratch, 0o755);
  const path = join(release, `${packageName}_${version}_${architecture().deb}.deb`);
  // One thread, because the number of processors would show in the bytes.
  call('dpkg-deb', ['--root-owner-group', '--threads-max=1', '-Zxz', '--build', scratch, path], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  });
  return path;
}

/** @param {{ version: string, isStandIn: boolean, sizeKiB: number }} options */
function controlFile({ version, isStandIn, sizeKiB }) {
  const fields = [
    `Package: ${packageName}`,
    `Version: ${version}`,
    `Architecture: ${architecture().deb}`,
    `Maintainer: ${maintainer}`,
    `Installed-Size: ${sizeKiB}`,
    `Depends: ${dependencies.join(', ')}`,
    'Recommends: libayatana-appindicator3-1',
    'Section: net',
    'Priority: optional',
    `Description: ${isStandIn ? 'STAND-IN for tests of: ' : ''}messenger for the local network`,
    ...wrap(description),
    ...(isStandIn ? [' .', ' This package has a stand-in for the Electron runtime and opens no window.'] : []),
  ];
  return `${fields.join('\n')}\n`;
}

/** @param {string} text @returns {string[]} lines of an extended description */
function wrap(text) {
  return text.match(/.{1,76}(?:\s|$)/g)?.map((line) => ` ${line.trim()}`) ?? [];
}

/**
 * @param {string} actions of dpkg for which it runs
 * @param {string} body
 */
function script(actions, body) {
  return `#!/bin/sh\nset -e\n\ncase "$1" in\n${actions}) ;;\n*) exit 0 ;;\nesac\n\n${body}`;
}

/** @param {string} path */
function md5(path) {
  return createHash('md5').update(readFileSync(path)).digest('hex');
}
