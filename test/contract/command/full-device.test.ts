/**
 * The built command when its output cannot be written: /dev/full refuses every byte, as a
 * full disk does, and a reader that has closed its pipe is no failure.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const command = resolve(import.meta.dirname, '../../../out/main/cli.js');
/** Nobody else is on the loopback adapter with this port. */
const network = ['--interface', 'lo', '--port', '24257'];
const sentence = "Couldn't write standard output: the disk is full.\n";

const commands: readonly (readonly string[])[] = [
  ['--help'],
  ['--version'],
  ['peers', '--for', '0.1', ...network],
  ['peers', '--json', '--for', '0.1', ...network],
  ['doctor', '--for', '0.1', ...network],
  ['doctor', '--json', '--for', '0.1', ...network],
  ['report', '-', '--for', '0.1', ...network],
  ['export', '-', '--json'],
  ['clear', '--all', '--yes'],
  ['settings'],
  ['settings', '--json'],
  ['settings', 'set', 'note', 'hello'],
  ['open', '--no-browser', ...network],
  ['chat', ...network],
  ['run', '--json', ...network],
];

let profile = '';

beforeEach(() => void (profile = mkdtempSync(join(tmpdir(), 'hallway-full-'))));
afterEach(() => rmSync(profile, { recursive: true, force: true }));

function withProfile(args: readonly string[]): string[] {
  return args[0]?.startsWith('--') ? [command, ...args] : [command, ...args, `--profile=${profile}`];
}

describe.skipIf(!existsSync('/dev/full'))('[AUTO-8] a command whose output cannot be written', () => {
  test.each(commands.map((args) => [args.join(' '), args] as const))('hallway %s > /dev/full says so and fails', (_, args) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, withProfile(args), {
      encoding: 'utf8',
      stdio: ['pipe', full, 'pipe'],
      timeout: 15_000,
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({ status: 1, stderr: sentence });
  });

  test('a full standard error changes neither the output nor the status', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stdout } = spawnSync(process.execPath, withProfile(['send']), {
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', full],
    });
    closeSync(full);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

test.each(commands.filter(([name]) => name !== 'open').map((args) => [args.join(' '), args] as const))(
  '[AUTO-8] hallway %s whose reader is gone ends in silence',
  async (_, args) => {
    const child = spawn(process.execPath, withProfile(args), { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    child.stdin.on('error', () => undefined);
    if (args[0] === 'run') child.stdin.write('{"id":1,"cmd":"peers"}\n');
    const status = await new Promise((settle) => child.on('close', settle));
    // The status of the doctor tells of findings.
    expect({ status: args[0] === 'doctor' ? 0 : status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);
