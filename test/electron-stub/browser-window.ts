/** `BrowserWindow`: asks the test for a page of a real Chromium, and records the options that it was made with. */
import { EventEmitter } from 'node:events';
import { app, createEvent } from './app.ts';
import { onControl, record, notify } from './control.ts';
import { addContents, WebContents } from './web-contents.ts';
import { addWindow, allWindows, nextWindowId, removeWindow } from './windows.ts';

interface Options {
  readonly show?: boolean;
  readonly webPreferences?: { readonly preload?: string };
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows(): BrowserWindow[] {
    return allWindows() as BrowserWindow[];
  }

  readonly id = nextWindowId();
  readonly webContents = new WebContents(this.id);
  #visible: boolean;
  #minimized = false;
  #destroyed = false;

  constructor(options: Options = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#visible = options.show !== false;
    record('new BrowserWindow', options);
    addWindow(this);
    addContents(this.webContents);
    notify({ type: 'window-opened', windowId: this.id, preloadPath: options.webPreferences?.preload });
    app.emit('web-contents-created', createEvent(), this.webContents);
    app.emit('browser-window-created', createEvent(), this);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', createEvent()));
    onControl((message) => {
      if (message.type === 'close-window' && message.windowId === this.id) this.close();
    });
  }

  loadURL(url: string): Promise<void> {
    notify({ type: 'load', windowId: this.id, url });
    return new Promise((resolve) => this.webContents.once('did-finish-load', () => resolve()));
  }
  show(): void {
    this.#visible = true;
    record('window.show', this.id);
    this.emit('show', createEvent());
  }
  hide(): void {
    this.#visible = false;
    this.emit('hide', createEvent());
  }
  focus(): void {
    record('window.focus', this.id);
  }
  isVisible(): boolean {
    return this.#visible;
  }
  minimize(): void {
    this.#minimized = true;
  }
  restore(): void {
    this.#minimized = false;
    record('window.restore', this.id);
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  close(): void {
    const event = createEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    removeWindow(this.id);
    notify({ type: 'window-closed', windowId: this.id });
    this.webContents.destroyNow();
    this.emit('closed');
    if (allWindows().length === 0) app.lastWindowClosed();
  }
}
