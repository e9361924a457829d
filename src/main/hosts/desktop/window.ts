/**
 * The window: its look, its sandbox, and its reload after a crash. `security.ts` decides what it
 * may load, `main-window.ts` when there is one.
 */
import { BrowserWindow, nativeTheme, type NativeTheme } from 'electron';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Hallway } from '../../core/hallway.ts';
import type { Log } from '../../core/ports.ts';

/** In a smaller window, a name and a status would not fit beside each other. */
const minimumSize = { minWidth: 360, minHeight: 420 };
const initialSize = { width: 960, height: 680 };

/**
 * The colour until the page has painted: --surface of the renderer's tokens.css, so that nothing
 * flashes.
 */
const background = { light: '#ffffff', dark: '#141519' };

/** Reloads after crashes since the start. After more crashes the page stays closed. */
const maxReloads = 3;

export interface WindowOptions {
  readonly pageUrl: string;
  readonly preloadPath: string;
}

/** The window appears once its page is painted. */
export function openWindow({ log }: { readonly log: Log }, { pageUrl, preloadPath }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...initialSize,
    ...minimumSize,
    // Electron stores the window's place, size and maximised state under this name, and fits them
    // to the screens that are there.
    name: 'main',
    windowStatePersistence: true,
    title: 'Hallway',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    show: false,
    webPreferences: { preload: preloadPath, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  });
  window.once('ready-to-show', () => window.show());
  reloadAfterCrash(window, log);
  // Fails when the page goes while it loads, for example on quitting. For a missing page, Chromium
  // shows an error.
  window.loadURL(pageUrl).catch((error: unknown) => log.write('error', 'the page did not load', { error: String(error) }));
  return window;
}

/**
 * Makes the system's colours those of the chosen theme (rule DESK-40). The style sheets follow the
 * system until the page knows its settings, so the first paint has the theme, and nothing flashes.
 */
export function followTheme(theme: Pick<NativeTheme, 'themeSource'>, { settings }: Pick<Hallway, 'settings'>): Unsubscribe {
  const apply = (): void => void (theme.themeSource = settings.get('theme'));
  apply();
  return settings.subscribe((event) => {
    if ('theme' in event.settings) apply();
  });
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
