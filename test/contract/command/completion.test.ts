/**
 * The completions in real shells, with the command as built, and the man page in real formatters.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completionScript } from '../../../src/main/hosts/cli/arguments/completion/completion-script.ts';
import { manPage } from '../../../src/main/hosts/cli/arguments/man-page.ts';
import { aboutOptions, commands, nodeOptions, type CommandEntry } from '../../../src/main/hosts/cli/arguments/option-table.ts';
import { settingKeys } from '../../../src/shared/contract/settings.ts';

const command = resolve(import.meta.dirname, '../../../out/main/cli.js');
const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const commonOptions = [...nodeOptions, ...aboutOptions].map(({ name }) => `--${name}`);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hallway-completion-'));
  mkdirSync(join(folder, 'inbox'));
  writeFileSync(join(folder, 'a report.txt'), '');
  for (const [shell, name] of [
    ['bash', 'completion.bash'] as const,
    ['zsh', '_hallway'] as const,
    ['fish', 'completion.fish'] as const,
  ])
    writeFileSync(join(folder, name), spawnSync(process.execPath, [command, 'completion', shell], { encoding: 'utf8' }).stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inProgram(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    // No configuration of a user.
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder },
  });
  return { status, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
}

/** Presses Tab behind the last of the words, in bash. */
function inBash(...words: readonly string[]): readonly string[] {
  const code = 'source ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hallway; printf "%s\\n" "${COMPREPLY[@]}"';
  const { lines, stderr } = inProgram('bash', '-c', code, 'bash', 'hallway', ...words);
  expect(stderr).toBe('');
  return lines;
}

test.skipIf(!has('bash'))('[CMD-4] bash accepts its script, and completes commands, options, choices and paths', () => {
  expect(inProgram('bash', '-n', 'completion.bash')).toEqual({ status: 0, lines: [], stderr: '' });
  expect({
    commands: inBash(''),
    started: inBash('se'),
    options: inBash('open', '--'),
    action: inBash('settings', ''),
    key: inBash('settings', 'set', 'keep'),
    none: inBash('settings', 'list', ''),
    folders: inBash('--profile', '=', 'in'),
    files: inBash('send-files', 'Ana', 'a'),
    notFiles: inBash('send-files', 'a'),
    behindAnOption: inBash('--name', 'Ana', 'profile', ''),
  }).toEqual({
    commands: commands.map(({ name }) => name),
    started: ['send', 'send-files', 'settings'],
    options: ['--no-browser', ...commonOptions],
    action: ['list', 'get', 'set', 'reset'],
    key: settingKeys.filter((key) => key.startsWith('keep')),
    none: [],
    folders: ['inbox'],
    files: ['a report.txt'],
    notFiles: [],
    behindAnOption: ['export', 'import'],
  });
});

test.skipIf(!has('zsh'))('[CMD-4] zsh accepts its script', () => {
  expect(inProgram('zsh', '-n', '_hallway')).toEqual({ status: 0, lines: [], stderr: '' });
});

test.skipIf(!has('fish'))('[CMD-4] fish accepts its script, and completes commands, options, choices and paths', () => {
  const inFish = (line: string): readonly string[] =>
    inProgram('fish', '-c', `source completion.fish; complete -C '${line}'`).lines.map((each) => each.split('\t')[0] ?? '');
  expect({
    started: inFish('hallway se'),
    options: inFish('hallway open --no'),
    action: inFish('hallway settings '),
    key: inFish('hallway settings set keep'),
    folders: inFish('hallway open --profile in'),
    files: inFish('hallway report "a '),
  }).toEqual({
    started: ['send', 'send-files', 'settings'],
    options: ['--no-browser'],
    action: ['get', 'list', 'reset', 'set'],
    key: settingKeys.filter((key) => key.startsWith('keep')).toSorted(),
    folders: ['inbox/'],
    files: [expect.stringContaining('report.txt')],
  });
});

test('[CMD-4] every script has each command and each option', () => {
  const names = [...commands.map(({ name }) => name), ...commands.flatMap(({ options }) => options.map(({ name }) => name))];
  for (const name of ['bash', 'zsh', 'fish', 'powershell'] as const) {
    const script = completionScript(name);
    expect({ name, missing: names.filter((each) => !script.includes(each)) }).toEqual({ name, missing: [] });
  }
});

test('[CMD-5] the man page has each command, option, exit status and variable', () => {
  const page = manPage({ version: '1.2.3', dateMs: Date.UTC(2026, 10, 30) });
  const plain = page.replaceAll(String.raw`\-`, '-');
  const missing = [
    ...commands.map(({ name }) => `.It Ic ${name}`),
    ...commands.flatMap(({ options }: CommandEntry) => options.flatMap(({ name, help }) => (help ? `.It Fl -${name}` : []))),
    ...commonOptions.map((option) => `.It Fl ${option.slice(1)}`),
    ...['.It 0', '.It 1', '.It 2', '.It Ev HALLWAY_TEAM_KEY', '.It Ev NO_COLOR', '.Dd November 30, 2026', '.Os Hallway 1.2.3'],
  ].filter((line) => !plain.includes(line));
  expect(missing).toEqual([]);
});

test.skipIf(!has('groff'))('[CMD-5] groff formats the man page without a warning', () => {
  writeFileSync(join(folder, 'hallway.1'), manPage({ version: '1.2.3', dateMs: 0 }));
  const { status, lines, stderr } = inProgram('groff', '-k', '-mandoc', '-Tutf8', '-ww', '-P-c', 'hallway.1');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(lines.join('\n')).toContain('git log -1 | hallway send Bo -');
});

test.skipIf(spawnSync('mandoc', ['-Tlint', '/dev/null']).error !== undefined)(
  '[CMD-5] mandoc formats it without a warning',
  () => {
    writeFileSync(join(folder, 'hallway.1'), manPage({ version: '1.2.3', dateMs: 0 }));
    expect(inProgram('mandoc', '-Tlint', '-Wwarning', 'hallway.1')).toEqual({ status: 0, lines: [], stderr: '' });
  },
);
