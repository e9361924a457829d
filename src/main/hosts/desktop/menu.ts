/**
 * The application menu: the usual entries, by Electron's roles, which bring keys and translations;
 * the shortcuts of the page; settings, the problem report, and About.
 */
import { menuShortcutNames, menuShortcuts, type MenuShortcut, type ShortcutKey } from '../../../shared/lib/shortcuts.ts';
import { say } from '../../../shared/text/messages/host.ts';
import { Menu, type MenuItemConstructorOptions } from 'electron';

const shortcutLabels = {
  palette: 'desktop.menu.palette',
  find: 'desktop.menu.find',
  settings: 'desktop.menu.settings',
  network: 'desktop.menu.network',
  back: 'desktop.menu.back',
  forward: 'desktop.menu.forward',
} as const satisfies Readonly<Record<MenuShortcut, string>>;

export interface MenuOptions {
  readonly isMac: boolean;
  readonly isDevelopment: boolean;
  onSaveReport(): void;
  onAbout(): void;
  /** Chosen as if its keys were pressed in the page. */
  onShortcut(name: MenuShortcut): void;
}

export function installMenu(options: MenuOptions): void {
  const { isMac, isDevelopment, onSaveReport } = options;
  const developer: MenuItemConstructorOptions[] = [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      isMac ? macMenu(options) : fileMenu(options),
      { role: 'editMenu' },
      {
        label: say('desktop.menu.view'),
        submenu: [
          ...(isDevelopment ? developer : []),
          ...shortcutItems(options),
          { type: 'separator' },
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'windowMenu' },
      {
        role: 'help',
        submenu: [
          { label: say('desktop.menu.report'), click: onSaveReport },
          ...(isMac ? [] : [{ type: 'separator' as const }, aboutItem(options)]),
        ],
      },
    ]),
  );
}

function fileMenu(options: MenuOptions): MenuItemConstructorOptions {
  return {
    label: say('desktop.menu.file'),
    submenu: [settingsItem(options), { type: 'separator' }, { role: 'close' }, { role: 'quit' }],
  };
}

/** The menu with the application's name, in the order that macOS has. */
function macMenu(options: MenuOptions): MenuItemConstructorOptions {
  return {
    label: say('tray.title'),
    submenu: [
      aboutItem(options),
      { type: 'separator' },
      settingsItem(options),
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}

function aboutItem({ onAbout }: MenuOptions): MenuItemConstructorOptions {
  return { label: say('desktop.menu.about'), click: onAbout };
}

function settingsItem(options: MenuOptions): MenuItemConstructorOptions {
  return shortcutItem('settings', options);
}

function shortcutItems(options: MenuOptions): MenuItemConstructorOptions[] {
  return menuShortcutNames.filter((name) => name !== 'settings').map((name) => shortcutItem(name, options));
}

function shortcutItem(name: MenuShortcut, { isMac, onShortcut }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: say(shortcutLabels[name]),
    ...acceleratorOf(menuShortcuts[name], isMac),
    click: () => onShortcut(name),
  };
}

/** The page handles the keys itself, so the menu only shows them. */
function acceleratorOf({ key, modifier }: ShortcutKey, isMac: boolean): Partial<MenuItemConstructorOptions> {
  // macOS registers what it shows, and Option with an arrow moves through text there.
  if (isMac && modifier === 'alt') return {};
  const keyName = key.startsWith('Arrow') ? key.slice('Arrow'.length) : key.toUpperCase();
  return { accelerator: `${modifier === 'mod' ? 'CmdOrCtrl' : 'Alt'}+${keyName}`, registerAccelerator: false };
}
