/** Makes the rpm from the tree, with `rpmbuild` (rule PACK-13). */
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { architecture, description, license, packageName } from './about.mjs';
import { fill } from './linux-tree.mjs';
import { call, pathsBelow, writeTo } from './tree.mjs';

/** The same libraries as in the deb, under the names of Fedora and openSUSE. */
const dependencies = [
  'alsa-lib or libasound2',
  'at-spi2-core',
  'gtk3 or libgtk-3-0',
  'libgbm or libgbm1',
  'libnotify or libnotify4',
  'libsecret or libsecret-1-0',
  'libXtst or libXtst6',
  'nss or mozilla-nss',
  'xdg-utils',
];

/** Folders that belong to the package, with all below them; all others belong to the system. */
const ownFolders = [`usr/lib/${packageName}`, `usr/share/${packageName}`, `usr/share/doc/${packageName}`];

/** So that neither the clock nor the name of the computer shows, and rpm changes no file. */
const macros = {
  _build_id_links: 'none',
  _buildhost: 'reproducible',
  __os_install_post: '%{nil}',
  clamp_mtime_to_source_date_epoch: '1',
  debug_package: '%{nil}',
  source_date_epoch_from_changelog: '0',
  use_source_date_epoch_as_buildtime: '1',
  _binary_payload: 'w9.gzdio',
};

/**
 * @param {import('./linux-tree.mjs').LinuxTree} tree
 * @param {{ scratch: string, release: string }} options `scratch`: an empty folder; `release`: the
 * folder for the package
 * @returns {string} the path of the package
 */
export function makeRpm({ folder, version, isStandIn, epoch }, { scratch, release }) {
  mkdirSync(scratch, { recursive: true });
  const spec = join(scratch, `${packageName}.spec`);
  writeTo(spec, specFile({ folder, version, isStandIn }));
  const { rpm } = architecture();
  const defines = Object.entries({
    ...macros,
    _topdir: scratch,
    _rpmdir: release,
    _rpmfilename: '%{NAME}-%{VERSION}.%{ARCH}.rpm',
  });
  const args = defines.flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  call('rpmbuild', ['-bb', '--quiet', '--target', `${rpm}-linux`, ...args, spec], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch), HOME: scratch },
  });
  return join(release, `${packageName}-${version}.${rpm}.rpm`);
}

/** @param {{ folder: string, version: string, isStandIn: boolean }} options */
function specFile({ folder, version, isStandIn }) {
  const isFolder = (/** @type {string} */ name) => lstatSync(join(folder, name)).isDirectory();
  const isOwn = (/** @type {string} */ name) => ownFolders.some((own) => name === own || name.startsWith(`${own}/`));
  const listed = pathsBelow(folder).filter((name) => !isFolder(name) || isOwn(name));
  return [
    `Name: ${packageName}`,
    `Version: ${version}`,
    'Release: 1',
    `Summary: ${isStandIn ? 'STAND-IN for tests of: ' : ''}messenger for the local network`,
    `License: ${license}`,
    'AutoReqProv: no',
    ...dependencies.map((names) => `Requires: ${names.includes(' or ') ? `(${names})` : names}`),
    '%description',
    description,
    ...(isStandIn ? ['This package has a stand-in for the Electron runtime and opens no window.'] : []),
    '%install',
    `cp -a "${folder}/." "%{buildroot}/"`,
    '%post',
    fill('after-install.sh', {}),
    // The argument is how many versions stay: an upgrade keeps the profile.
    '%postun',
    `if [ "$1" -eq 0 ]; then\n${fill('after-remove.sh', {})}fi`,
    '%files',
    '%defattr(-,root,root,-)',
    ...listed.map((name) => `${isFolder(name) ? '%dir ' : ''}"/${name}"`),
    '',
  ].join('\n');
}
