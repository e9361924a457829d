/** Paths of the built bundles. */
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const commandPath = join(root, 'out/main/cli.js');
export const mainPath = join(root, 'out/main/index.js');
