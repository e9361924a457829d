/** Checks that set-up installs only a Node.js whose hash is pinned. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodePackages, root } from './set-up.mjs';

interface Manifest {
  readonly optionalDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, 'scripts', 'node-runtime', file), 'utf8'));
}

test('each package of a Node.js has one version and its hash', () => {
  const { optionalDependencies: versions } = read('package.json') as Manifest;
  const { packages } = read('package-lock.json') as Lock;
  const names = Object.values(nodePackages).map(([name = '']) => name);
  expect({
    names: Object.keys(versions).toSorted(),
    locked: names.map((name) => packages[`node_modules/${name}`]),
  }).toEqual({
    names: names.toSorted(),
    locked: names.map((name) =>
      expect.objectContaining({ version: versions[name], integrity: expect.stringMatching(/^sha512-./) }),
    ),
  });
});
