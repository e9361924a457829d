/** `webContents` and its frames: carries events of the real page into the application, and messages of the application to the page. */
import { EventEmitter } from 'node:events';
import { createEvent } from './app.ts';
import { onControl, onQuestion, record, notify } from './control.ts';
import type { FrameFacts } from './control-messages.ts';
import { ipcMain } from './ipc-main.ts';
import { defaultSession } from './session.ts';

/** `WebFrameMain`: the main frame is one object for as long as its window lives; each message of another frame brings its own. */
export class WebFrameMain {
  url = '';
  readonly parent: WebFrameMain | null;
  constructor(parent: WebFrameMain | null) {
    this.parent = parent;
  }
  get origin(): string {
    if (!URL.canParse(this.url)) return 'null';
    const { protocol, host } = new URL(this.url);
    return `${protocol}//${host}`;
  }
}

type WindowOpenHandler = (details: { url: string; frameName: string; disposition: string }) => { action: string };

export class WebContents extends EventEmitter {
  readonly id: number;
  readonly mainFrame = new WebFrameMain(null);
  readonly session = defaultSession;
  #destroyed = false;
  // Electron opens windows unless told otherwise.
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' });

  constructor(id: number) {
    super();
    this.id = id;
    onControl((message) => {
      if (!('windowId' in message) || message.windowId !== id || this.#destroyed) return;
      if (message.type === 'page-event') this.#pageEvent(message.event, message.url);
      if (message.type === 'ipc') this.#receive(message.frame, message.channel, message.values);
    });
  }

  getURL(): string {
    return this.mainFrame.url;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  send(channel: string, ...values: readonly unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    // What structured clone refuses must fail here as it does there.
    structuredClone(values);
    notify({ type: 'send', windowId: this.id, channel, values });
  }
  reload(): void {
    notify({ type: 'reload', windowId: this.id });
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    record('webContents.setWebRTCIPHandlingPolicy', policy);
  }
  setWindowOpenHandler(handler: WindowOpenHandler): void {
    record('webContents.setWindowOpenHandler');
    this.#windowOpenHandler = handler;
  }

  /** For the Electron stub itself: what the handlers of the application decide. */
  decideWindow(url: string): string {
    const { action } = this.#windowOpenHandler({ url, frameName: '', disposition: 'foreground-tab' });
    record('window open', { url, action });
    return action;
  }
  /** @returns whether the navigation may go on */
  decideNavigation(url: string, isMainFrame: boolean): boolean {
    const frame = this.mainFrame;
    const details = { url, isMainFrame, isSameDocument: false, frame, initiator: frame };
    const events = isMainFrame ? ['will-frame-navigate', 'will-navigate'] : ['will-frame-navigate'];
    return events.every((name) => {
      const event = createEvent(details);
      this.emit(name, event, url);
      return !event.defaultPrevented;
    });
  }
  /** @returns whether a `<webview>` may be attached */
  decideWebview(): boolean {
    const event = createEvent();
    this.emit('will-attach-webview', event, {}, {});
    return !event.defaultPrevented;
  }
  destroyNow(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroyed');
  }

  #receive(facts: FrameFacts, channel: string, values: readonly unknown[]): void {
    const frame = facts.isMainFrame ? this.mainFrame : new WebFrameMain(this.mainFrame);
    frame.url = facts.url;
    ipcMain.emit(channel, { sender: this, senderFrame: frame, type: 'frame' }, ...values);
  }

  #pageEvent(event: 'committed' | 'loaded' | 'crashed', url: string): void {
    if (event === 'crashed') {
      this.emit('render-process-gone', createEvent(), { reason: 'crashed', exitCode: 11 });
      return;
    }
    this.mainFrame.url = url;
    if (event === 'committed') this.emit('did-navigate', createEvent(), url, 200, 'OK');
    if (event === 'loaded') {
      this.emit('dom-ready', createEvent());
      this.emit('did-finish-load', createEvent());
    }
  }
}

const allContents = new Map<number, WebContents>();

export function addContents(contents: WebContents): void {
  allContents.set(contents.id, contents);
}

function find(id: number): WebContents {
  const contents = allContents.get(id);
  if (contents === undefined) throw new Error(`there is no window ${id}`);
  return contents;
}

onQuestion('navigate', ({ windowId, url, isMainFrame }) => find(windowId).decideNavigation(url, isMainFrame));
onQuestion('open-window', ({ windowId, url }) => find(windowId).decideWindow(url));
onQuestion('attach-webview', ({ windowId }) => find(windowId).decideWebview());
onQuestion('permission', ({ windowId, permission, origin }) =>
  defaultSession.decidePermission(find(windowId), permission, origin),
);
