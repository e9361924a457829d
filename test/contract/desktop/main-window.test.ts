/** The one window on each kind of desktop, with the windows of the Electron stub and a fake clock. */
import { BrowserWindow } from 'electron';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Place } from '../../../src/shared/contract/host.ts';
import { conversationOf, toCursor } from '../../../src/shared/lib/ids.ts';
import { createMainWindow, hiddenLimitMs } from '../../../src/main/hosts/desktop/main-window.ts';
import { app } from '../../electron-stub/app.ts';
import { playPlatform } from '../../electron-stub/platform.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { fakePeerId } from '../../fakes/fake-hallway.ts';

interface Desktop {
  readonly isWayland?: boolean;
  readonly keepRunning?: boolean;
  readonly hasTray?: boolean;
}

const ben = conversationOf(fakePeerId(1));

beforeAll(async () => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
});

beforeEach(() => {
  playPlatform('linux');
  for (const window of BrowserWindow.getAllWindows()) window.destroy();
});

function createFixture({ isWayland = false, keepRunning = true, hasTray = true }: Desktop = {}) {
  const clock = createFakeClock();
  const done: string[] = [];
  const main = createMainWindow(
    {
      open: () => new BrowserWindow(),
      clock,
      wantsToStay: () => keepRunning,
      canComeBack: () => Promise.resolve(hasTray),
      onStay: () => void done.push('stays'),
      leave: (isUnwanted) => void done.push(isUnwanted ? 'quits against the wish' : 'quits'),
    },
    { isWayland },
  );
  const close = async (): Promise<void> => {
    main.current()?.close();
    await Promise.resolve().then(() => undefined);
  };
  const state = () => ({ isThere: main.current() !== undefined, isVisible: main.current()?.isVisible() ?? false });
  return { clock, done, main, close, state };
}

test.each([
  ['a tray', {}, ['stays'], { isThere: true, isVisible: false }],
  ['a tray on Wayland', { isWayland: true }, ['stays'], { isThere: false, isVisible: false }],
  ['no tray', { hasTray: false }, ['quits against the wish'], { isThere: true, isVisible: false }],
  ['a user who wants it to quit', { keepRunning: false }, ['quits'], { isThere: true, isVisible: false }],
] as const)('[DESK-10] [DESK-11] closing the window with %s', async (_kind, desktop, done, left) => {
  const fixture = createFixture(desktop);
  fixture.main.show();
  await fixture.close();
  expect({ done: fixture.done, ...fixture.state() }).toEqual({ done, ...left });
});

test('[DESK-13] a hidden window is destroyed after five minutes, unless it is opened before', async () => {
  const { clock, main, close, state } = createFixture();
  main.show();
  await close();
  await clock.advance(hiddenLimitMs - 1);
  main.show();
  await clock.advance(2);
  expect(state()).toEqual({ isThere: true, isVisible: true });
  await close();
  await clock.advance(hiddenLimitMs - 1);
  expect(state()).toEqual({ isThere: true, isVisible: false });
  await clock.advance(1);
  expect(state()).toEqual({ isThere: false, isVisible: false });
});

test('[DESK-51] a notice waits for a page that the user looks at', async () => {
  const { main, close } = createFixture();
  const given: string[] = [];
  const given2: string[] = [];
  main.show();
  main.host.onNotice((notice) => void given.push(notice));
  await close();
  let isTold = false;
  void main.tell('kept-running').then(() => (isTold = true));
  const whileHidden = [...given];
  main.show();
  await Promise.resolve();
  expect({ whileHidden, given, isTold }).toEqual({ whileHidden: [], given: ['kept-running'], isTold: true });
  // A page that comes later has no notice that was given.
  main.host.onNotice((notice) => void given2.push(notice));
  expect(given2).toEqual([]);
});

test('[DESK-13] a window that is opened while the tray is looked for stays', async () => {
  const { main, state, done } = createFixture({ hasTray: false });
  main.show();
  main.current()?.close();
  main.show();
  await Promise.resolve();
  expect({ ...state(), done }).toEqual({ isThere: true, isVisible: true, done: [] });
});

test('[DESK-10] on macOS a window in full screen leaves it before it hides', async () => {
  playPlatform('darwin');
  const { main, close, state } = createFixture();
  main.show();
  main.current()?.setFullScreen(true);
  main.current()?.close();
  expect(state().isVisible).toBe(true);
  await new Promise((resolve) => main.current()?.once('leave-full-screen', () => resolve(undefined)));
  await close();
  expect(state()).toEqual({ isThere: true, isVisible: false });
});

test('[DESK-10] a quitting application lets its window close', async () => {
  const { main, close, done, state } = createFixture();
  main.show();
  main.quitting();
  await close();
  expect({ done, ...state() }).toEqual({ done: [], isThere: false, isVisible: false });
});

test('[DESK-13] a new window shows the last conversation; a notification leads elsewhere', async () => {
  const { main, close } = createFixture({ isWayland: true });
  const shown: Place[] = [];
  main.show();
  main.host.onShow((place) => void shown.push(place))();
  main.host.setPlace(ben);
  await close();
  main.show();
  main.host.onShow((place) => void shown.push(place));
  expect(shown).toEqual([{ page: 'conversation', conversation: ben }]);
  const carla = conversationOf(fakePeerId(2));
  main.showWindowAt(carla, toCursor('7'));
  expect(shown.at(-1)).toEqual({ page: 'conversation', conversation: carla, cursor: '7' });
});
