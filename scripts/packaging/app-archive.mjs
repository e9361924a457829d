/**
 * Packs the built application into `app.asar`: the files that build/electron-builder.json lists,
 * and a package.json with what Electron reads (rule PACK-4).
 */
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPackageFromFiles, getRawHeader } from '@electron/asar';
import { createHash } from 'node:crypto';
import { root } from '../set-up.mjs';
import { builderConfig } from './about.mjs';
import { copyTo, pathsBelow, settle, writeTo } from './tree.mjs';

/** The fields of package.json that Electron or Hallway reads at run time. */
const fields = ['name', 'productName', 'desktopName', 'version', 'description', 'license', 'type', 'main', 'engines'];

/**
 * @param {string} target path of the archive
 * @param {{ epoch: number, scratch: string }} options `scratch`: an empty folder to work in
 * @returns {Promise<string>} SHA-256 of its header, which Electron compares on Windows and macOS
 */
export async function packApp(target, { epoch, scratch }) {
  for (const file of appFiles()) copyTo(join(root, file), join(scratch, file));
  /** @type {Record<string, unknown>} */
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeTo(join(scratch, 'package.json'), JSON.stringify(Object.fromEntries(fields.map((field) => [field, own[field]])), null, 2));
  settle(scratch, { epoch, executables: [] });
  mkdirSync(dirname(target), { recursive: true });
  // In this order, so that the archive has the same bytes each time.
  await createPackageFromFiles(
    scratch,
    target,
    pathsBelow(scratch).map((name) => join(scratch, name)),
  );
  return createHash('sha256').update(getRawHeader(target).headerString).digest('hex');
}

/** @returns {string[]} paths below the root that belong into the application */
function appFiles() {
  const excluded = builderConfig.files.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return builderConfig.files
    .filter((pattern) => !pattern.startsWith('!'))
    .flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !excluded.includes(file));
}
