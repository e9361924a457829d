/** The npm package of the command, as a stranger installs it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { shells } from '../../../src/main/hosts/cli/arguments/option-table.ts';
import { installCommand, type InstalledCommand } from '../../fixtures/installed-command.ts';

const isLinux = process.platform === 'linux';
const installLimitMs = 180_000;
const startLimitMs = 30_000;
/** A dozen processes start, one after the other. */
const meetingLimitMs = 120_000;
/** No other test uses this port on the loopback adapter. */
const network = ['--interface', 'lo', '--port', '24261'];

let installed: InstalledCommand;
let profiles = '';
const running: ChildProcess[] = [];

beforeAll(() => void (installed = installCommand()), installLimitMs);
beforeAll(() => void (profiles = mkdtempSync(join(tmpdir(), 'hallway-two-'))));
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  installed.remove();
  rmSync(profiles, { recursive: true, force: true });
});

/** That of the runner, with a home of its own, and without its wishes about colors. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...others } = process.env;
  return { ...others, NODE_OPTIONS: '', HOME: profiles, USERPROFILE: profiles, APPDATA: profiles };
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [installed.script, ...args], {
    encoding: 'utf8',
    env: ownEnvironment(),
    input: '',
  });
  return { status, stdout, stderr };
}

function start(name: string, ...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    [installed.script, ...args, '--name', name, '--profile', join(profiles, name), ...network],
    {
      env: ownEnvironment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  running.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<number | null>((settle) => child.once('close', settle));
  return { child, exited, output: () => output };
}

async function untilSaid(node: { output(): string }, text: RegExp): Promise<void> {
  await expect.poll(() => node.output(), { timeout: startLimitMs, interval: 50 }).toMatch(text);
}

test('[CMD-1] installs into an empty folder, with few files, no dependency, no script and no Electron', () => {
  const content = JSON.parse(readFileSync(join(installed.folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, bin, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  expect(content).toEqual({
    ...{ name, version, bin, engines, license: 'MIT', type: 'module' },
    description: expect.stringContaining('local network'),
    man: ['man/hallway.1'],
  });
  const isOfElectron = (path: string): boolean => /electron|preload|main\/index/iu.test(path);
  expect({ isSmall: installed.files.length <= 120, electron: installed.files.filter(isOfElectron) }).toEqual({
    isSmall: true,
    electron: [],
  });
  expect(run('--version')).toEqual({ status: 0, stdout: `${String(version)}\n`, stderr: '' });
  expect(run('--help')).toEqual({ status: 0, stdout: expect.stringContaining('Usage: hallway'), stderr: '' });
});

test('[CMD-2] contains notices, the man page, the completions, the unit, the container file and the page', () => {
  const parts = installed.files.map((path) => path.replace(/-[\w-]{8}\.(?=\w+$)/u, '-HASH.'));
  expect(parts).toEqual([
    'Containerfile',
    'LICENSE',
    'README.md',
    'THIRD-PARTY.md',
    'completions/_hallway',
    'completions/hallway.bash',
    'completions/hallway.fish',
    'completions/hallway.ps1',
    'man/hallway.1',
    ...parts.filter((path) => path.startsWith('out/main/chunks/')),
    'out/main/cli.js',
    ...parts.filter((path) => path.startsWith('out/renderer/assets/')),
    'out/renderer/index.html',
    'out/renderer/third-party.json',
    'package.json',
    'systemd/hallway.service',
  ]);
  const notices = readFileSync(join(installed.folder, 'THIRD-PARTY.md'), 'utf8');
  const bundled = ['main', 'renderer'].flatMap(
    (part) => JSON.parse(readFileSync(join('out', part, 'packages.json'), 'utf8')) as readonly string[],
  );
  expect(bundled).toContain('ws');
  expect(bundled.filter((name) => !notices.includes(`## ${name} `))).toEqual([]);
  expect(readFileSync(join(installed.folder, 'completions', 'hallway.bash'), 'utf8')).toBe(run('completion', 'bash').stdout);
  expect(shells.map((shell) => run('completion', shell).status)).toEqual([0, 0, 0, 0]);
});

test.skipIf(process.platform === 'win32')('the link of the package starts the command', () => {
  expect(existsSync(installed.link)).toBe(true);
  expect(spawnSync(installed.link, ['--version'], { encoding: 'utf8' }).status).toBe(0);
});

test.skipIf(!isLinux)(
  '[CMD-3, CMD-6] two installed nodes see each other, a message arrives, SIGTERM says goodbye',
  async () => {
    const ana = start('Ana', 'run', '--json');
    await untilSaid(ana, /"event":"ready"/u);
    const bo = start('Bo', 'open', '--no-browser');
    await untilSaid(ana, /"event":"peer-joined","peer":\{"peerId":"\w+","name":"Bo"/u);

    const sent = spawnSync(process.execPath, [installed.script, 'send', 'Ana', 'hello', '--profile', join(profiles, 'Bo')], {
      encoding: 'utf8',
    });
    expect({ status: sent.status, stderr: sent.stderr }).toEqual({ status: 0, stderr: '' });
    await untilSaid(ana, /"event":"message".*"fromName":"Bo".*"text":"hello"/u);

    bo.child.kill('SIGTERM');
    expect(await bo.exited).toBe(0);
    await untilSaid(ana, /"event":"peer-left","peerId":"\w+","name":"Bo","reason":"goodbye"/u);
    ana.child.stdin.end();
    expect(await ana.exited).toBe(0);
  },
  meetingLimitMs,
);

test(
  '[CMD-7] results have no escape sequences, whatever the variables for colors say',
  () => {
    const outputs = [{}, { NO_COLOR: '1' }, { FORCE_COLOR: '3' }].map((variables) => {
      const results = [['--help'], ['settings'], ['completion', 'zsh'], ['nonsense']].map((args) =>
        spawnSync(process.execPath, [installed.script, ...args, '--profile', join(profiles, 'plain')], {
          encoding: 'utf8',
          env: { ...ownEnvironment(), ...variables },
        }),
      );
      return results.map(({ stdout, stderr }) => stdout + stderr);
    });
    expect(outputs[0]?.map((text) => text.length > 0)).toEqual([true, true, true, true]);
    expect(outputs[0]?.filter((text) => text.includes('\u001B'))).toEqual([]);
    expect([outputs[1], outputs[2]]).toEqual([outputs[0], outputs[0]]);
  },
  meetingLimitMs,
);
