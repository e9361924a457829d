/**
 * The versions for a problem report: Hallway, its runtime and the operating system.
 */
import { arch, release, type, version } from 'node:os';

/** Keys of `process.versions`. Each host has only some of them. */
const parts = { 'Node.js': 'node', Electron: 'electron', Chromium: 'chrome', OpenSSL: 'openssl', SQLite: 'sqlite' } as const;

/** @param hallway Hallway's own version. @returns the versions by name */
export function readVersions(hallway: string): Readonly<Record<string, string>> {
  const found = Object.entries(parts).flatMap(([name, key]) => {
    const part = process.versions[key];
    return part === undefined ? [] : [[name, part] as const];
  });
  return { Hallway: hallway, ...Object.fromEntries(found), System: `${type()} ${release()} (${version()}), ${arch()}` };
}
