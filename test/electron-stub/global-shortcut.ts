/** `globalShortcut`: keys that a test presses. Those of `taken` belong to another program. */
import type * as Electron from 'electron';
import { record } from './control.ts';

const registered = new Map<string, () => void>();
export const taken = new Set<string>();

export const globalShortcut = {
  register(accelerator, callback) {
    record('globalShortcut.register', accelerator);
    if (taken.has(accelerator) || registered.has(accelerator)) return false;
    registered.set(accelerator, callback);
    return true;
  },
  unregister(accelerator) {
    record('globalShortcut.unregister', accelerator);
    registered.delete(accelerator);
  },
} satisfies Pick<Electron.GlobalShortcut, 'register' | 'unregister'>;

/** The user presses these keys in any program. */
export function pressKeys(accelerator: string): void {
  registered.get(accelerator)?.();
}
