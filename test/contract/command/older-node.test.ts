/**
 * The built command on a Node.js older than `engines` of package.json allows: it prints one
 * sentence, and Hallway does not start.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refusalOfNode } from '../../../src/main/hosts/cli/arguments/node-version.ts';

const root = resolve(import.meta.dirname, '../../..');
const command = join(root, 'out', 'main', 'cli.js');
const { engines, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly engines: { readonly node: string };
  readonly version: string;
};
const older = findOlderNode();
/** If the version check fails, the command must not use the user's own profile. */
const profile = mkdtempSync(join(tmpdir(), 'hallway-older-'));
const isPromised = process.platform === 'linux' && Boolean(process.env['CI']);

afterAll(() => rmSync(profile, { recursive: true, force: true }));

test.skipIf(older === undefined && !isPromised)('an older Node.js from PATH prints one sentence and exits with 1', () => {
  for (const args of [
    ['peers', '--json'],
    ['send', 'Ana', 'hello'],
    ['clear', '--all', '--yes'],
    ['run', '--json'],
  ]) {
    expect({ args, ...runOnOlder(args) }).toEqual({
      args,
      status: 1,
      stdout: '',
      stderr: `Hallway needs Node.js ${engines.node.replace('>=', '')} or newer, but this is ${older?.version}.\n`,
    });
  }
});

test.skipIf(older === undefined && !isPromised)('an older Node.js still prints the version and the help', () => {
  expect(runOnOlder(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(runOnOlder(['--help'])).toEqual({ status: 0, stdout: expect.stringContaining('Usage: hallway'), stderr: '' });
});

function runOnOlder(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(older?.path ?? 'no older Node.js', [command, ...args, `--profile=${profile}`], {
    encoding: 'utf8',
    // The runner's options apply only to its own Node.js.
    env: { ...process.env, NODE_OPTIONS: '' },
    input: '',
  });
  return { status, stdout, stderr };
}

/** The tests run on a newer one, but the machine's own is often on its path. */
function findOlderNode(): { readonly path: string; readonly version: string } | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, name);
    if (!existsSync(path)) continue;
    const found = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim().replace(/^v/u, '');
    if (refusalOfNode(found, engines.node) !== undefined) return { path, version: found };
  }
  return undefined;
}
