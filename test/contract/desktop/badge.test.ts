import { describe, expect, test } from 'vitest';
import type { BrowserWindow, NativeImage } from 'electron';
import { EventEmitter } from 'node:events';
import { createEmitter } from '../../../src/shared/lib/emitter.ts';
import { conversationOfRoom, toCursor } from '../../../src/shared/lib/ids.ts';
import type { NotificationsEvent } from '../../../src/main/core/notifications/notifications.ts';
import type { StubPlatform } from '../../electron-stub/notification-center.ts';
import { showBadge } from '../../../src/main/hosts/desktop/calling/badge.ts';

/** A window as a taskbar knows it. Each system ignores what it does not have, as Electron says. */
class TaskbarWindow extends EventEmitter {
  readonly overlays: (string | null)[] = [];
  readonly flashes: boolean[] = [];
  isFocusedNow = false;
  readonly isFocused = (): boolean => this.isFocusedNow;
  readonly isDestroyed = (): boolean => false;
  readonly flashFrame: BrowserWindow['flashFrame'] = (isOn) => void this.flashes.push(isOn);
  readonly setOverlayIcon: BrowserWindow['setOverlayIcon'] = (image, description) =>
    void this.overlays.push(image === null ? null : description);
}

function createBadgeFixture(platform: StubPlatform, { flashes = true, hasWindow = true } = {}) {
  const events = createEmitter<NotificationsEvent>();
  const opened = createEmitter<BrowserWindow>();
  const window = new TaskbarWindow();
  const counts: number[] = [];
  let bitmapBytes = 0;
  let badge = 0;
  const asElectron = window as unknown as BrowserWindow;
  const undo = showBadge(
    {
      app: { setBadgeCount: (count) => counts.push(count) > 0 },
      notifications: { badge: () => badge, subscribe: (listener) => events.subscribe(listener) },
      flashes: () => flashes,
      createImage(bitmap, { width, height }) {
        bitmapBytes = bitmap.length;
        return { getSize: () => ({ width, height }) } as NativeImage;
      },
      windows: { current: () => (hasWindow ? asElectron : undefined), onOpened: (listener) => opened.subscribe(listener) },
    },
    { platform },
  );
  return {
    ...{ window, counts, undo, bitmapBytes: () => bitmapBytes },
    openWindow: () => opened.emit(asElectron),
    count(count: number) {
      badge = count;
      events.emit({ type: 'badge-changed', count });
    },
    notify(isNew: boolean) {
      const conversation = conversationOfRoom('everyone');
      const rest = { cursor: toCursor('1'), level: 'none', count: 1, hasSound: false, canReply: false } as const;
      events.emit({ type: 'notification', notification: { conversation, kind: 'messages', isNew, ...rest } });
    },
  };
}

describe('the number', () => {
  test.each(['darwin', 'linux'] as const)('[NOTIFY-23] on %s is on the application, and no overlay', (platform) => {
    const { counts, window, count, undo } = createBadgeFixture(platform);
    count(3);
    undo();
    expect({ counts, overlays: window.overlays }).toEqual({ counts: [0, 3, 0], overlays: [] });
  });

  test('[NOTIFY-23] on Windows is an overlay with words, also of a window that opens later', () => {
    const { counts, window, count, openWindow, bitmapBytes } = createBadgeFixture('win32');
    count(3);
    openWindow();
    count(0);
    expect({ counts, overlays: window.overlays, bytes: bitmapBytes() }).toEqual({
      counts: [],
      overlays: [null, null, '3 unread messages', '3 unread messages', null],
      bytes: 16 * 16 * 4,
    });
  });
});

describe('flashing', () => {
  test.each(['darwin', 'win32'] as const)(
    '[NOTIFY-23] on %s once for a new banner, until the window has the focus',
    (platform) => {
      const { window, notify } = createBadgeFixture(platform);
      notify(true);
      notify(false);
      window.emit('focus');
      window.isFocusedNow = true;
      notify(true);
      expect(window.flashes).toEqual([true, false]);
    },
  );

  test('[NOTIFY-23] ends when everything is read elsewhere', () => {
    const { window, notify, count } = createBadgeFixture('win32');
    notify(true);
    count(0);
    expect(window.flashes).toEqual([true, false]);
  });

  test('[NOTIFY-23] not on Linux, not when turned off, and not without a window', () => {
    const all = [
      createBadgeFixture('linux'),
      createBadgeFixture('win32', { flashes: false }),
      createBadgeFixture('darwin', { hasWindow: false }),
    ];
    for (const { notify } of all) notify(true);
    expect(all.map(({ window }) => window.flashes)).toEqual([[], [], []]);
  });
});
