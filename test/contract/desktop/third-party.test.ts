/** The licences in the built application, compared with the packages of its module graph. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const out = join(import.meta.dirname, '../../../out');

interface Licence {
  readonly name: string;
  readonly text: string | null;
}

function read<Content>(...path: readonly string[]): Content {
  return JSON.parse(readFileSync(join(out, ...path), 'utf8')) as Content;
}

test('[DESK-32] every package in the build comes with its licence, for the page and for packages', () => {
  const bundled = new Set(['main', 'preload', 'renderer'].flatMap((part) => read<readonly string[]>(part, 'packages.json')));
  const licences = read<readonly Licence[]>('renderer', 'third-party.json');
  const markdown = readFileSync(join(out, 'THIRD-PARTY.md'), 'utf8');
  expect(licences.map(({ name }) => name)).toEqual([...bundled].toSorted());
  expect(bundled).toContain('react');
  expect(bundled).toContain('ws');
  expect(licences.filter(({ text }) => !/permission|license|copyright/iu.test(text ?? ''))).toEqual([]);
  expect(
    licences.filter(({ name, text }) => !markdown.includes(`## ${name} `) || !markdown.includes(text?.trim() ?? '')),
  ).toEqual([]);
});
