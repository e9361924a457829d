/**
 * Every command that a document tells its reader to type. Those of `hallway` run as built, on a
 * throw-away profile; scripts of npm must exist; any other needs a reason here.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../src/main/hosts/cli/arguments/option-table.ts';
import { documentCommands, unmarkedCommands } from '../../fixtures/document-commands.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Elsewhere the loopback adapter has another name. */
const isLinux = process.platform === 'linux';
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Record<string, string> };

const files = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/GUIDE.md',
  'docs/ADMIN.md',
  'docs/AUTOMATION.md',
  'docs/SETTINGS.md',
  'build/command/README.md',
];
const all = files.flatMap(documentCommands);

/**
 * Lines that no test can run, by their beginning, each with the reason. Every entry must be in use.
 */
const notRun: Readonly<Record<string, string>> = {
  'sudo install': "changes the computer's own policy",
  'sudo apt-get': 'changes the whole computer; the tests of packages install and remove them',
  'hallway-desktop': 'comes with the deb; the tests of packages run it',
  'sudo dnf': 'needs a computer with rpm packages',
  'npm install -g': 'installs for the whole computer; package.test.ts installs into an empty folder',
  'npm start': 'opens a window until Ctrl+C; the end-to-end specs do',
  'npm test': 'is this run',
  'mkdir -p ~/.config/systemd/user': 'changes the home of the user',
  'cp "$(npm root -g)': 'needs the package installed for the whole computer',
  'systemctl --user': 'needs the systemd of a user; service.test.ts checks the unit',
  'loginctl enable-linger': 'needs the systemd of a user',
  'journalctl --user': 'needs the systemd of a user',
  'podman build': 'loads an image from the internet',
  'podman run': 'loads an image from the internet',
  'cat history.txt': 'shows the file of the command before it',
};

/** Commands of hallway that wait for a person, each with the test that runs it. */
const needsOthers: Readonly<Record<string, string>> = {
  send: 'test/netns/command.test.ts',
  say: 'test/netns/command-rooms.test.ts',
  'send-files': 'test/contract/files/ends.test.ts',
  receive: 'test/contract/files/ends.test.ts',
  open: 'test/contract/command/package.test.ts',
  profile: 'test/contract/profile/move-profile.test.ts',
};

/** They are a node of their own for this long at most, on the loopback adapter. */
const short = ['--for', '1'];
const network = ['--interface', 'lo', '--port', '24263'];
const extraOptions: Readonly<Record<string, readonly string[]>> = {
  peers: [...short, ...network],
  doctor: [...short, ...network],
  report: [...short, ...network],
  chat: network,
  run: network,
  clear: ['--yes'],
};
/** An empty network is an error for the doctor, and an empty profile has nobody named Bo. */
const mayFail = new Set(['doctor', 'clear', 'export']);

const reasonFor = (line: string): string | undefined => Object.keys(notRun).find((start) => line.startsWith(start));
const hallwayLines = [...new Set(all.map(({ line }) => line).filter((line) => /(?:^|\| )hallway /u.test(line)))];
const nameIn = (line: string): string => /hallway (?:--)?([a-z-]+)/u.exec(line)?.[1] ?? '';

test('every command is one of hallway, a script of npm, or has a reason why it cannot run', () => {
  const unknown = all.filter(
    ({ line }) =>
      reasonFor(line) === undefined &&
      !hallwayLines.includes(line) &&
      scripts[/^npm run ([\w:-]+)/u.exec(line)?.[1] ?? ''] === undefined &&
      !existsSync(join(root, /^node (scripts\/[\w-]+\.mjs)/u.exec(line)?.[1] ?? 'none')),
  );
  const unused = Object.keys(notRun).filter((start) => all.every(({ line }) => !line.startsWith(start)));
  expect({ unknown, unused, unmarked: files.flatMap(unmarkedCommands) }).toEqual({ unknown: [], unused: [], unmarked: [] });
});

test('the documents tell how to use every command, and the tests named here exist', () => {
  const named = new Set(hallwayLines.map(nameIn));
  expect(commands.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  expect(Object.values(needsOthers).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

describe.skipIf(!isLinux)('hallway', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hallway-documents-'));
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    // The command as a reader types it, with what keeps it away from everybody else.
    const command = join(root, 'out', 'main', 'cli.js');
    writeFileSync(
      join(bin, 'hallway'),
      `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(command)} "$@" $HALLWAY_TEST_OPTIONS\n`,
    );
    chmodSync(join(bin, 'hallway'), 0o755);
    for (const path of ['.local/share/bash-completion/completions', '.zsh/completions', '.config/fish/completions'])
      mkdirSync(join(folder, path), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(hallwayLines.filter((line) => needsOthers[nameIn(line)] === undefined))('runs: %s', (line) => {
    const name = nameIn(line);
    const { status, stderr } = inShell(line, extraOptions[name] ?? []);
    expect({ line, stderr, isDone: status === 0 || (status === 1 && mayFail.has(name)) }).toMatchObject({ isDone: true });
  });

  test.each(hallwayLines.filter((line) => needsOthers[nameIn(line)] !== undefined))('is a valid command line: %s', (line) => {
    // The parser refuses an unknown adapter with the same status as a wrong command line, and says
    // so.
    const { stderr } = inShell(line, ['--interface', 'no-such-adapter']);
    expect({ line, stderr }).toEqual({ line, stderr: expect.stringMatching(/no-such-adapter|is now at|not exist|passphrase/iu) });
  });

  function inShell(line: string, options: readonly string[]) {
    const { PATH = '' } = process.env;
    return spawnSync('sh', ['-c', line], {
      cwd: folder,
      encoding: 'utf8',
      input: '',
      env: { HOME: folder, PATH: [join(folder, 'bin'), PATH].join(delimiter), HALLWAY_TEST_OPTIONS: options.join(' ') },
    });
  }
});

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
