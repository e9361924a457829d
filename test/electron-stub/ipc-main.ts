/** `ipcMain`: an event emitter, as in Electron; `web-contents.ts` feeds it. Its name for a channel is its event's. */
import { EventEmitter } from 'node:events';

export const ipcMain = new EventEmitter();
