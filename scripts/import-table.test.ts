/**
 * Proves that the lint rules bite: for every row of the import table, and for what the core may not touch, offending files are
 * written beside a copy of the configuration, and the linter must name each of them, and none of the innocent ones. A linter that looks at
 * nothing is as green as one that finds nothing.
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

/** The rules that fired in a file, with the line each was for. */
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
  // A junction, because Windows lets only administrators make symbolic links.
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
  test.each(table)('$file imports what its row allows and nothing else', ({ file, refused }) => {
    const lines = found(file).filter(({ rule }) => rule === 'no-restricted-imports');
    expect(lines).toEqual(refused.map((_, index) => ({ line: index + 1, rule: 'no-restricted-imports' })));
  });

  test('every refusal says what to do instead', () => {
    const silent = diagnostics.filter(
      ({ code, help }) => code.endsWith('(no-restricted-imports)') && !/import|test in/.test(help ?? ''),
    );
    expect(silent).toEqual([]);
  });

  test('a cycle is refused', () => {
    expect(found('src/renderer/cycle-a.ts').map(({ rule }) => rule)).toEqual(['no-cycle']);
  });
});

describe('what may not be written', () => {
  test.each(forbiddenInCore.map(([statement, rule], index) => ({ statement, rule, index })))(
    '$statement in the core is refused',
    ({ rule, index }) => {
      expect(found(`src/main/core/presence/core-${index}.ts`)).toContainEqual({ line: 2, rule });
    },
  );

  test.each(forbiddenAnywhere.map(([, rule], index) => ({ rule, index })))('$rule fires', ({ rule, index }) => {
    expect(found(`src/renderer/anywhere-${index}.ts`).map((entry) => entry.rule)).toContain(rule);
  });
});
