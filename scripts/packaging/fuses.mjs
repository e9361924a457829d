/**
 * Sets the fuses of an Electron executable to what build/fuses.json says (rule PACK-5). Fuses are
 * switches inside the executable: they decide, for example, that it can't serve as a Node.js.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { root } from '../set-up.mjs';

/** @type {Readonly<Record<string, boolean>>} */
export const wantedFuses = JSON.parse(readFileSync(join(root, 'build', 'fuses.json'), 'utf8'));

/**
 * @param {string} program the executable, or the bundle of macOS
 * @throws {Error} if the executable has a fuse that build/fuses.json does not name: a later Electron
 * may add one, whose default must not count unnoticed
 */
export async function setFuses(program) {
  await flipFuses(program, {
    version: FuseVersion.V1,
    ...fuseStates,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: process.platform === 'darwin' && process.arch === 'arm64',
  });
}

/**
 * @param {string} program
 * @returns {Promise<Record<string, boolean>>} the state of its fuses, by their names in
 * build/fuses.json
 */
export async function readFuses(program) {
  const wire = await getCurrentFuseWire(program);
  return Object.fromEntries(Object.keys(wantedFuses).map((key) => [key, wire[fuseOf(key)] === FuseState.ENABLE]));
}

const fuseStates = /** @type {Record<FuseV1Options, boolean>} */ (
  Object.fromEntries(Object.entries(wantedFuses).map(([key, state]) => [fuseOf(key), state]))
);

/** The file begins a name in lower case, the library in upper case. @param {string} key */
function fuseOf(key) {
  const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  const fuse = FuseV1Options[/** @type {keyof typeof FuseV1Options} */ (name)];
  if (fuse === undefined) throw new Error(`There is no fuse ${key}.`);
  return fuse;
}
