/**
 * The files of a Linux package, as they are installed. The deb, the rpm and the AppImage have the
 * same tree (rule PACK-1).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../set-up.mjs';
import { appId, guiCommand, maintainer, packageName, version } from './about.mjs';
import { packApp } from './app-archive.mjs';
import { iconPng, linuxSizes } from './icons.mjs';
import { placeRuntime, runtimePrograms } from './runtime.mjs';
import { copyTo, settle, writeTo } from './tree.mjs';

const linux = join(root, 'build', 'linux');

/** Below the root of the system. Not /opt, which belongs to software outside packages. */
export const programFolder = 'usr/lib/hallway';

/** @typedef {{ readonly folder: string, readonly version: string, readonly isStandIn: boolean, readonly epoch: number }} LinuxTree */

/**
 * @param {string} folder an empty one, for the tree
 * @param {{ epoch: number, scratch: string, release?: string }} options `scratch`: an empty folder;
 * `release`: in place of the version in package.json
 * @returns {Promise<LinuxTree>} its version ends in `~standin` without the real runtime, so that any
 * real package replaces it
 */
export async function makeLinuxTree(folder, { epoch, scratch, release = version }) {
  const program = join(folder, programFolder);
  const { isStandIn } = await placeRuntime(program);
  const shownVersion = isStandIn ? `${release}~standin` : release;
  await packApp(join(program, 'resources', 'app.asar'), { epoch, scratch });
  const values = { version: shownVersion, folder: `/${programFolder}`, ...datesOf(epoch), ...licenceValues() };
  writeTo(join(folder, 'usr/bin', guiCommand), fill('hallway-desktop.sh', values));
  placeDesktopFiles(folder);
  placeDocuments(folder, values);
  settle(folder, { epoch, executables: [`usr/bin/${guiCommand}`, ...runtimePrograms.map((name) => `${programFolder}/${name}`)] });
  return { folder, version: shownVersion, isStandIn, epoch };
}

/** @param {string} folder */
function placeDesktopFiles(folder) {
  const share = join(folder, 'usr/share');
  copyTo(join(linux, `${appId}.desktop`), join(share, 'applications', `${appId}.desktop`));
  copyTo(join(linux, `${appId}.metainfo.xml`), join(share, 'metainfo', `${appId}.metainfo.xml`));
  copyTo(join(linux, 'apparmor-profile'), join(share, packageName, 'apparmor-profile'));
  for (const size of linuxSizes) writeTo(join(share, 'icons/hicolor', `${size}x${size}`, 'apps', `${appId}.png`), iconPng(size));
  copyTo(join(root, 'src/renderer/icon.svg'), join(share, 'icons/hicolor/scalable/apps', `${appId}.svg`));
}

/** @param {string} folder @param {Values} values */
function placeDocuments(folder, values) {
  const documents = join(folder, 'usr/share/doc', packageName);
  writeTo(join(documents, 'copyright'), fill('copyright', values));
  copyTo(join(root, 'out/THIRD-PARTY.md'), join(documents, 'THIRD-PARTY.md'));
  writeTo(join(documents, 'changelog.gz'), gzipSync(debianChangelog(values), { level: 9 }));
  const manual = gzipSync(fill(`${guiCommand}.1`, values), { level: 9 });
  writeTo(join(folder, 'usr/share/man/man1', `${guiCommand}.1.gz`), manual);
}

/** @typedef {Readonly<Record<'version' | 'folder' | 'date' | 'mailDate' | 'holder' | 'license', string>>} Values */

/** @param {Values} values */
function debianChangelog({ version: shown, mailDate }) {
  return `${packageName} (${shown}) unstable; urgency=medium\n\n  * Released; CHANGELOG.md of the sources has the changes.\n\n -- ${maintainer}  ${mailDate}\n`;
}

/** @param {number} epoch */
function datesOf(epoch) {
  const date = new Date(epoch * 1_000);
  return {
    date: date.toISOString().slice(0, 10),
    mailDate: date.toUTCString().replace('GMT', '+0000'),
  };
}

/** The copyright line, and the licence in the form of a Debian copyright file. */
function licenceValues() {
  const text = readFileSync(join(root, 'LICENSE'), 'utf8');
  const lines = text.slice(text.indexOf('Permission')).trimEnd().split('\n');
  return {
    holder: /^Copyright \(c\) (.*)$/m.exec(text)?.[1] ?? '',
    license: lines.map((line) => ` ${line === '' ? '.' : line}`).join('\n'),
  };
}

/**
 * @param {string} name of a file in build/linux
 * @param {Readonly<Record<string, string>>} values for each `@name@` in it
 */
export function fill(name, values) {
  return readFileSync(join(linux, name), 'utf8').replaceAll(/@(\w+)@/g, (_whole, key) => {
    const value = values[key];
    if (value === undefined) throw new Error(`build/linux/${name} has @${key}@, which has no value.`);
    return value;
  });
}
