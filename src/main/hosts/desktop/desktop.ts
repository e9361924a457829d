/**
 * A running node on the desktop: its window, tray and login item, and the ways to them. `index.ts`
 * starts it; every part has a file of its own.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, globalShortcut, Notification, type BrowserWindow } from 'electron';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { problem } from '../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Ports } from '../../core/ports.ts';
import type { UiHost } from '../ui-server/handlers/host.ts';
import type { DeepLinks } from './links/deep-links.ts';
import { followGlobalShortcut } from './global-shortcut.ts';
import { waitForTray } from './hidden-start.ts';
import { setLoginItem, startsHidden } from './login-item.ts';
import { createMainWindow, type MainWindow } from './main-window.ts';
import { createNotices, type Notices } from './notices.ts';
import { createToldOnce } from './told-once.ts';
import { createTray, type DesktopTray } from './tray/tray.ts';
import { hasTrayHost } from './tray/tray-host.ts';

interface RunningNode {
  readonly hallway: Hallway;
  readonly ports: Pick<Ports, 'clock' | 'log'>;
}

interface Deps {
  readonly node: RunningNode;
  readonly links: DeepLinks;
  /** Arguments that a start at login needs again. */
  readonly ownArguments: readonly string[];
  open(host: UiHost): BrowserWindow;
}

/** Opens the window, or starts hidden. Call it once the node runs. */
export function showOnDesktop({ node, links, ownArguments, open }: Deps): MainWindow {
  const { platform } = process;
  const { hallway, ports } = node;
  const { clock } = ports;
  let tray: DesktopTray | undefined;

  const mainWindow = createMainWindow(
    {
      open,
      clock,
      wantsToStay: () => hallway.settings.get('keepRunning'),
      canComeBack: makeTray,
      onStay: () => notices.keepsRunning(),
      leave(isUnwanted) {
        if (!isUnwanted) return app.quit();
        void notices.hasQuit().finally(() => app.quit());
      },
    },
    { isWayland: platform === 'linux' && process.env['XDG_SESSION_TYPE'] === 'wayland' },
  );
  const notices = noticesOf(mainWindow, clock);

  /** @returns whether there is one now */
  async function makeTray(): Promise<boolean> {
    if (!(await hasTrayHost(platform))) return false;
    tray ??= createTray(platform, {
      onOpen: mainWindow.show,
      onStatus: (status) => void hallway.profile.change({ status }),
      onQuit: () => app.quit(),
    });
    updateTray();
    return true;
  }

  function updateTray(): void {
    tray?.update({ unread: hallway.notifications?.badge() ?? 0, status: hallway.profile.self().status });
  }

  app.on('before-quit', () => mainWindow.quitting());
  app.on('second-instance', (_event, argv) => {
    if (!links.openFrom(argv)) mainWindow.show();
  });
  app.on('activate', () => mainWindow.show());
  // Without a listener, Electron would quit when the hidden window is destroyed.
  app.on('window-all-closed', () => undefined);

  hallway.notifications?.subscribe(({ type }) => {
    if (type === 'badge-changed') updateTray();
  });
  hallway.profile.subscribe(updateTray);
  followGlobalShortcut({ ...hallway, globalShortcut, onPress: mainWindow.show });
  followLoginItem(node, ownArguments);

  const isHidden = startsHidden(app, process.argv, { platform, isHidden: hallway.settings.get('startHidden') });
  const opensLink = links.openWith(mainWindow.showAt);
  if (isHidden && !opensLink) void waitForTray({ clock, makeTray, mainWindow });
  else {
    if (!opensLink) mainWindow.show();
    void makeTray();
  }
  return mainWindow;
}

function followLoginItem({ hallway, ports }: RunningNode, ownArguments: readonly string[]): Unsubscribe {
  let clear: Unsubscribe | undefined;
  async function apply(): Promise<void> {
    const item = { isWanted: hallway.settings.get('startAtLogin'), isHidden: hallway.settings.get('startHidden') };
    const failure = await setLoginItem(app, item, {
      platform: process.platform,
      // An AppImage is mounted somewhere else at each start; its own path stays.
      command: [process.env['APPIMAGE'] ?? process.execPath, ...ownArguments],
      configFolder: process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    });
    clear?.();
    clear =
      failure === undefined ? undefined : hallway.health.report(problem('login-item-failed', 'warning', { reason: failure }));
  }
  const onError = (error: unknown): void =>
    ports.log.write('error', 'could not set the start at login', { error: String(error) });
  // The program may have moved since the last run. Without the setting there is nothing to renew.
  if (hallway.settings.get('startAtLogin')) apply().catch(onError);
  return hallway.settings.subscribe(({ settings }) => {
    if ('startAtLogin' in settings || 'startHidden' in settings) apply().catch(onError);
  });
}

function noticesOf(mainWindow: MainWindow, clock: Ports['clock']): Notices {
  return createNotices({
    clock,
    toldOnce: createToldOnce(app.getPath('userData')),
    create: (options) => new Notification(options),
    isSupported: () => Notification.isSupported(),
    showWindow: mainWindow.show,
    tellInPage: mainWindow.tell,
    quit: () => app.quit(),
  });
}
