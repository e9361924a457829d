/** The systemd user unit of the package, by systemd's own check. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const unit = readFileSync(resolve(import.meta.dirname, '../../../build/command/hallway.service'), 'utf8');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hallway-unit-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @returns what systemd says about a unit with that text */
function verify(text: string): string {
  const file = join(folder, 'hallway.service');
  // It looks whether the command can be executed.
  writeFileSync(file, text.replace('ExecStart=hallway', `ExecStart=${process.execPath}`));
  const { stdout, stderr } = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', file], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
  });
  return stdout + stderr;
}

test('[CMD-6] the unit opens Hallway without a browser, and again after a failure', () => {
  expect(unit).toMatch(/^ExecStart=hallway open --no-browser$/mu);
  expect(unit).toMatch(/^Restart=on-failure$/mu);
  expect(unit).toMatch(/^RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK$/mu);
});

test.skipIf(!hasSystemd)('[CMD-6] systemd accepts the unit', () => {
  expect({ good: verify(unit), mistyped: verify(unit.replace('LockPersonality', 'LokPersonality')) }).toEqual({
    good: '',
    mistyped: expect.stringContaining('Unknown key'),
  });
});
