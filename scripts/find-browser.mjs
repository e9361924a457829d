/**
 * Finds the browser for the end-to-end tests: Chromium or Chrome as installed by the system, so
 * that no test downloads one. HALLWAY_BROWSER overrides it.
 */
import { existsSync } from 'node:fs';

/** @type {Partial<Record<NodeJS.Platform, string[]>>} */
const candidates = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** @returns {string | undefined} the executable */
export function findBrowser() {
  const named = process.env['HALLWAY_BROWSER'];
  return named === undefined ? candidates[process.platform]?.find((path) => existsSync(path)) : named;
}
