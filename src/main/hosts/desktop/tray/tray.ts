/**
 * The icon in the notification area, the menu bar or the panel (rules DESK-15 and DESK-16): it
 * shows whether messages are unread, opens the window, changes the status and quits.
 */
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import { statusSchema, type Status } from '../../../../shared/contract/profile.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { drawIcon } from './icon-drawing.ts';

/** Points of a tray icon; macOS has 22 in its menu bar, with room around the icon. */
const iconPoints = { darwin: 18, other: 16 };
const scales = [1, 1.25, 1.5, 2, 3];

const statusLabels = {
  available: 'tray.status.available',
  away: 'tray.status.away',
  busy: 'tray.status.busy',
} as const satisfies Readonly<Record<Status, string>>;

export interface DesktopTray {
  /** Shows the state. Repeating the same one costs nothing. */
  update(state: TrayState): void;
  destroy(): void;
}

export interface TrayState {
  readonly unread: number;
  readonly status: Status;
}

export interface TrayActions {
  onOpen(): void;
  onStatus(status: Status): void;
  onQuit(): void;
}

export function createTray(platform: NodeJS.Platform, actions: TrayActions): DesktopTray {
  const plainIcon = trayIcon(platform, false);
  /** Drawn at its first use. */
  let unreadIcon: NativeImage | undefined;
  const tray = new Tray(plainIcon);
  let shown: TrayState | undefined;
  // On macOS a click opens the menu, as for all icons there. On Linux some desktops send none.
  if (platform !== 'darwin') tray.on('click', actions.onOpen);

  return {
    update(state) {
      if (shown?.unread === state.unread && shown.status === state.status) return;
      const hasUnread = state.unread > 0;
      if ((shown?.unread ?? 0) > 0 !== hasUnread)
        tray.setImage(hasUnread ? (unreadIcon ??= trayIcon(platform, true)) : plainIcon);
      shown = state;
      tray.setToolTip(hasUnread ? say('tray.unread', { count: state.unread }) : say('tray.title'));
      // A menu on Linux is a copy, so a changed one has to be set again.
      tray.setContextMenu(Menu.buildFromTemplate(menuOf(state, actions)));
    },
    destroy: () => tray.destroy(),
  };
}

/** Open comes first: on Linux a click may open the menu and nothing else. */
function menuOf({ unread, status }: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: unread > 0 ? say('tray.open-unread', { count: unread }) : say('tray.open'), click: actions.onOpen },
    { type: 'separator' },
    ...statusSchema.options.map((option): MenuItemConstructorOptions => ({
      label: say(statusLabels[option]),
      type: 'radio',
      checked: option === status,
      click: () => actions.onStatus(option),
    })),
    { type: 'separator' },
    { label: say('tray.quit'), click: actions.onQuit },
  ];
}

function trayIcon(platform: NodeJS.Platform, hasDot: boolean): NativeImage {
  const isMac = platform === 'darwin';
  const points = isMac ? iconPoints.darwin : iconPoints.other;
  const image = appImage(points, { style: isMac ? 'template' : 'app', hasDot });
  if (isMac) image.setTemplateImage(true);
  return image;
}

/** @returns the icon for all scales of a screen */
export function appImage(
  points: number,
  { style = 'app', hasDot = false }: { readonly style?: 'app' | 'template'; readonly hasDot?: boolean } = {},
): NativeImage {
  const image = nativeImage.createEmpty();
  for (const scaleFactor of scales) {
    const sizePx = Math.round(points * scaleFactor);
    const buffer = Buffer.from(drawIcon({ sizePx, style, hasDot }));
    image.addRepresentation({ scaleFactor, width: sizePx, height: sizePx, buffer });
  }
  return image;
}
