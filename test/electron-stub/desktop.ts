/** The parts of the desktop that Hallway touches: only recorded, for there is no desktop. */
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { onControl, record } from './control.ts';

export const shell = {
  openExternal(url: string): Promise<void> {
    record('shell.openExternal', url);
    return Promise.resolve();
  },
  openPath(path: string): Promise<string> {
    record('shell.openPath', path);
    return Promise.resolve('');
  },
  showItemInFolder(path: string): void {
    record('shell.showItemInFolder', path);
  },
} satisfies Pick<Electron.Shell, 'openExternal' | 'openPath' | 'showItemInFolder'>;

let savePath: string | undefined;

onControl((message) => {
  if (message.type === 'save-to') savePath = message.path;
});

export const dialog = {
  showErrorBox(title: string, content: string): void {
    record('dialog.showErrorBox', { title, content });
  },
  /** Answers what the test said last; where it said nothing, the user cancelled. */
  showSaveDialog(options: unknown): Promise<{ canceled: boolean; filePath: string }> {
    record('dialog.showSaveDialog', options);
    return Promise.resolve({ canceled: savePath === undefined, filePath: savePath ?? '' });
  },
};

/** On a desktop with light colours. */
class NativeTheme extends EventEmitter implements Pick<Electron.NativeTheme, 'shouldUseDarkColors' | 'themeSource'> {
  #source: Electron.NativeTheme['themeSource'] = 'system';
  get themeSource(): Electron.NativeTheme['themeSource'] {
    return this.#source;
  }
  set themeSource(source) {
    this.#source = source;
    record('nativeTheme.themeSource', source);
  }
  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }
}

export const nativeTheme = new NativeTheme();

let idleSeconds = 0;

export const powerMonitor = Object.assign(new EventEmitter(), { getSystemIdleTime: () => idleSeconds });

onControl((message) => {
  if (message.type === 'idle') idleSeconds = message.seconds;
  if (message.type !== 'power') return;
  if (message.event === 'shutdown')
    powerMonitor.emit('shutdown', { preventDefault: () => record('powerMonitor.shutdown-delayed') });
  else powerMonitor.emit(message.event);
});
