/**
 * The test's half of the Electron stub: starts the built main bundle in plain Node with `electron` replaced, and plays Chromium for it with
 * pages of a real one: what it loads is routed to its protocol handlers, what its preload sends goes to its ipcMain, and the
 * navigations, windows and permissions that a page wants are put to its handlers. See README.md for what differs from Electron.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import type { CallRecord, PowerEvent, Question, ToApplication, ToTest } from './control-messages.ts';
import { createDrivenPage, type DrivenPage } from './driven-page.ts';

export interface ElectronStubOptions {
  /** The built bundle: out/main/index.js. */
  readonly mainPath: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ElectronStub {
  /** The page of the first window, as soon as there is one. Rejects when the application ends without. */
  firstWindow(): Promise<Page>;
  windows(): readonly Page[];
  /** Everything that the application asked of Electron and that a test may want to look at, in order. */
  readonly records: readonly CallRecord[];
  /** What a page asked for outside of the application, which got nothing. */
  readonly outsideRequests: readonly string[];
  /** Puts a question to the application's handlers, as Chromium would. */
  ask(question: Question): Promise<unknown>;
  /** Closes the first window, as the user would. */
  closeWindow(): void;
  /** Says that the first window's page crashed, which Playwright cannot survive for real. */
  reportCrash(): void;
  /** Announces sleep, waking up or a shutdown, as the operating system would. */
  power(event: PowerEvent): void;
  activate(): void;
  /** Clicks the banner with that title. */
  clickNotification(title: string): void;
  /** Chooses an item of the application menu, by its label as people read it. */
  chooseMenu(label: string): void;
  /** Clicks the tray icon, or chooses an item of its menu. */
  clickTray(label?: string): void;
  /** Another program opens a link of ours, as macOS announces it. */
  openUrl(url: string): void;
  /** Answers save dialogs from now on; absent means that the user cancels. */
  saveTo(path: string | undefined): void;
  quit(): void;
  /** Resolves when the process has ended, and all that it said has been done. */
  readonly exited: Promise<number | null>;
  /** What it wrote, for people. */
  output(): string;
  /** Stops the process where it stands, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): void;
}

export function createElectronStub(context: BrowserContext, options: ElectronStubOptions): ElectronStub {
  const records: CallRecord[] = [];
  const outsideRequests: string[] = [];
  const pages = new Map<number, DrivenPage>();
  const answers = new Map<number, (value: unknown) => void>();
  let lastQuestion = 0;
  let output = '';
  const child = startProcess(options, (text) => (output += text));
  let resolveFirst: (page: Page) => void = () => undefined;
  let rejectFirst: (error: Error) => void = () => undefined;
  const first = new Promise<Page>((resolve, reject) => {
    resolveFirst = resolve;
    rejectFirst = reject;
  });
  // Whoever does not ask for the window does not care that there was none.
  first.catch(() => undefined);

  // One after the other: a window must have its page before anything is loaded into it.
  let queue: Promise<void> = Promise.resolve();
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      rejectFirst(new Error(`the application ended with ${code} before it opened a window:\n${output}`));
      for (const answer of answers.values()) answer({ ok: false, error: 'the application has ended' });
      // Its last words may come after its end, and its windows close by them.
      void disconnected.then(() => queue).then(() => resolve(code));
    });
  });

  function notify(message: ToApplication): void {
    if (child.connected) child.send(message, () => undefined);
  }

  async function ask(question: Question): Promise<unknown> {
    lastQuestion += 1;
    const id = lastQuestion;
    const answer = await new Promise<unknown>((resolve) => {
      answers.set(id, resolve);
      notify({ type: 'question', id, question });
      if (!child.connected) resolve({ ok: false, error: 'the application has ended' });
    });
    answers.delete(id);
    const outcome = answer as { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };
    if (!outcome.ok) throw new Error(outcome.error);
    return outcome.value;
  }

  async function openWindow(windowId: number, preloadPath: string | undefined): Promise<void> {
    const preloadSource = preloadPath === undefined ? '' : await readFile(preloadPath, 'utf8');
    const driven = await createDrivenPage(context, {
      windowId,
      preloadSource,
      notify,
      ask,
      onOutsideRequest: (url) => outsideRequests.push(url),
    });
    resolveFirst(driven.page);
    pages.set(windowId, driven);
  }

  child.on('message', (given) => {
    const message = given as ToTest;
    // Not behind what is being delivered to a page: while it navigates it takes nothing, and it navigates only with an answer.
    if (message.type === 'answer') return answers.get(message.id)?.(message.value);
    queue = queue.then(() => take(message)).catch((error: unknown) => void (output += `Electron stub: ${String(error)}\n`));
  });

  async function take(message: Exclude<ToTest, { type: 'answer' }>): Promise<void> {
    switch (message.type) {
      case 'record':
        records.push(message.record);
        return;
      case 'window-opened':
        return openWindow(message.windowId, message.preloadPath);
      case 'load':
        return pages.get(message.windowId)?.load(message.url);
      case 'reload':
        return pages.get(message.windowId)?.reload();
      case 'send':
        return pages.get(message.windowId)?.deliver(message.channel, message.values);
      case 'window-closed': {
        const driven = pages.get(message.windowId);
        pages.delete(message.windowId);
        return driven?.close();
      }
    }
  }

  return {
    firstWindow: () => first,
    windows: () => [...pages.values()].map(({ page }) => page),
    records,
    outsideRequests,
    ask,
    closeWindow() {
      const [windowId] = pages.keys();
      if (windowId !== undefined) notify({ type: 'close-window', windowId });
    },
    reportCrash() {
      const [windowId] = pages.keys();
      if (windowId !== undefined) notify({ type: 'page-event', windowId, event: 'crashed', url: '' });
    },
    power: (event) => notify({ type: 'power', event }),
    activate: () => notify({ type: 'activate' }),
    clickNotification: (title) => notify({ type: 'notification', act: 'click', title }),
    chooseMenu: (label) => notify({ type: 'menu', label }),
    clickTray: (label) => notify({ type: 'tray', ...(label !== undefined && { label }) }),
    openUrl: (url) => notify({ type: 'open-url', url }),
    saveTo: (path) => notify({ type: 'save-to', ...(path !== undefined && { path }) }),
    quit: () => notify({ type: 'quit' }),
    exited,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    kill: () => void child.kill('SIGKILL'),
  };
}

function startProcess({ mainPath, args, environment }: ElectronStubOptions, onOutput: (text: string) => void): ChildProcess {
  const register = new URL('./register.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', register, mainPath, ...args], {
    // NODE_OPTIONS may carry the test runner's own loaders.
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.setEncoding('utf8').on('data', onOutput);
  child.stderr?.setEncoding('utf8').on('data', onOutput);
  return child;
}
