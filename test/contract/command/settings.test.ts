/**
 * `hallway settings` of the built command: on a free profile, and over the socket of a profile in
 * use.
 */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settingKeys } from '../../../src/shared/contract/settings.ts';

const command = resolve(import.meta.dirname, '../../../out/main/cli.js');
const isWindows = process.platform === 'win32';
/** No other node uses this port on the loopback adapter. */
const network = ['--interface', 'lo', '--port', '24256'];

let profile = '';
let open: ChildProcessWithoutNullStreams | undefined;

beforeEach(() => void (profile = mkdtempSync(join(tmpdir(), 'hallway-settings-'))));
afterEach(async () => {
  if (open) await end(open);
  open = undefined;
  rmSync(profile, { recursive: true, force: true });
});

function settings(...args: readonly string[]) {
  const all = [command, 'settings', ...args, `--profile=${profile}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8', input: '' });
  return { status, stdout, stderr };
}

const done = (stdout: string) => ({ status: 0, stdout, stderr: '' });
const path = (): string => join(profile, 'settings.json');
const saved = (): unknown => JSON.parse(readFileSync(path(), 'utf8'));

function end(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  const ended = new Promise((settle) => child.once('close', settle));
  child.stdin.end();
  return ended;
}

/** `hallway run --json`. @returns its lines so far, and a function that writes a line to it */
async function run() {
  const child = spawn(process.execPath, [command, 'run', '--json', `--profile=${profile}`, ...network]);
  open = child;
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const lines = (): readonly unknown[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  const say = (line: string): void => void child.stdin.write(`${line}\n`);
  say('{"id":0,"cmd":"peers"}');
  await expect.poll(lines, { timeout: 20_000 }).toContainEqual({ reply: 0, ok: true, peers: [] });
  return { lines, say };
}

test('[SET-1, SET-2, SET-6] shows, changes and resets settings of the profile, and saves nothing else', () => {
  const account = userInfo().username;
  const list = settings();
  const changes = [
    settings('set', 'keepDays', '30'),
    settings('set', 'excludedInterfaces', 'tun0,docker0'),
    settings('set', 'note', 'back at two'),
    settings('set', 'readReceipts', 'false'),
  ];
  const content = saved();
  const reset = settings('reset', 'readReceipts');
  const got = settings('get', 'excludedInterfaces');
  const json = settings('list', '--json');

  expect({ status: list.status, stderr: list.stderr }).toEqual({ status: 0, stderr: '' });
  const rows = list.stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(rows.map(([key]) => key)).toEqual(['KEY', ...settingKeys, '']);
  expect(rows).toEqual(
    expect.arrayContaining([
      ['KEY', 'VALUE', 'DEFAULT'],
      ['name', account, account],
      ['note'],
      ['keepDays', 'null', 'null'],
      ['excludedInterfaces', '[]', '[]'],
    ]),
  );
  expect(changes).toEqual([
    done('keepDays: 30\n'),
    done('excludedInterfaces: ["tun0","docker0"]\n'),
    done('note: back at two\n'),
    done('readReceipts: false\n'),
  ]);
  expect(content).toEqual({
    keepDays: 30,
    excludedInterfaces: ['tun0', 'docker0'],
    note: 'back at two',
    readReceipts: false,
  });
  expect({ reset, got }).toEqual({ reset: done('readReceipts: true\n'), got: done('["tun0","docker0"]\n') });
  expect(JSON.parse(json.stdout)).toMatchObject({
    keepDays: { value: 30, default: null, locked: false },
    readReceipts: { value: true, default: true, locked: false },
  });
});

test('[SET-5] exits with 2 for a bad command line and with 1 for a refusal, and changes nothing', () => {
  const results = [
    settings('get', 'nope'),
    settings('set', 'keepDays', 'soon'),
    settings('unset', 'note'),
    settings('set', 'name', 'system'),
    settings('set', 'manualAddresses', '224.0.0.187:4255'),
  ];
  expect(results).toEqual([
    { status: 2, stdout: '', stderr: expect.stringMatching(/^There is no setting "nope"\. The settings are: name, /) },
    { status: 2, stdout: '', stderr: expect.stringMatching(/^"keepDays" must be a number of days from 1 to 36500/) },
    { status: 2, stdout: '', stderr: expect.stringMatching(/^hallway settings cannot "unset"/) },
    { status: 1, stdout: '', stderr: '"system" is reserved. Choose another name.\n' },
    { status: 1, stdout: '', stderr: expect.stringMatching(/^No one can be reached at 224\.0\.0\.187:4255/) },
  ]);
  expect(() => saved()).toThrow('ENOENT');
});

test('[SET-3, SET-4] every command names a bad value of the file until it is changed; unknown keys stay', () => {
  writeFileSync(path(), '{"keepDays":"30","later":1}');
  const got = settings('get', 'keepDays');
  const set = settings('set', 'status', 'away');
  const meanwhile = saved();
  const mended = settings('set', 'keepDays', '30');
  expect([got, set]).toEqual([
    { status: 0, stdout: 'null\n', stderr: expect.stringMatching(/^Hallway can't use keepDays in settings\.json/) },
    { status: 0, stdout: 'status: away\n', stderr: expect.stringContaining(path()) },
  ]);
  expect({ meanwhile, mended, after: saved() }).toEqual({
    meanwhile: { keepDays: '30', later: 1, status: 'away' },
    mended: done('keepDays: 30\n'),
    after: { keepDays: 30, later: 1, status: 'away' },
  });
});

test('[SET-7] exits with 1 when the change cannot be saved', () => {
  mkdirSync(join(profile, 'settings.json.new', 'inside'), { recursive: true });
  expect(settings('set', 'passive', 'true')).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^"passive" couldn't be saved\. .*\n(?:.*\n)*Hallway can't save anything/),
  });
});

test.skipIf(isWindows)('[CTRL-2, SET-2] sends the change to the running Hallway, which applies it at once', async () => {
  const { lines, say } = await run();
  const set = settings('set', 'status', 'busy');
  say('{"id":1,"cmd":"profile"}');
  await expect.poll(lines).toContainEqual(expect.objectContaining({ reply: 1, status: 'busy' }));
  say('{"id":2,"cmd":"set","key":"keepDays","value":7}');
  await expect.poll(lines).toContainEqual({ reply: 2, ok: true });
  const got = settings('get', 'keepDays');
  const refused = settings('set', 'name', 'system');
  const content = saved();

  expect({ set: set.stdout, got: got.stdout, refused }).toEqual({
    set: 'status: busy\n',
    got: '7\n',
    refused: { status: 1, stdout: '', stderr: expect.stringMatching(/^"system" is reserved/) },
  });
  expect(content).toMatchObject({ status: 'busy', keepDays: 7 });
});
