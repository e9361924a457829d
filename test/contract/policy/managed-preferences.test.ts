/** The managed preferences of macOS, read by a program that stands in for the system's `plutil`. */
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { managedPreferences, readPolicy, type ReadPolicy } from '../../../src/main/node/system/policy/read-policy.ts';

/** It has neither such preferences nor programs that begin with `#!`. */
const isWindows = process.platform === 'win32';

let directory = '';

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-preferences-')));
  await mkdir(join(directory, 'managed'), { mode: 0o755 });
  await writeFile(path(), 'a property list', { mode: 0o644 });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const path = (): string => join(directory, 'managed', 'hallway.plist');

interface Given {
  /** The lines of the program, or undefined if there is none. */
  readonly plutil: string | undefined;
  readonly ownerId?: number;
  readonly deadlineMs?: number;
}

async function read({ plutil, ownerId = process.getuid?.() ?? 0, deadlineMs = 10_000 }: Given): Promise<ReadPolicy> {
  const program = join(directory, 'plutil');
  if (plutil !== undefined) await writeFile(program, `#!/bin/sh\n${plutil}\n`, { mode: 0o755 });
  return readPolicy({ file: undefined, managed: managedPreferences({ path: path(), ownerId, program, deadlineMs }) });
}

const unreadable = (reason: string): unknown => ({
  policy: {},
  problems: [{ code: 'policy-unreadable', severity: 'warning', values: { path: path(), reason } }],
});
const untrusted = (): unknown => ({
  policy: {},
  problems: [{ code: 'policy-untrusted', severity: 'warning', values: { path: path() } }],
});
const prints = `[ "$*" = "-convert json -o - $(dirname "$0")/managed/hallway.plist" ] && echo '{"KeepDays":90}'`;

test.skipIf(isWindows)('[POLICY-20] the preferences are read, and without any nothing is decided or reported', async () => {
  const present = await read({ plutil: prints });
  await rm(join(directory, 'managed'), { recursive: true });
  expect([present, await read({ plutil: prints })]).toEqual([
    { policy: { keepDays: { value: 90, locked: true } }, problems: [] },
    { policy: {}, problems: [] },
  ]);
});

test.skipIf(isWindows).each<readonly [string, Given, string]>([
  ['a damaged list, or a value without JSON', { plutil: 'exit 1' }, 'notPolicy'],
  ['an answer that is no JSON', { plutil: 'echo "{"' }, 'notPolicy'],
  ['a list that is no dictionary', { plutil: 'echo "[1]"' }, 'notPolicy'],
  ['a program that does not end', { plutil: 'exec sleep 30', deadlineMs: 100 }, 'ETIMEDOUT'],
  ['an answer without end', { plutil: 'exec yes' }, 'tooLarge'],
  ['no program', { plutil: undefined }, 'plutil ENOENT'],
])('[POLICY-20] %s is reported with the path', async (_case, given, reason) => {
  expect(await read(given)).toEqual(unreadable(reason));
});

test.skipIf(isWindows)('[POLICY-20] preferences of another owner, or that others may write, are reported', async () => {
  const ofOther = await read({ plutil: prints, ownerId: (process.getuid?.() ?? 0) + 1 });
  await chmod(path(), 0o646);
  const writable = await read({ plutil: prints });
  await chmod(path(), 0o644);
  await chmod(join(directory, 'managed'), 0o777);
  expect([ofOther, writable, await read({ plutil: prints })]).toEqual([untrusted(), untrusted(), untrusted()]);
});
