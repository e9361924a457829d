/** The parts of the desktop that Hallway touches: only recorded, for there is no desktop. */
import { EventEmitter } from 'node:events';
import { onControl, record } from './control.ts';

export const shell = {
  openExternal(url: string): Promise<void> {
    record('shell.openExternal', url);
    return Promise.resolve();
  },
};

export const dialog = {
  showErrorBox(title: string, content: string): void {
    record('dialog.showErrorBox', { title, content });
  },
};

export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' });

export const powerMonitor = new EventEmitter();

onControl((message) => {
  if (message.type !== 'power') return;
  if (message.event === 'shutdown')
    powerMonitor.emit('shutdown', { preventDefault: () => record('powerMonitor.shutdown-delayed') });
  else powerMonitor.emit(message.event);
});
