/**
 * The bill of materials: every package that the bundler put into the application, as CycloneDX
 * (rule PACK-6). `npm sbom` cannot know them, because every package is a devDependency.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../set-up.mjs';
import { license, packageName, version } from './about.mjs';

/** @type {(...path: string[]) => any} the shape is that of its writer, which a test compares */
const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/**
 * @param {number} epoch the time it states, in seconds since 1970
 * @returns {string} JSON
 */
export function makeSbom(epoch) {
  const components = [...bundledPackages(), electronRuntime()];
  const body = {
    metadata: {
      timestamp: new Date(epoch * 1_000).toISOString(),
      component: {
        type: 'application',
        'bom-ref': 'hallway',
        name: packageName,
        version,
        licenses: [{ license: { id: license } }],
      },
    },
    components,
    dependencies: [{ ref: 'hallway', dependsOn: components.map(({ purl }) => purl) }],
  };
  const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(JSON.stringify(body)), version: 1 };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}

/** From the module graphs of all parts; see scripts/third-party.mjs. */
function bundledPackages() {
  /** @type {readonly { name: string, version: string, identifier: string | null }[]} */
  const licences = read('out', 'renderer', 'third-party.json');
  const lock = read('package-lock.json').packages;
  return licences.map(({ name, version: itsVersion, identifier }) => ({
    ...component(name, itsVersion, identifier),
    ...hashesOf(lock[`node_modules/${name}`]?.integrity),
  }));
}

/** Its own notices, with those of Chromium and Node.js, lie beside it in the packages. */
function electronRuntime() {
  return component('electron', read('package.json').devDependencies.electron, 'MIT');
}

/** @param {string} name @param {string} itsVersion @param {string | null} identifier of SPDX */
function component(name, itsVersion, identifier) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${itsVersion}`;
  const licenses = identifier === null ? [] : [{ expression: identifier }];
  return { type: 'library', 'bom-ref': purl, name, version: itsVersion, purl, licenses };
}

/** @param {string | undefined} integrity of the lock file: a hash of what npm downloaded */
function hashesOf(integrity) {
  if (!integrity?.startsWith('sha512-')) return {};
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') }] };
}

/** The same content has the same number, so that two builds agree. @param {string} text */
function serialNumber(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  // The form of a UUID of version 8, whose content is free.
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
