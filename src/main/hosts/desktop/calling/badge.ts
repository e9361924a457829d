/**
 * Shows the number of unread messages where the system shows programs: on the dock or launcher, or
 * over the button in the taskbar of Windows (rule NOTIFY-23). Flashes a window that the user does
 * not look at.
 */
import type { BrowserWindow, NativeImage } from 'electron';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { NotificationsArea } from '../../../core/notifications/notifications.ts';

/** The size of an overlay icon, in pixels. */
const dotPx = 16;
/** --danger of the renderer's tokens.css, as blue, green, red. */
const dotColour = [0x2d, 0x3a, 0xd0] as const;

type BadgedWindow = Pick<BrowserWindow, 'flashFrame' | 'isDestroyed' | 'isFocused' | 'on' | 'setOverlayIcon'>;

interface Deps {
  readonly app: { setBadgeCount(count: number): boolean };
  readonly notifications: Pick<NotificationsArea, 'badge' | 'subscribe'>;
  readonly flashes: () => boolean;
  /** `nativeImage.createFromBitmap` of Electron. */
  readonly createImage: (bitmap: Buffer, size: { readonly width: number; readonly height: number }) => NativeImage;
  readonly windows: {
    current(): BadgedWindow | undefined;
    onOpened(listener: (window: BadgedWindow) => void): Unsubscribe;
  };
}

/** @returns its undo: takes the badge away */
export function showBadge(
  { app, notifications, flashes, createImage, windows }: Deps,
  { platform }: { readonly platform: NodeJS.Platform },
): Unsubscribe {
  let dot: NativeImage | undefined;

  /** One of the two: where both work, they would be two badges. */
  function show(count: number): void {
    if (platform !== 'win32') return void app.setBadgeCount(count);
    const window = shown();
    if (count === 0) return window?.setOverlayIcon(null, '');
    dot ??= createImage(drawDot(), { width: dotPx, height: dotPx });
    window?.setOverlayIcon(dot, say('notification.badge', { count }));
  }

  function shown(): BadgedWindow | undefined {
    const window = windows.current();
    return window === undefined || window.isDestroyed() ? undefined : window;
  }

  function follow(window: BadgedWindow): void {
    window.on('focus', () => window.flashFrame(false));
    if (platform === 'win32') show(notifications.badge());
  }

  function flash(): void {
    const window = shown();
    // On Linux, desktops make another banner of it.
    if (platform !== 'linux' && flashes() && window?.isFocused() === false) window.flashFrame(true);
  }

  const window = shown();
  if (window !== undefined) follow(window);
  show(notifications.badge());
  const undo = [
    windows.onOpened(follow),
    notifications.subscribe((event) => {
      switch (event.type) {
        case 'badge-changed':
          if (event.count === 0 && platform !== 'linux') shown()?.flashFrame(false);
          return show(event.count);
        case 'notification':
          return event.notification.isNew ? flash() : undefined;
        case 'notification-cleared':
          return undefined;
      }
    }),
  ];
  return () => {
    for (const stop of undo.splice(0)) stop();
    show(0);
  };
}

/** A filled circle, four bytes per pixel: blue, green, red, alpha. */
function drawDot(): Buffer {
  const bitmap = Buffer.alloc(dotPx * dotPx * 4);
  const centre = (dotPx - 1) / 2;
  for (let y = 0; y < dotPx; y += 1) {
    for (let x = 0; x < dotPx; x += 1) {
      const isInside = Math.hypot(x - centre, y - centre) <= dotPx / 2 - 1;
      bitmap.set(isInside ? [...dotColour, 0xff] : [0, 0, 0, 0], (y * dotPx + x) * 4);
    }
  }
  return bitmap;
}
