/**
 * Makes all packages of this system in release/, for `npm run package`. It names each that it
 * leaves out, with the reason. Two runs give the same bytes on Linux (rule PACK-2).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../build.mjs';
import { provideElectron } from '../electron-runtime.mjs';
import { sourceEpoch, version } from './about.mjs';
import { makeAppImage } from './app-image.mjs';
import { makeDeb } from './deb.mjs';
import { makeInstallers } from './installers.mjs';
import { makeLinuxTree } from './linux-tree.mjs';
import { makeRpm } from './rpm.mjs';
import { makeSbom } from './sbom.mjs';
import { hasProgram } from './tree.mjs';
import { root, setUp } from '../set-up.mjs';

const release = join(root, 'release');

/** Kinds of Linux package, with the program that makes each and the Debian package that has it. */
const linuxKinds = {
  deb: { make: makeDeb, program: 'dpkg-deb', debianPackage: 'dpkg' },
  rpm: { make: makeRpm, program: 'rpmbuild', debianPackage: 'rpm' },
  appimage: { make: makeAppImage, program: 'mksquashfs', debianPackage: 'squashfs-tools' },
};

/** @typedef {keyof typeof linuxKinds} LinuxKind */

const allKinds = /** @type {LinuxKind[]} */ (Object.keys(linuxKinds));

/**
 * @param {readonly string[]} args kinds of Linux package; none means all. `--release`: fail rather
 * than leave something out
 */
async function makePackages(args) {
  const isRelease = args.includes('--release');
  const wanted = args.filter((each) => each !== '--release');
  const unknown = wanted.filter((kind) => !Object.hasOwn(linuxKinds, kind));
  if (unknown.length > 0) throw new Error(`There is no package ${unknown.join(', ')}. There are: ${allKinds.join(', ')}.`);
  const tools = await setUp();
  const epoch = sourceEpoch();
  const env = { ...tools.env, SOURCE_DATE_EPOCH: String(epoch) };
  if ((await build({ ...tools, env })) !== 0) throw new Error('Hallway could not be built; the reason is above.');
  const electron = await provideElectron(tools, { again: isRelease });
  if (isRelease && electron === undefined)
    throw new Error('A release needs the Electron runtime, which cannot be downloaded here.');
  removePackages();
  if (process.platform === 'linux')
    await makeLinuxPackages(
      allKinds.filter((kind) => wanted.length === 0 || wanted.includes(kind)),
      { epoch, isRelease },
    );
  else await makeInstallers({ tools, release, electron });
  writeFileSync(join(release, `hallway-${version}.cdx.json`), makeSbom(epoch));
  writeSums();
}

/** All but what `npm run pack-command` made, which is a package of its own. */
function removePackages() {
  mkdirSync(release, { recursive: true });
  for (const name of readdirSync(release)) {
    if (!name.endsWith('.tgz')) rmSync(join(release, name), { recursive: true, force: true });
  }
}

/** @param {readonly LinuxKind[]} kinds @param {{ epoch: number, isRelease: boolean }} options */
async function makeLinuxPackages(kinds, { epoch, isRelease }) {
  if (isRelease && kinds.includes('appimage') && process.env['HALLWAY_APPIMAGE_RUNTIME'] === undefined)
    throw new Error('A release needs the runtime of AppImages: HALLWAY_APPIMAGE_RUNTIME names a file with it.');
  const scratch = mkdtempSync(join(tmpdir(), 'hallway-package-'));
  try {
    const tree = await makeLinuxTree(join(scratch, 'tree'), { epoch, scratch: join(scratch, 'app') });
    if (tree.isStandIn)
      console.log('STAND-IN: the Electron runtime is not here, so these packages are for tests and open no window.');
    for (const kind of kinds) {
      const { make, program, debianPackage } = linuxKinds[kind];
      if (hasProgram(program)) console.log(`Made ${make(tree, { scratch: join(scratch, kind), release })}`);
      else if (isRelease) throw new Error(`${kind} needs ${program}, of the Debian package ${debianPackage}.`);
      else console.log(`Not made: ${kind} needs ${program}, of the Debian package ${debianPackage}.`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Writes the checksums of all packages, in the form that `sha256sum --check` reads. */
function writeSums() {
  const files = readdirSync(release, { withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name).sort();
  const lines = names.map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(join(release, name)))
        .digest('hex')}  ${name}\n`,
  );
  writeFileSync(join(release, 'SHA256SUMS'), lines.join(''));
  console.log(`\nIn ${release}:\n${lines.join('')}`);
}

try {
  await makePackages(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
