/** The registry of Windows, read by a program that stands in for the system's `reg`. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPolicy, registryPolicies, type ReadPolicy } from '../../../src/main/node/system/policy/read-policy.ts';

/** Programs there do not begin with `#!`. */
const isWindows = process.platform === 'win32';
const root = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies';

let directory = '';

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-registry-')));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Given {
  /** The shell commands that answer the query of our key; undefined if there is no program. */
  readonly own: string | undefined;
  /** Those that answer the query of the key above. */
  readonly above?: string;
  readonly deadlineMs?: number;
}

async function read({ own, above = 'exit 1', deadlineMs = 10_000 }: Given): Promise<ReadPolicy> {
  const program = join(directory, 'reg');
  const lines = [
    'case "$*" in',
    `'query HKLM\\Software\\Policies\\Hallway /s /reg:64') ${own ?? ''} ;;`,
    `'query HKLM\\Software\\Policies /reg:64') ${above} ;;`,
    '*) exit 9 ;;',
    'esac',
  ];
  if (own !== undefined) await writeFile(program, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
  return readPolicy({ file: undefined, managed: registryPolicies({ program, deadlineMs }) });
}

const prints = (...lines: readonly string[]): string => `printf '%s\\r\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;
const lists = (name: string): string => prints('', `${root}\\Adobe`, `${root}\\${name}`, `${root}\\Microsoft`);

const unreadable = (reason: string): ReadPolicy => ({
  policy: {},
  problems: [{ code: 'policy-unreadable', severity: 'warning', values: { path: 'HKLM\\Software\\Policies\\Hallway', reason } }],
});

test.skipIf(isWindows)('[POLICY-22] the values are read, and a key that is not listed decides and reports nothing', async () => {
  const present = await read({ own: prints('', `${root}\\Hallway`, '    KeepDays    REG_DWORD    0x5a') });
  const absent = await read({ own: 'exit 1', above: lists('Hallway Classic') });
  expect([present, absent]).toEqual([
    { policy: { keepDays: { value: 90, locked: true } }, problems: [] },
    { policy: {}, problems: [] },
  ]);
});

test.skipIf(isWindows).each<readonly [string, Given, string]>([
  ['a program that does not end', { own: 'exec sleep 30', deadlineMs: 100 }, 'ETIMEDOUT'],
  ['one that does not list the keys in time', { own: 'exit 1', above: 'exec sleep 30', deadlineMs: 300 }, 'ETIMEDOUT'],
  ['a key that is listed and may not be read', { own: 'exit 1', above: lists('Hallway') }, 'reg 1'],
  ['keys that may not be listed', { own: 'exit 1' }, 'reg 1'],
  ['a program that breaks', { own: 'exit 3' }, 'reg 3'],
  ['an answer without end', { own: 'exec yes' }, 'tooLarge'],
  ['no program', { own: undefined }, 'reg ENOENT'],
])('[POLICY-22] %s is reported with the key', async (_case, given, reason) => {
  expect(await read(given)).toEqual(unreadable(reason));
});
