/** `app`: life cycle, paths, single-instance lock. The lock is a socket in the userData folder, where Electron has it too. */
import type * as Electron from 'electron';
import { EventEmitter } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { onControl, onQuestion, record } from './control.ts';
import { isOn } from './platform.ts';
import { defaultSession } from './session.ts';
import { allWindows, closeAllWindows } from './windows.ts';

const paths = new Map<string, string>([
  ['home', homedir()],
  ['appData', join(homedir(), '.config')],
  ['userData', join(homedir(), '.config', 'Hallway')],
  ['temp', tmpdir()],
  ['documents', join(homedir(), 'Documents')],
  ['downloads', join(homedir(), 'Downloads')],
]);

/** How long a second instance waits for the first to take its arguments. */
const handOverMs = 2_000;

/** The part of Electron's App that the stub has. */
type AppPart = Pick<
  Electron.App,
  | 'isPackaged'
  | 'isReady'
  | 'whenReady'
  | 'getName'
  | 'setName'
  | 'getVersion'
  | 'getAppPath'
  | 'getPath'
  | 'setPath'
  | 'setAppUserModelId'
  | 'setToastActivatorCLSID'
  | 'setBadgeCount'
  | 'enableSandbox'
  | 'disableHardwareAcceleration'
  | 'setLoginItemSettings'
  | 'getLoginItemSettings'
  | 'setAsDefaultProtocolClient'
  | 'requestSingleInstanceLock'
  | 'quit'
  | 'exit'
>;

class App extends EventEmitter implements AppPart {
  readonly isPackaged = false;
  readonly commandLine = {
    appendSwitch(name: string, value?: string): void {
      record('commandLine.appendSwitch', value === undefined ? name : `${name}=${value}`);
    },
    hasSwitch: () => false,
  } satisfies Pick<Electron.CommandLine, 'appendSwitch' | 'hasSwitch'>;
  #ready = false;
  #quitting = false;
  #lock: Server | undefined;
  readonly #whenReady: Promise<void>;

  constructor() {
    super();
    // Electron is never ready before the main script has run.
    this.#whenReady = new Promise((resolve) => {
      setImmediate(() => {
        this.#ready = true;
        this.emit('session-created', defaultSession);
        this.emit('ready', createEvent(), {});
        resolve();
      });
    });
  }

  isReady(): boolean {
    return this.#ready;
  }
  whenReady(): Promise<void> {
    return this.#whenReady;
  }
  getName(): string {
    return 'Hallway';
  }
  setName(name: string): void {
    record('app.setName', name);
  }
  getVersion(): string {
    return '0.0.0';
  }
  getAppPath(): string {
    return process.cwd();
  }
  getPath(name: string): string {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }
  setPath(name: string, path: string): void {
    paths.set(name, path);
    record('app.setPath', { name, path });
  }
  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', id);
  }
  /** Windows alone has it. */
  setToastActivatorCLSID(id: string): void {
    if (!isOn('win32')) throw new TypeError('app.setToastActivatorCLSID is not a function');
    if (!/^\{?[\dA-F]{8}(?:-[\dA-F]{4}){3}-[\dA-F]{12}\}?$/i.test(id)) throw new Error('Invalid CLSID format');
    record('app.setToastActivatorCLSID', id);
  }
  /** Linux and macOS alone. */
  setBadgeCount(count = 0): boolean {
    record('app.setBadgeCount', count);
    return isOn('linux', 'darwin');
  }
  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    record('app.enableSandbox');
  }

  disableHardwareAcceleration(): void {
    if (this.#ready) throw new Error('app.disableHardwareAcceleration() can only be called before app is ready');
    record('app.disableHardwareAcceleration');
  }
  /** Linux has no such list, and Electron does nothing there. */
  setLoginItemSettings(settings: Electron.Settings): void {
    if (isOn('linux')) return;
    // macOS has no arguments for its items.
    const { args: _args, path: _path, name: _name, ...rest } = settings;
    record('app.setLoginItemSettings', isOn('win32') ? settings : rest);
  }
  getLoginItemSettings(): Electron.LoginItemSettings {
    return {
      openAtLogin: false,
      wasOpenedAtLogin: isOn('darwin') && process.argv.includes('--opened-at-login'),
      status: 'not-registered',
      executableWillLaunchAtLogin: false,
      launchItems: [],
    };
  }
  setAsDefaultProtocolClient(protocol: string): boolean {
    record('app.setAsDefaultProtocolClient', protocol);
    return true;
  }

  requestSingleInstanceLock(): boolean {
    const path = lockPath(this.getPath('userData'));
    if (this.#lock !== undefined) return true;
    if (handOver(path, [...process.argv])) return false;
    rmSync(path, { force: true });
    this.#lock = createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.on('end', () => {
        const { argv, cwd } = JSON.parse(text) as { argv: string[]; cwd: string };
        this.emit('second-instance', createEvent(), argv, cwd, null);
      });
    });
    this.#lock.on('error', (error) => record('app.lock-error', String(error)));
    this.#lock.listen(path).unref();
    return true;
  }

  quit(): void {
    if (this.#quitting) return;
    const before = createEvent();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.#quitting = true;
    closeAllWindows();
    this.leave();
  }

  /** The last step of quitting, also when the last window closes and nobody listens for that. */
  leave(): void {
    const last = createEvent();
    this.emit('will-quit', last);
    if (last.defaultPrevented) {
      this.#quitting = false;
      return;
    }
    this.emit('quit', createEvent(), 0);
    this.exit(0);
  }

  exit(code = 0): void {
    this.#lock?.close();
    closeAllWindows();
    process.exit(code);
  }

  lastWindowClosed(): void {
    if (this.#quitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }
}

export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function createEvent<Fields extends object>(fields?: Fields): PreventableEvent & Fields {
  let prevented = false;
  const event = {
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  };
  return Object.assign(event, fields);
}

/** Short, because the path of a socket may have only some 100 bytes; Windows has named pipes, which lie in no folder. */
function lockPath(userData: string): string {
  mkdirSync(userData, { recursive: true });
  if (process.platform !== 'win32') return join(userData, 'lock');
  return `\\\\.\\pipe\\hallway-electron-stub-${createHash('sha256').update(userData).digest('hex').slice(0, 16)}`;
}

/**
 * Gives our arguments to the instance that holds the lock. In another process, because Electron's call is synchronous.
 *
 * @returns whether there is one
 */
function handOver(path: string, argv: readonly string[]): boolean {
  const source = `
    const socket = require('node:net').connect(${JSON.stringify(path)});
    socket.on('connect', () => socket.end(${JSON.stringify(JSON.stringify({ argv, cwd: process.cwd() }))}));
    socket.on('close', (failed) => process.exit(failed ? 1 : 0));
    socket.on('error', () => undefined);`;
  return (
    spawnSync(process.execPath, ['-e', source], { timeout: handOverMs, env: { ...process.env, NODE_OPTIONS: '' } }).status === 0
  );
}

export const app = new App();

onQuestion('memory', () => process.memoryUsage.rss());

onControl((message) => {
  if (message.type === 'quit') app.quit();
  if (message.type === 'open-url') app.emit('open-url', createEvent(), message.url);
  if (message.type === 'activate') app.emit('activate', createEvent(), allWindows().length > 0);
});
// Electron turns these into an ordinary quit on Linux and macOS.
if (process.env['HALLWAY_ELECTRON_STUB'] === 'driven')
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
