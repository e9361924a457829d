/** Checks that every file agrees with `engines` of package.json on the oldest Node.js. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import electronViteConfig from '../electron.vite.config.ts';
import { oldestNode, root } from './set-up.mjs';

/**
 * The newest edition of ECMAScript that each release line of Node.js supports in full. Source:
 * node.green.
 */
const editions: Readonly<Record<string, string>> = { 20: 'ES2023', 22: 'ES2024', 24: 'ES2025' };

const { engines } = JSON.parse(readText('package.json')) as { readonly engines: { readonly node: string } };
const oldest = engines.node.replace('>=', '');
const major = oldest.split('.')[0] ?? '';

test('set-up and the build read the oldest Node.js from package.json', () => {
  const { main, preload } = electronViteConfig as {
    readonly [part in 'main' | 'preload']: { readonly build: { readonly target: string } };
  };
  expect({ setUp: oldestNode.join('.'), main: main.build.target, preload: preload.build.target }).toEqual({
    setUp: oldest,
    main: `node${major}`,
    preload: `node${major}`,
  });
});

const layers = ['shared', 'main/core', 'main/node', 'main/hosts', 'preload', 'renderer'].map(
  (layer) => `src/${layer}/tsconfig.json`,
);

test('the compiler targets the oldest Node.js', () => {
  expect(compilerOptionsOf('tsconfig.base.json').target).toBe(editions[major]);
});

test.each(['tsconfig.json', ...layers])('%s allows exactly the JavaScript of the oldest Node.js', (path) => {
  const { lib = [] } = compilerOptionsOf(path);
  expect(lib.filter((name) => name.startsWith('ES'))).toEqual([editions[major]]);
});

test.each(['README.md', 'docs/AUTOMATION.md'])('%s names the oldest Node.js, and no other', (path) => {
  const named = Array.from(readText(path).matchAll(/Node\.js (\d+(?:\.\d+)*)/gu), ([, version]) => version);
  expect(new Set(named)).toEqual(new Set([oldest]));
});

function compilerOptionsOf(path: string): { readonly target?: string; readonly lib?: readonly string[] } {
  const config = JSON.parse(readText(path).replaceAll(/^\s*\/\/.*$/gmu, '')) as { readonly compilerOptions: object };
  return config.compilerOptions;
}

function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
