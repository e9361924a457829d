/** A start at login without a window, on desktops whose panel comes early, late or never. */
import { BrowserWindow } from 'electron';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { trayRetryMs, trayWaitMs, waitForTray } from '../../../src/main/hosts/desktop/hidden-start.ts';
import { createMainWindow } from '../../../src/main/hosts/desktop/main-window.ts';
import { app } from '../../electron-stub/app.ts';
import { playPlatform } from '../../electron-stub/platform.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

beforeAll(async () => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
});
beforeEach(() => {
  playPlatform('linux');
  for (const window of BrowserWindow.getAllWindows()) window.destroy();
});

/** @param trayAtMs when the panel starts; Infinity for never */
function startHidden(trayAtMs: number) {
  const clock = createFakeClock();
  const beganMs = clock.monotonicMs();
  const elapsed = () => clock.monotonicMs() - beganMs;
  let asked = 0;
  const mainWindow = createMainWindow(
    {
      open: () => new BrowserWindow(),
      clock,
      wantsToStay: () => true,
      canComeBack: () => Promise.resolve(elapsed() >= trayAtMs),
      onStay: () => undefined,
      leave: () => undefined,
    },
    { isWayland: false },
  );
  const settled = { done: false };
  void waitForTray({
    clock,
    makeTray() {
      asked += 1;
      return Promise.resolve(elapsed() >= trayAtMs);
    },
    mainWindow,
  }).then(() => (settled.done = true));
  return { clock, mainWindow, state: () => ({ done: settled.done, hasWindow: mainWindow.current() !== undefined, asked }) };
}

test('[DESK-14] with a tray, a hidden start stays hidden for good', async () => {
  const { clock, state } = startHidden(0);
  await clock.advance(2 * trayWaitMs);
  expect(state()).toEqual({ done: true, hasWindow: false, asked: 1 });
});

test('[DESK-14] a tray that comes late is found, and no window appears', async () => {
  const { clock, state } = startHidden(9_000);
  await clock.advance(8_000);
  expect(state()).toMatchObject({ done: false, hasWindow: false });
  await clock.advance(2 * trayWaitMs);
  expect(state()).toEqual({ done: true, hasWindow: false, asked: 6 });
});

test('[DESK-14] without a tray, the window appears after the wait, not before', async () => {
  const { clock, state } = startHidden(Infinity);
  await clock.advance(trayWaitMs - 1);
  expect(state()).toMatchObject({ done: false, hasWindow: false });
  await clock.advance(1 + trayRetryMs);
  expect(state()).toMatchObject({ done: true, hasWindow: true });
});

test('[DESK-14] a window that something else opened ends the wait', async () => {
  const { clock, mainWindow, state } = startHidden(Infinity);
  await clock.advance(5_000);
  mainWindow.show();
  await clock.advance(2 * trayWaitMs);
  expect(state()).toMatchObject({ done: true, hasWindow: true, asked: 3 });
});
