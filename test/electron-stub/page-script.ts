/**
 * The renderer's half of the Electron stub: text that runs in the page before its own scripts and gives the *built* preload a `require`
 * with `contextBridge` and `ipcRenderer`. In Electron the preload has a JavaScript world of its own; here a closure stands in for it.
 */

/** The binding that the test exposes; the script takes it away from the page before the page runs. */
export const sendBinding = '__electronStubSend';
/** Where a test says the paths of files that it chooses, by their names. */
export const pathsProperty = '__electronStubPaths';
/** Where the script leaves the function that takes messages for the page. */
export const receiveProperty = '__electronStubReceive';

export function pageScript(preloadSource: string): string {
  return `(() => {
    const send = window[${JSON.stringify(sendBinding)}];
    delete window[${JSON.stringify(sendBinding)}];
    // As in Electron, frames inside the page get no preload.
    if (window !== window.top) return;

    const listeners = new Map();
    const ipcRenderer = {
      send(channel, ...values) { structuredClone(values); void send(channel, values); },
      on(channel, listener) { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); return ipcRenderer; },
      removeListener(channel, listener) {
        listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener));
        return ipcRenderer;
      },
    };
    Object.defineProperty(window, ${JSON.stringify(receiveProperty)}, {
      value(channel, values) { for (const listener of listeners.get(channel) ?? []) listener({}, ...values); },
    });

    // Across the bridge values are copied and functions become others that do the same; nothing is shared.
    const cross = (value) => {
      if (typeof value === 'function') return (...values) => cross(value(...values.map(cross)));
      if (Array.isArray(value)) return value.map(cross);
      if (typeof value === 'symbol') throw new TypeError('symbols do not cross the bridge');
      // Electron hands files over as they are.
      if (value === null || typeof value !== 'object' || value instanceof Blob) return value;
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cross(part)]));
    };
    const contextBridge = {
      exposeInMainWorld(key, api) {
        if (key in window) throw new Error('Cannot bind an API on top of an existing property on the window object');
        Object.defineProperty(window, key, { value: Object.freeze(cross(api)), enumerable: true });
      },
    };
    // The browser tells no paths, so the test says them.
    const webUtils = { getPathForFile: (file) => window[${JSON.stringify(pathsProperty)}]?.[file.name] ?? '' };
    const require = (name) => {
      if (name === 'electron') return { contextBridge, ipcRenderer, webUtils };
      throw new Error('module not found: ' + name + ' (a sandboxed preload has only electron)');
    };
    const module = { exports: {} };
    const exports = module.exports;
    ${preloadSource}
  })();`;
}
