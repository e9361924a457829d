/** The three ways in which these specs run Hallway, each as real as it gets here: see `app-instance.ts` for what an instance offers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

export type Host = 'browser' | 'electron-stub' | 'electron';

/** `npm run test:electron` sets it; otherwise the specs run where no runtime is needed. */
const real = process.env['HALLWAY_ELECTRON'] === 'real';

/** On which hosts the specs for every host run now. */
export const hosts: readonly Host[] = real ? ['electron'] : ['browser', 'electron-stub'];

/** On which hosts the specs for the desktop application run now. */
export const desktopHosts: readonly Host[] = real ? ['electron'] : ['electron-stub'];

/**
 * The real runtime's executable. Looked up by hand, because merely importing the package `electron` tries to download it.
 *
 * @returns `undefined` when it is not installed
 */
export function electronExecutable(): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), readFileSync(name, 'utf8'));
  return existsSync(path) ? path : undefined;
}
