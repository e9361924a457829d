/**
 * Collects the licences of the packages that are bundled into out/ (rule DESK-32). Vite writes those
 * of each part. After the last part they are merged into out/THIRD-PARTY.md, for packages, and into
 * a file that the page shows. Each part also lists the packages of its module graph, with which a
 * test compares.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

/** Vite writes JSON for a name that ends so. */
export const licenceFile = 'licences.json';

const out = join(root, 'out');
const parts = /** @type {const} */ (['main', 'preload', 'renderer']);

/**
 * @typedef {{ readonly name: string, readonly version: string, readonly identifier: string | null, readonly text: string | null }} Licence
 */

/**
 * @param {(typeof parts)[number]} part of the build
 * @returns {import('vite').Plugin}
 */
export function thirdPartyPlugin(part) {
  return {
    name: 'hallway-third-party',
    apply: 'build',
    writeBundle() {
      const names = [...this.getModuleIds()].flatMap((id) => packageOf(id) ?? []);
      writeFileSync(join(out, part, 'packages.json'), JSON.stringify([...new Set(names)].sort()));
    },
    closeBundle() {
      if (part === 'renderer') merge();
    },
  };
}

function merge() {
  const all = parts.flatMap((part) => readLicences(join(out, part, licenceFile)));
  const byName = new Map(all.map((licence) => [`${licence.name} ${licence.version}`, licence]));
  const licences = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(join(out, 'renderer', 'third-party.json'), JSON.stringify(licences));
  writeFileSync(join(out, 'THIRD-PARTY.md'), toMarkdown(licences));
}

/** @param {string} path @returns {readonly Licence[]} */
function readLicences(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
}

/** @param {readonly Licence[]} licences */
function toMarkdown(licences) {
  const sections = licences.map(
    ({ name, version, identifier, text }) => `## ${name} ${version} (${identifier ?? 'see below'})\n\n${text?.trim() ?? ''}\n`,
  );
  return `# Third-party software in Hallway\n\n${sections.join('\n')}`;
}

/**
 * @param {string} id of a module
 * @returns {string | undefined} the npm package that it is from
 */
function packageOf(id) {
  const [, scope = '', name] = /.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?([^\\/?]+)/.exec(id.replaceAll('\0', '')) ?? [];
  return name === undefined ? undefined : `${scope.replace('\\', '/')}${name}`;
}
