/** What runs here, for a problem report: Hallway, what it runs on, and the operating system. */
import { arch, release, type, version } from 'node:os';

/** Their keys in `process.versions`. Only some are there on each host. */
const parts = { 'Node.js': 'node', Electron: 'electron', Chromium: 'chrome', OpenSSL: 'openssl', SQLite: 'sqlite' } as const;

/** @param hallway its own version. @returns versions by name, of what is there */
export function readVersions(hallway: string): Readonly<Record<string, string>> {
  const found = Object.entries(parts).flatMap(([name, key]) => {
    const part = process.versions[key];
    return part === undefined ? [] : [[name, part] as const];
  });
  return { Hallway: hallway, ...Object.fromEntries(found), System: `${type()} ${release()} (${version()}), ${arch()}` };
}
