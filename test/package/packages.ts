/**
 * Makes packages for tests, and looks into them. The build in out/ is the one that they contain.
 */
import { mkdtempSync, mkdirSync, rmSync, lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLinuxTree, type LinuxTree } from '../../scripts/packaging/linux-tree.mjs';
import { pathsBelow } from '../../scripts/packaging/tree.mjs';

export const root = join(import.meta.dirname, '../..');

/** 2023-11-14, a time that no computer has now. */
export const epoch = 1_700_000_000;

export interface Workshop {
  /** Holds the packages. */
  readonly release: string;
  /** @returns a folder that does not exist yet */
  newFolder(name: string): string;
  makeTree(options?: { readonly release?: string }): Promise<LinuxTree>;
  remove(): void;
}

/** @returns a folder of its own to make packages in */
export function createWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'hallway-packages-'));
  let made = 0;
  const newFolder = (name: string): string => {
    made += 1;
    return join(folder, `${made}-${name}`);
  };
  const release = join(folder, 'release');
  mkdirSync(release);
  return {
    release,
    newFolder,
    makeTree: (options) => makeLinuxTree(newFolder('tree'), { epoch, scratch: newFolder('app'), ...options }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @returns the files below `folder`, each as `MODE path` */
export function modesBelow(folder: string): readonly string[] {
  return pathsBelow(folder)
    .filter((name) => !lstatSync(join(folder, name)).isDirectory())
    .map((name) => `${(lstatSync(join(folder, name)).mode & 0o7777).toString(8)} ${name}`);
}
