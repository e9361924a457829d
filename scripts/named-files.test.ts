/**
 * Every file that a comment or the glossary names exists. After a move, a reader who follows a name
 * must still arrive.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './set-up.mjs';

const files = ['src', 'test', 'scripts', 'docs']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
  .concat(readdirSync(root))
  .map((file) => file.replaceAll('\\', '/'));
const commentLine = /^\s*(\/?\*|\/\/)/;
/** A file name with or without folders, which is no pattern such as `*.test.ts`. */
const fileName = /(?<![\w./*…-])(?:[\w-]+\/)*[a-z][\w-]*(?:\.test)?\.(?:ts|tsx|mjs)\b/g;

/** @returns the names in that text of which no file is the end of its path */
function namesWithoutFile(text: string): readonly string[] {
  return [...text.matchAll(fileName)]
    .map(([name]) => name)
    .filter((name) => !files.some((file) => file === name || file.endsWith(`/${name}`)));
}

test('finds a name whose file was moved', () => {
  expect(namesWithoutFile('see scripts/named-files.test.ts, `set-up.mjs` and main/gone.ts; *.test.ts is a pattern')).toEqual([
    'main/gone.ts',
  ]);
});

test('comments name files that exist', () => {
  const sources = files.filter(
    (file) => /^(src|test|scripts)\/.*\.(ts|tsx|mjs)$/.test(file) && !file.endsWith('named-files.test.ts'),
  );
  const lost = sources.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => commentLine.test(line))
      .flatMap(namesWithoutFile)
      .map((name) => `${file}: ${name}`),
  );
  expect(lost).toEqual([]);
});

test('the glossary names files that exist', () => {
  expect(namesWithoutFile(readFileSync(join(root, 'docs/GLOSSARY.md'), 'utf8'))).toEqual([]);
});
