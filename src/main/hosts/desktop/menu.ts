/**
 * The application menu: the usual entries, by Electron's roles, which bring shortcuts and
 * translations; and the problem report.
 */
import { say } from '../../../shared/text/messages/host.ts';
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  readonly isMac: boolean;
  readonly isDevelopment: boolean;
  /** Chosen from the Help menu. */
  onSaveReport(): void;
}

export function installMenu({ isMac, isDevelopment, onSaveReport }: MenuOptions): void {
  const first: MenuItemConstructorOptions = isMac
    ? { role: 'appMenu' }
    : { label: say('desktop.menu.file'), submenu: [{ role: 'quit' }] };
  const developer: MenuItemConstructorOptions[] = [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      first,
      { role: 'editMenu' },
      {
        label: say('desktop.menu.view'),
        submenu: [
          ...(isDevelopment ? developer : []),
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'windowMenu' },
      { role: 'help', submenu: [{ label: say('desktop.menu.report'), click: onSaveReport }] },
    ]),
  );
}
