/** Paths of a manifest: which of them a sink may get. */
import { expect, test } from 'vitest';
import { isManifestPath } from './manifest-paths.ts';

function deep(segment: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => segment);
}

test.each([
  ['a file', ['a.txt'], true],
  ['many folders', deep('x'.repeat(30), 60), true],
  ['a path of 2,000 bytes', [...deep('x'.repeat(249), 7), 'x'.repeat(250)], true],
  ['one byte more', [...deep('x'.repeat(249), 7), 'x'.repeat(251)], false],
  ['few characters of many bytes', deep('中'.repeat(66), 60), false],
  ['too many folders', deep('a', 65), false],
  ['a long name', ['中'.repeat(86)], false],
  ['its parent', ['..'], false],
  ['a separator', ['a/b'], false],
  ['nothing', [], false],
])('[XFER-42] a path with %s is checked: %j', (_, path, isValid) => {
  expect(isManifestPath(path)).toBe(isValid);
});
