/**
 * Checks that no folders of `src` import each other in a circle. The linter rejects circles of
 * files. Folders can form one without those, and then cannot be read, moved or tested alone. The
 * check compares sibling folders, each with its whole subtree. A folder and its parent are one
 * area, and may share ports and options.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = dirname(import.meta.dirname);

interface FileImport {
  readonly from: string;
  readonly to: string;
}

function readImports(): readonly FileImport[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /(?<!\.test|\.d)\.tsx?$/.test(file));
  return files.flatMap((from) => {
    const source = readFileSync(join(root, 'src', from), 'utf8');
    const paths = [...source.matchAll(/ from '(\.{1,2}\/[^']+)';$/gm)].map(([, path]) => path ?? '');
    return paths.map((path) => ({ from, to: join(dirname(from), path).replaceAll('\\', '/') }));
  });
}

/** @returns each circle as its folders, such as `a → b → a` */
function findLoops(imports: readonly FileImport[]): readonly string[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const pair = neighbours(from.split('/').slice(0, -1), to.split('/').slice(0, -1));
    if (pair) targets.set(pair[0], (targets.get(pair[0]) ?? new Set()).add(pair[1]));
  }
  return [...targets.keys()].flatMap((folder) => {
    const way = wayBack(folder, targets);
    // The first of its folders reports each circle, so that it appears once.
    return way && folder === way.toSorted()[0] ? [[...way, folder].join(' → ')] : [];
  });
}

/** The folders where two paths diverge; undefined if one contains the other. */
function neighbours(from: readonly string[], to: readonly string[]): readonly [string, string] | undefined {
  const parting = from.findIndex((name, index) => name !== to[index]);
  if (parting === -1 || parting >= to.length) return undefined;
  return [from.slice(0, parting + 1).join('/'), to.slice(0, parting + 1).join('/')];
}

/** @returns the shortest path from a folder to itself, without its end */
function wayBack(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of targets.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return way;
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

test('no folders of src import each other in a circle', () => {
  const imports = readImports();
  expect({ readsFiles: imports.length > 500, loops: findLoops(imports) }).toEqual({ readsFiles: true, loops: [] });
});

test('finds a circle of siblings and their subtrees, and reports it once', () => {
  const loops = findLoops([
    { from: 'core/a/x.ts', to: 'core/b/deep/y.ts' },
    { from: 'core/b/z.ts', to: 'core/c/z.ts' },
    { from: 'core/c/z.ts', to: 'core/a/z.ts' },
    { from: 'core/a/x.ts', to: 'core/ports.ts' },
    { from: 'core/area.ts', to: 'core/a/x.ts' },
  ]);
  expect(loops).toEqual(['core/a → core/b → core/c → core/a']);
});
