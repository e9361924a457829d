/** Small files and questions of the desktop host, on the real system. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wantsHardwareAcceleration } from '../../../src/main/hosts/desktop/early-settings.ts';
import { createToldOnce } from '../../../src/main/hosts/desktop/told-once.ts';
import { hasTrayHost } from '../../../src/main/hosts/desktop/tray/tray-host.ts';

const run = promisify(execFile);

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hallway-desktop-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('[DESK-12] a notice comes once, in all runs; a damaged file brings it again', async () => {
  const told: string[] = [];
  for (let start = 0; start < 5; start += 1) {
    const { once } = createToldOnce(folder);
    await once('keeps-running', () => void told.push('keeps-running'));
    await once('keeps-running', () => void told.push('again'));
    await once('has-quit', () => void told.push('has-quit'));
  }
  await writeFile(join(folder, 'told.json'), '{"no":"list"');
  await createToldOnce(folder).once('has-quit', () => void told.push('has-quit'));
  expect(told).toEqual(['keeps-running', 'has-quit', 'has-quit']);
});

test.each([
  ['{"hardwareAcceleration": false}', false],
  ['{"hardwareAcceleration": true}', true],
  ['{"hardwareAcceleration": "no"}', true],
  ['[]', true],
  ['null', true],
  ['not json', true],
])('[DESK-19] the settings %s', async (text, expected) => {
  await writeFile(join(folder, 'settings.json'), text);
  expect(wantsHardwareAcceleration(folder, {})).toBe(expected);
});

test.each([
  ['{"hardwareAcceleration": true}', { value: false, locked: true }, false],
  ['{"hardwareAcceleration": false}', { value: true, locked: true }, true],
  ['{"hardwareAcceleration": true}', { value: false, locked: false }, true],
  ['{"hardwareAcceleration": "no"}', { value: false, locked: false }, false],
  ['{}', { value: false, locked: false }, false],
])('[DESK-19] [POLICY-2] [POLICY-3] the settings %s under the policy %j', async (text, hardwareAcceleration, expected) => {
  await writeFile(join(folder, 'settings.json'), text);
  expect(wantsHardwareAcceleration(folder, { hardwareAcceleration })).toBe(expected);
});

test('[DESK-19] without settings, the default applies', () => {
  expect(wantsHardwareAcceleration(join(folder, 'nowhere'), {})).toBe(true);
});

test.each(['win32', 'darwin'] as const)('[DESK-11] %s always brings a window back', async (platform) => {
  expect(await hasTrayHost(platform)).toBe(true);
});

const canRunBus =
  process.platform === 'linux' &&
  (await run('dbus-run-session', ['--', 'busctl', '--version']).then(
    () => true,
    () => false,
  ));

// On a real session bus, which has no tray.
test.skipIf(!canRunBus)('[DESK-11] a real bus without a tray says so', async () => {
  const source = join(import.meta.dirname, '../../../src/main/hosts/desktop/tray/tray-host.ts');
  const script = `import(${JSON.stringify(source)}).then(({ hasTrayHost }) => hasTrayHost('linux')).then(console.log)`;
  const { stdout } = await run('dbus-run-session', ['--', process.execPath, '-e', script]);
  expect(stdout.trim()).toBe('false');
});
