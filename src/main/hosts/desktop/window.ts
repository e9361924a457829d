/** The one window: its look, its sandbox, and what happens when its page crashes. What it may load is decided in `security.ts`. */
import { BrowserWindow, nativeTheme } from 'electron';
import type { Log } from '../../core/ports.ts';

/** Narrower or lower than this, the list no longer shows a name and a status beside each other. */
const minimumSize = { minWidth: 360, minHeight: 420 };
const initialSize = { width: 960, height: 680 };

/** Shown until the page has painted: the same as --surface in the renderer's tokens.css, so that opening does not flash. */
const background = { light: '#ffffff', dark: '#141519' };

/** A page that crashes more often than this since the start is not loaded again by itself. */
const maxReloads = 3;

export interface WindowOptions {
  readonly pageUrl: string;
  readonly preloadPath: string;
}

export function openWindow({ log }: { readonly log: Log }, { pageUrl, preloadPath }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...initialSize,
    ...minimumSize,
    // The name is the key under which Electron keeps the window's place and size between starts.
    name: 'main',
    windowStatePersistence: true,
    title: 'Hallway',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    show: false,
    webPreferences: { preload: preloadPath, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  });
  window.once('ready-to-show', () => window.show());
  reloadAfterCrash(window, log);
  // Fails when the page is left while it loads, on quitting for example; a page that is missing shows Chromium's own error.
  window.loadURL(pageUrl).catch((error: unknown) => log.write('error', 'the page did not load', { error: String(error) }));
  return window;
}

export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function reloadAfterCrash(window: BrowserWindow, log: Log): void {
  let reloads = 0;
  window.webContents.on('render-process-gone', (_event, details) => {
    log.write('error', 'the page crashed', { reason: details.reason, exitCode: details.exitCode });
    if (details.reason === 'clean-exit' || reloads === maxReloads) return;
    reloads += 1;
    window.webContents.reload();
  });
}
