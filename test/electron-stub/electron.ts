/**
 * Stands in for the module `electron` of the main process, in plain Node, as far as Hallway uses it; anything else is missing on
 * purpose, so that using it fails here first. See README.md beside this file for what is real and what is not.
 */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { globalShortcut } from './global-shortcut.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu } from './menu.ts';
export { nativeImage, Tray } from './tray.ts';
export { Notification } from './notification.ts';
export { protocol } from './protocol.ts';
export { session } from './session.ts';
export { dialog, nativeTheme, powerMonitor, shell } from './desktop.ts';
