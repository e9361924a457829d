/**
 * The two ends of the desktop application's Link, with the *built* preload between them. The core's
 * end runs on a minimal window, the page's end on the Electron stub's page. Each direction takes a
 * turn of the event loop, as between processes.
 */
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import type { IpcMain, WebContents } from 'electron';
import { createIpcLink as createCoreLink } from '../../../src/main/hosts/desktop/ipc-link.ts';
import { createIpcLink as createPageLink, type HallwayBridge } from '../../../src/renderer/app/connection/ipc-link.ts';
import { pageScript, receiveProperty, sendBinding } from '../../electron-stub/page-script.ts';
import { describeLink } from './link-suite.ts';

const preloadPath = fileURLToPath(new URL('../../../out/preload/index.cjs', import.meta.url));
const origin = 'app://hallway';

describeLink('Electron IPC', async () => {
  const ipcMain = new EventEmitter();
  const window: Record<string, unknown> = {};
  window['top'] = window;
  const contents = Object.assign(new EventEmitter(), {
    mainFrame: { origin },
    isDestroyed: () => false,
    send(channel: string, ...values: readonly unknown[]) {
      const copies: unknown = structuredClone(values);
      setImmediate(() => (window[receiveProperty] as (on: string, what: unknown) => void)(channel, copies));
    },
  });
  window[sendBinding] = (channel: string, values: readonly unknown[]) => {
    setImmediate(() => ipcMain.emit(channel, { sender: contents, senderFrame: contents.mainFrame }, ...values));
  };
  compileFunction(pageScript(await readFile(preloadPath, 'utf8')), ['window'])(window);

  const page = createPageLink(window['hallway'] as HallwayBridge);
  const core = createCoreLink(
    { ipcMain: ipcMain as unknown as IpcMain, webContents: contents as unknown as WebContents, log: { write: () => undefined } },
    { origin },
  );
  // The core's end opens with the page's first message.
  const opened = new Promise<void>((resolve) => core.onOpen(resolve));
  page.send('hello');
  await opened;
  return { page, core: () => core, close: async () => core.dispose() };
});
