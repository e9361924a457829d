/**
 * Checks that each layer's tsconfig limits the layer. A copy of them compiles sample files that use
 * something outside their layer, and must reject each. Imports between folders of one layer are
 * left to the linter (import-table.test.ts).
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Sample {
  readonly file: string;
  readonly source: string;
  /**
   * The expected error code. 2304, 2591, 2584: unknown name · 6307: outside the layer · 2307:
   * unknown module. Absent: it compiles.
   */
  readonly error?: string;
}

const samples: readonly Sample[] = [
  { file: 'src/shared/base.ts', source: 'export const one = 1;' },
  { file: 'src/shared/page.ts', source: 'export const page = document.title;', error: 'TS2584' },
  { file: 'src/shared/upwards.ts', source: "export * from '../main/core/base.ts';", error: 'TS6307' },
  {
    file: 'src/main/core/base.ts',
    source: "export { one } from '../../shared/base.ts';\nexport const signal = new AbortController().signal;",
  },
  { file: 'src/main/core/bytes.ts', source: 'export const bytes = Buffer.alloc(1);', error: 'TS2591' },
  { file: 'src/main/core/clock.ts', source: 'setTimeout(() => undefined, 1);', error: 'TS2304' },
  { file: 'src/main/core/page.ts', source: 'export const page = window.name;', error: 'TS2304' },
  { file: 'src/main/core/files.ts', source: "export { readFile } from 'node:fs';", error: 'TS2591' },
  { file: 'src/main/core/upwards.ts', source: "export * from '../node/base.ts';", error: 'TS6307' },
  { file: 'src/main/node/base.ts', source: "export { one } from '../core/base.ts';\nexport { readFile } from 'node:fs';" },
  { file: 'src/main/node/page.ts', source: 'export const page = document.title;', error: 'TS2584' },
  { file: 'src/main/node/upwards.ts', source: "export * from '../hosts/base.ts';", error: 'TS6307' },
  { file: 'src/main/hosts/base.ts', source: "export { one } from '../node/base.ts';" },
  { file: 'src/main/hosts/upwards.ts', source: "export * from '../../renderer/base.ts';", error: 'TS6307' },
  { file: 'src/renderer/base.ts', source: "export { one } from '../shared/base.ts';\nexport const page = document.title;" },
  { file: 'src/renderer/main.ts', source: "export { one } from '../main/core/base.ts';", error: 'TS6307' },
  { file: 'src/renderer/bytes.ts', source: 'export const bytes = Buffer.alloc(1);', error: 'TS2591' },
  { file: 'src/preload/base.ts', source: "export { one } from '../shared/base.ts';" },
];

const configs = ['src/shared', 'src/main/core', 'src/main/node', 'src/main/hosts', 'src/preload', 'src/renderer'];
const root = dirname(import.meta.dirname);
let folder = '';
/** The compiler's errors for a file, with its layer built alone. */
const errors = new Map<string, readonly string[]>();

function compile(project: string): string {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [compiler, '--build', project], { cwd: folder, encoding: 'utf8' }).stdout;
}

function codesFor(file: string, said: string): readonly string[] {
  const lines = new RegExp(`^${file.replaceAll('.', '\\.')}\\(.*error (TS\\d+)`, 'gm');
  return [...said.matchAll(lines)].map(([, code]) => code ?? '');
}

function write(file: string, source: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${source}\n`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hallway-layers-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const config of configs) mkdirSync(join(folder, config), { recursive: true });
  copyFileSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  for (const config of configs) copyFileSync(join(root, config, 'tsconfig.json'), join(folder, config, 'tsconfig.json'));
  copyFileSync(join(root, 'src/main/core/globals.d.ts'), join(folder, 'src/main/core/globals.d.ts'));
  write('src/main/index.ts', 'export {};');
  write('src/main/cli.ts', 'export {};');
  // The good files first, so that each layer finds the built layers below it; then the bad ones.
  for (const { file, source, error } of samples) if (error === undefined) write(file, source);
  const soundRun = configs.map(compile).join('\n');
  for (const { file, source, error } of samples) if (error !== undefined) write(file, source);
  const brokenRun = configs.map(compile).join('\n');
  for (const { file, error } of samples) errors.set(file, codesFor(file, error === undefined ? soundRun : brokenRun));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(samples)('$file: $source', ({ file, error }) => {
  const said = errors.get(file) ?? [];
  expect(error === undefined ? said : [said.includes(error) ? error : said]).toEqual(error === undefined ? [] : [error]);
});
