/**
 * The hosts that the specs run on, each as real as possible here. See `app-instance.ts` for an
 * instance's actions.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

export type Host = 'browser' | 'electron-stub' | 'electron';

/** `npm run test:electron` sets it; without it, the specs need no runtime. */
const real = process.env['HALLWAY_ELECTRON'] === 'real';

/** The hosts for specs that every host must pass. */
export const hosts: readonly Host[] = real ? ['electron'] : ['browser', 'electron-stub'];

/** The hosts for specs of the desktop application. */
export const desktopHosts: readonly Host[] = real ? ['electron'] : ['electron-stub'];

/**
 * The real runtime's executable. Found without importing the package `electron`, which would try to
 * download it.
 *
 * @returns `undefined` if it is not installed
 */
export function electronExecutable(): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), readFileSync(name, 'utf8'));
  return existsSync(path) ? path : undefined;
}
