/**
 * The system packages of tests and benches: a browser, tools for network namespaces, and programs
 * to compare with. It installs them as root on Debian, and otherwise names the missing ones.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findBrowser } from './find-browser.mjs';
import { run } from './run-process.mjs';
import { root } from './set-up.mjs';

/**
 * @typedef {object} Need
 * @property {string} debianPackage
 * @property {() => boolean} isThere
 */

/** @type {Record<'browser' | 'ip' | 'nft' | 'nats' | 'epgm' | 'dds' | 'sshd' | 'scp' | 'avahi' | 'avahiTools', Need>} */
export const needs = {
  browser: { debianPackage: 'chromium', isThere: () => findBrowser() !== undefined },
  ip: { debianPackage: 'iproute2', isThere: () => isOnPath('ip') },
  nft: { debianPackage: 'nftables', isThere: () => isOnPath('nft') },
  nats: { debianPackage: 'nats-server', isThere: () => isOnPath('nats-server') },
  epgm: { debianPackage: 'python3-zmq', isThere: () => existsSync('/usr/lib/python3/dist-packages/zmq') },
  sshd: { debianPackage: 'openssh-server', isThere: () => isOnPath('sshd') },
  scp: { debianPackage: 'openssh-client', isThere: () => isOnPath('scp') },
  dds: { debianPackage: 'cyclonedds-tools', isThere: () => isOnPath('ddsperf') },
  avahi: { debianPackage: 'avahi-daemon', isThere: () => isOnPath('avahi-daemon') },
  avahiTools: { debianPackage: 'avahi-utils', isThere: () => isOnPath('avahi-browse') },
};

/**
 * A screen, a session bus, and what a notification daemon of our own stands on.
 *
 * @type {readonly Need[]}
 */
const desktopBusNeeds = [
  { debianPackage: 'xvfb', isThere: () => isOnPath('Xvfb') },
  { debianPackage: 'dbus', isThere: () => isOnPath('dbus-daemon') },
  { debianPackage: 'python3-dbus', isThere: () => existsSync('/usr/lib/python3/dist-packages/dbus') },
  { debianPackage: 'python3-gi', isThere: () => existsSync('/usr/lib/python3/dist-packages/gi') },
];

/**
 * Programs that make packages or look at them.
 *
 * @type {readonly Need[]}
 */
const packageNeeds = [
  { debianPackage: 'appstream', isThere: () => isOnPath('appstreamcli') },
  { debianPackage: 'desktop-file-utils', isThere: () => isOnPath('desktop-file-validate') },
  { debianPackage: 'lintian', isThere: () => isOnPath('lintian') },
  { debianPackage: 'nsis', isThere: () => isOnPath('makensis') },
  { debianPackage: 'rpm', isThere: () => isOnPath('rpmbuild') },
  { debianPackage: 'squashfs-tools', isThere: () => isOnPath('mksquashfs') },
];

/**
 * Programs that screen readers on Linux need.
 *
 * @type {readonly Need[]}
 */
const accessibilityBusNeeds = [
  ...desktopBusNeeds,
  { debianPackage: 'at-spi2-core', isThere: () => existsSync('/usr/libexec/at-spi2-registryd') },
  { debianPackage: 'gir1.2-atspi-2.0', isThere: () => hasTypelib('Atspi-2.0') },
];

/**
 * Installs the missing ones of `wanted` if it can.
 *
 * @param {readonly Need[]} wanted
 * @returns {Promise<string | undefined>} those still missing afterwards, as a reason
 */
export async function provide(wanted) {
  const missing = wanted.filter((need) => !need.isThere());
  if (missing.length === 0) return undefined;
  const packages = missing.map((need) => need.debianPackage);
  if (isRoot() && isOnPath('apt-get')) {
    console.log(`Setting up: ${packages.join(', ')} from the system's packages`);
    const options = { cwd: root, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    await run('apt-get', ['-qq'], ['update'], options);
    await run('apt-get', ['-qq', '-o=Dpkg::Use-Pty=0'], ['install', '-y', '--no-install-recommends', ...packages], options);
  }
  const still = wanted.filter((need) => !need.isThere()).map((need) => need.debianPackage);
  return still.length === 0 ? undefined : `needs ${still.join(' and ')}`;
}

/** @returns {string | undefined} why no test can have a desktop bus here */
export function whyNoDesktopBus() {
  return whyMissing(desktopBusNeeds);
}

/** @returns {string | undefined} why no test can read a page through AT-SPI here */
export function whyNoAccessibilityBus() {
  return whyMissing(accessibilityBusNeeds);
}

/**
 * @param {readonly Need[]} wanted
 * @returns {string | undefined}
 */
function whyMissing(wanted) {
  if (process.platform !== 'linux') return 'needs Linux';
  const missing = wanted.filter((need) => !need.isThere()).map((need) => need.debianPackage);
  return missing.length === 0 ? undefined : `needs ${missing.join(' and ')}`;
}

/** @returns {Promise<string | undefined>} why no Linux package can be made here */
export async function whyNoPackages() {
  if (!isOnPath('dpkg-deb')) return 'needs dpkg-deb, which Debian and Ubuntu have';
  // Tests that need one of them skip themselves without it.
  await provide(packageNeeds);
  return undefined;
}

/** @param {string} name */
function hasTypelib(name) {
  return ['/usr/lib', ...readdirSync('/usr/lib').map((folder) => `/usr/lib/${folder}`)].some((folder) =>
    existsSync(`${folder}/girepository-1.0/${name}.typelib`),
  );
}

/** @returns {Promise<string | undefined>} why no browser can be driven here */
export async function whyNoBrowser() {
  // Specs that need a desktop bus skip themselves without one.
  if (process.platform === 'linux') await provide(accessibilityBusNeeds);
  return provide([needs.browser]);
}

/** @returns {Promise<string | undefined>} why namespaces cannot run here */
export async function whyNoNetns() {
  if (process.platform !== 'linux') return 'needs Linux network namespaces';
  if (!isRoot()) return 'needs root, for network namespaces';
  const missing = await provide([needs.ip, needs.nft]);
  if (missing !== undefined) return missing;
  // A container may run as root and still lack this permission.
  const attempt = spawnSync('unshare', ['--net', 'true'], { encoding: 'utf8' });
  return attempt.status === 0 ? undefined : `may not make network namespaces here: ${attempt.stderr.trim()}`;
}

function isRoot() {
  return process.getuid?.() === 0;
}

/** @param {string} command */
function isOnPath(command) {
  // A shell without a login may lack the sbin folders, which contain ip and nft on Debian. The
  // tests look there too.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, command)));
}
