/** The manners of each operating system, on the Electron stub with that system's limits. */
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { globalShortcut } from 'electron';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followGlobalShortcut } from '../../../src/main/hosts/desktop/global-shortcut.ts';
import { autostartFile, setLoginItem, startsHidden } from '../../../src/main/hosts/desktop/login-item.ts';
import { createTray } from '../../../src/main/hosts/desktop/tray/tray.ts';
import { app } from '../../electron-stub/app.ts';
import { ownRecords } from '../../electron-stub/control.ts';
import { pressKeys, taken } from '../../electron-stub/global-shortcut.ts';
import { playPlatform, type PlayedPlatform } from '../../electron-stub/platform.ts';
import { clickTrays } from '../../electron-stub/tray.ts';
import { createFakeHallway } from '../../fakes/fake-hallway.ts';

const systems: readonly PlayedPlatform[] = ['win32', 'darwin', 'linux'];
let configFolder = '';

beforeEach(async () => {
  ownRecords.length = 0;
  configFolder = await mkdtemp(join(tmpdir(), 'hallway-desktop-'));
});
afterEach(() => rm(configFolder, { recursive: true, force: true }));

function values(wanted: string): unknown[] {
  return ownRecords.filter(({ what }) => what === wanted).map(({ value }) => value);
}

test.each([
  ['win32', false, ['open', 'away', 'quit']],
  // A click opens the menu there.
  ['darwin', true, ['away', 'quit']],
  ['linux', false, ['away', 'quit']],
] as const)('[DESK-15] the tray on %s', (platform, isTemplate, expected) => {
  playPlatform(platform);
  const done: string[] = [];
  const tray = createTray(platform, {
    onOpen: () => void done.push('open'),
    onStatus: (status) => void done.push(status),
    onQuit: () => void done.push('quit'),
  });
  tray.update({ unread: 0, status: 'available' });
  clickTrays();
  clickTrays('Away');
  clickTrays('Quit Hallway');
  tray.destroy();
  expect(done).toEqual(expected);
  expect(values('new Tray')).toEqual([{ isTemplate, isEmpty: false }]);
});

test.each(systems)('[DESK-16] on %s the icon and the first entry tell of unread messages', (platform) => {
  playPlatform(platform);
  const tray = createTray(platform, { onOpen: () => undefined, onStatus: () => undefined, onQuit: () => undefined });
  tray.update({ unread: 0, status: 'busy' });
  tray.update({ unread: 3, status: 'busy' });
  tray.update({ unread: 3, status: 'busy' });
  tray.update({ unread: 0, status: 'busy' });
  tray.destroy();
  const labels = values('tray.setContextMenu').map((menu) => (menu as readonly { readonly label: string }[])[0]?.label);
  expect({ labels, icons: values('tray.setImage').length, tips: values('tray.setToolTip') }).toEqual({
    labels: ['Open Hallway', 'Open Hallway (3 unread)', 'Open Hallway'],
    icons: 2,
    tips: ['Hallway', 'Hallway: 3 unread messages', 'Hallway'],
  });
});

test.each([
  [
    'win32',
    {
      openAtLogin: true,
      path: String.raw`C:\Program Files\Hallway\Hallway.exe`,
      args: ['--profile', '"D:\\My profile"', '--hidden'],
      name: 'app.hallway.Hallway',
    },
  ],
  ['darwin', { openAtLogin: true }],
] as const)('[DESK-17] the start at login on %s', async (platform, settings) => {
  playPlatform(platform);
  const command = [String.raw`C:\Program Files\Hallway\Hallway.exe`, '--profile', String.raw`D:\My profile`];
  const failure = await setLoginItem(app, { isWanted: true, isHidden: true }, { platform, command, configFolder });
  expect({ failure, calls: values('app.setLoginItemSettings') }).toEqual({ failure: undefined, calls: [settings] });
});

test('[DESK-17] on Linux the start at login is a desktop file, written and removed', async () => {
  playPlatform('linux');
  const place = { platform: 'linux', command: ['/opt/Hallway/hallway-desktop'], configFolder } as const;
  const path = join(configFolder, 'autostart', 'app.hallway.Hallway.desktop');
  await setLoginItem(app, { isWanted: true, isHidden: true }, place);
  expect(await readFile(path, 'utf8')).toContain('\nExec=/opt/Hallway/hallway-desktop --hidden\n');
  await setLoginItem(app, { isWanted: true, isHidden: false }, place);
  expect(await readFile(path, 'utf8')).toContain('\nExec=/opt/Hallway/hallway-desktop\n');
  await setLoginItem(app, { isWanted: false, isHidden: false }, place);
  await expect(stat(path)).rejects.toThrow(/ENOENT/);
});

test.skipIf(process.platform === 'win32')('[DESK-17] a folder that is a file is a failure with a code', async () => {
  const place = { platform: 'linux', command: ['/opt/hallway'], configFolder: '/dev/null' } as const;
  expect(await setLoginItem(app, { isWanted: true, isHidden: true }, place)).toMatch(/^E[A-Z]+$/);
  await chmod(configFolder, 0o700);
});

test.each([
  ['/opt/hallway', '/opt/hallway'],
  ['/opt/My apps/hallway', '"/opt/My apps/hallway"'],
  ['/opt/100%/hallway', '"/opt/100%%/hallway"'],
  ['/opt/$HOME/`x`', String.raw`"/opt/\\$HOME/\\` + '`x' + String.raw`\\` + '`"'],
  [String.raw`a\b"c`, String.raw`"a\\\\b\\"c"`],
])('[DESK-17] %s is quoted for a desktop file', (argument, expected) => {
  expect(autostartFile([argument])).toContain(`\nExec=${expected}\n`);
});

test.each([
  ['win32', ['Hallway.exe', '--hidden'], true],
  ['linux', ['hallway', '--hidden'], true],
  ['linux', ['hallway'], false],
  // macOS passes no arguments, and says itself how the application was opened.
  ['darwin', ['Hallway', '--hidden'], false],
] as const)('[DESK-14] on %s, %s starts hidden: %s', (platform, argv, expected) => {
  playPlatform(platform);
  expect(startsHidden(app, argv, { platform, isHidden: true })).toBe(expected);
});

test('[DESK-18] the chosen keys show the window; taken ones are said', async () => {
  const hallway = createFakeHallway();
  let shows = 0;
  taken.add('Ctrl+Alt+T');
  const undo = followGlobalShortcut({ ...hallway, globalShortcut, onPress: () => void (shows += 1) });
  await hallway.settings.set('globalShortcut', 'Ctrl+Alt+H');
  pressKeys('Ctrl+Alt+H');
  await hallway.settings.set('globalShortcut', 'Ctrl+Alt+T');
  pressKeys('Ctrl+Alt+H');
  const told = hallway.health.list().map(({ code, values: given }) => ({ code, ...given }));
  await hallway.settings.set('globalShortcut', null);
  undo();
  taken.clear();
  expect({ shows, told, left: hallway.health.list() }).toEqual({
    shows: 1,
    told: [{ code: 'shortcut-taken', shortcut: 'Ctrl+Alt+T' }],
    left: [],
  });
});
