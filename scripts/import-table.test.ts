/**
 * Checks that the lint rules work, for each row of the import table and everything the core must
 * not use. It writes bad files next to a copy of the configuration. The linter must report each of
 * them, and no good file. Otherwise a linter that checks nothing would pass.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forbiddenAnywhere, forbiddenInCore, table } from './import-table.ts';

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
  readonly help?: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

const root = dirname(import.meta.dirname);
let folder = '';
let diagnostics: readonly Diagnostic[] = [];

function write(file: string, lines: readonly string[]): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** The rules reported in a file, each with its line. */
function found(file: string): readonly { readonly line: number; readonly rule: string }[] {
  return diagnostics
    .filter((diagnostic) => diagnostic.filename.replaceAll('\\', '/') === file)
    .map((diagnostic) => ({ line: diagnostic.labels[0]?.span.line ?? 0, rule: diagnostic.code.replace(/^.*\((.*)\)$/, '$1') }))
    .toSorted((a, b) => a.line - b.line);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hallway-import-table-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'package.json']) copyFileSync(join(root, file), join(folder, file));
  write('tsconfig.json', ['{ "extends": "./tsconfig.base.json", "include": ["src"] }']);
  // A junction, because on Windows only administrators can create symbolic links.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const { file, allowed, refused } of table)
    write(
      file,
      [...refused, ...allowed].map((path) => `export * from '${path}';`),
    );
  for (const [index, [statement]] of forbiddenInCore.entries()) {
    write(`src/main/core/presence/core-${index}.ts`, ['export function f(): void {', `  ${statement};`, '}']);
  }
  for (const [index, [source]] of forbiddenAnywhere.entries()) write(`src/renderer/anywhere-${index}.ts`, [source]);
  write('src/renderer/cycle-a.ts', ["export { b } from './cycle-b.ts';", 'export const a = 1;']);
  write('src/renderer/cycle-b.ts', ["export { a } from './cycle-a.ts';", 'export const b = 1;']);
  const linter = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const run = spawnSync(process.execPath, [linter, '--type-aware', '--format=json', 'src'], { cwd: folder, encoding: 'utf8' });
  diagnostics = (JSON.parse(run.stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the import table', () => {
  test.each(table)('$file may import what its row allows, and nothing else', ({ file, refused }) => {
    const lines = found(file).filter(({ rule }) => rule === 'no-restricted-imports');
    expect(lines).toEqual(refused.map((_, index) => ({ line: index + 1, rule: 'no-restricted-imports' })));
  });

  test('every message says what to do instead', () => {
    const silent = diagnostics.filter(
      ({ code, help }) => code.endsWith('(no-restricted-imports)') && !/import|test in/.test(help ?? ''),
    );
    expect(silent).toEqual([]);
  });

  test('a cycle is rejected', () => {
    expect(found('src/renderer/cycle-a.ts').map(({ rule }) => rule)).toEqual(['no-cycle']);
  });
});

describe('forbidden code', () => {
  test.each(forbiddenInCore.map(([statement, rule], index) => ({ statement, rule, index })))(
    '$statement is rejected in the core',
    ({ rule, index }) => {
      expect(found(`src/main/core/presence/core-${index}.ts`)).toContainEqual({ line: 2, rule });
    },
  );

  test.each(forbiddenAnywhere.map(([, rule], index) => ({ rule, index })))('$rule fires', ({ rule, index }) => {
    expect(found(`src/renderer/anywhere-${index}.ts`).map((entry) => entry.rule)).toContain(rule);
  });
});
