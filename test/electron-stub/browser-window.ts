/** `BrowserWindow`: asks the test for a page of a real Chromium, and records the options that it was made with. */
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { app, createEvent } from './app.ts';
import { onControl, record, notify } from './control.ts';
import { isOn } from './platform.ts';
import { addContents, WebContents } from './web-contents.ts';
import { addWindow, allWindows, nextWindowId, removeWindow } from './windows.ts';

interface Options {
  readonly show?: boolean;
  readonly webPreferences?: { readonly preload?: string };
}

/** The part of Electron's windows that the stub has. */
type WindowPart = Pick<
  Electron.BrowserWindow,
  | 'id'
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'isFullScreen'
  | 'setFullScreen'
  | 'isVisible'
  | 'minimize'
  | 'restore'
  | 'isMinimized'
  | 'isDestroyed'
  | 'close'
  | 'destroy'
>;

export class BrowserWindow extends EventEmitter implements WindowPart {
  static getAllWindows(): BrowserWindow[] {
    return allWindows() as BrowserWindow[];
  }

  readonly id = nextWindowId();
  readonly webContents = new WebContents(this.id);
  #visible: boolean;
  #minimized = false;
  #fullScreen = false;
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
  isFocused(): boolean {
    return this.#visible && !this.#minimized;
  }
  flashFrame(flag: boolean): void {
    record('window.flashFrame', flag);
  }
  /** Windows alone. */
  setOverlayIcon(overlay: unknown, description: string): void {
    record('window.setOverlayIcon', { hasIcon: overlay !== null, description });
  }
  hide(): void {
    this.#visible = false;
    record('window.hide', this.id);
    this.emit('hide', createEvent());
  }
  focus(): void {
    record('window.focus', this.id);
  }
  isFullScreen(): boolean {
    return this.#fullScreen;
  }
  /** Takes a while on macOS, with an event at its end. */
  setFullScreen(flag: boolean): void {
    this.#fullScreen = flag;
    const event = flag ? 'enter-full-screen' : 'leave-full-screen';
    if (isOn('darwin')) setImmediate(() => this.emit(event));
    else this.emit(event);
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
