/** The application menu: the entries that people expect of any program, by Electron's roles, which bring their shortcuts and translations. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export function installMenu({ isMac, isDevelopment }: { readonly isMac: boolean; readonly isDevelopment: boolean }): void {
  const first: MenuItemConstructorOptions = isMac ? { role: 'appMenu' } : { label: '&File', submenu: [{ role: 'quit' }] };
  const developer: MenuItemConstructorOptions[] = [{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      first,
      { role: 'editMenu' },
      {
        label: '&View',
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
    ]),
  );
}
