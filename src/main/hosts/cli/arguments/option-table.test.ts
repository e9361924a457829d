/**
 * The option table against what is written by hand: the documents. Help and parser derive from it.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { helpText } from './help.ts';
import { aboutOptions, commands, nodeOptions, shells, type CommandEntry, type OptionEntry } from './option-table.ts';
import { parseCommandLine } from './options.ts';

const root = resolve(import.meta.dirname, '../../../../..');
const automation = readText('docs/AUTOMATION.md');
const everyOption: readonly OptionEntry[] = [
  ...nodeOptions,
  ...aboutOptions,
  ...commands.flatMap(({ options }): readonly OptionEntry[] => options),
];

test.each(commands.map((command: CommandEntry) => command))(
  'docs/AUTOMATION.md has hallway $name with all its options',
  ({ name, options }) => {
    const [, usage = ''] = new RegExp(`^\\| \`hallway ${name}\\b([^\`]*)\``, 'mu').exec(automation) ?? [];
    expect(optionsIn(usage)).toEqual(options.map(written).toSorted());
  },
);

test('docs/AUTOMATION.md has a row for each option of all commands, with its default', () => {
  const table = automation.split('Options of all commands:')[1]?.split('Exit status:')[0] ?? '';
  const rows = Array.from(table.matchAll(/^\| `--([^`]+)` \|/gmu), ([, option]) => option);
  const defaults = nodeOptions.flatMap(({ help }) => /\(default (.+)\)/u.exec(help ?? '')?.[1] ?? []);
  expect(rows).toEqual(nodeOptions.map(written));
  expect(defaults.filter((value) => !table.includes(`Default ${value}.`))).toEqual([]);
});

test.each(['README.md', 'docs/AUTOMATION.md', 'docs/SECURITY.md'])('%s names no option that is not there', (path) => {
  const named = Array.from(readText(path).matchAll(/(?<![\w-])--([a-z][a-z-]*)/gu), ([, name]) => name);
  const known = everyOption.map(({ name }) => name);
  expect(named.filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
});

test('the help has every option and fits a terminal of 100 columns', () => {
  const hidden = everyOption.filter(({ name }) => !helpText.includes(`--${name}`)).map(({ name }) => name);
  expect({ hidden, tooLong: helpText.split('\n').filter((line) => line.length > 100) }).toEqual({
    hidden: [],
    tooLong: [],
  });
});

test('a completion exists for each shell of the table, and for no other', () => {
  const parsed = [...shells, 'tcsh'].map((shell) => parseCommandLine(['completion', shell], {}).ok);
  expect({ parsed, none: parseCommandLine(['completion'], {}).ok }).toEqual({
    parsed: [true, true, true, true, false],
    none: false,
  });
});

test('an option takes a value with every command or with none', () => {
  const values = new Map<string, Set<boolean>>();
  for (const { name, value } of everyOption) values.set(name, (values.get(name) ?? new Set()).add(value !== undefined));
  expect([...values].filter(([, kinds]) => kinds.size > 1)).toEqual([]);
});

test('the parser takes every option of the table where it is said to be', () => {
  const words: Readonly<Record<string, readonly string[]>> = {
    send: ['Ana', 'hello'],
    say: ['lunch', 'hello'],
    'send-files': ['Ana', 'a.txt'],
    export: ['-'],
    clear: ['Ana'],
    profile: ['export', 'x'],
    completion: ['bash'],
    run: ['--json'],
  };
  const refused = commands.flatMap(({ name, options }) =>
    [...options, ...nodeOptions].flatMap((option: OptionEntry) => {
      // `clear --all` takes the place of a person.
      const given = option.name === 'all' ? [] : (words[name] ?? []);
      const text = `--${option.name}${option.value === undefined ? '' : `=${sampleOf(option)}`}`;
      const line = parseCommandLine([name, ...given.filter((word) => word !== text), text], {});
      return line.ok ? [] : line.message;
    }),
  );
  expect(refused).toEqual([]);
});

function sampleOf({ name }: OptionEntry): string {
  return { for: '3', group: '239.1.2.3', port: '5000' }[name] ?? 'x';
}

function written({ name, value }: OptionEntry): string {
  return value === undefined ? name : `${name} ${value}`;
}

/** @returns `json`, `for SECONDS` and so on, sorted */
function optionsIn(usage: string): readonly string[] {
  return Array.from(usage.matchAll(/--([a-z-]+(?: [A-Z]+)?)/gu), ([, option]) => option ?? '').toSorted();
}

function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
