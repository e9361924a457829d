/**
 * The end-to-end tests: the built renderer in the system's own Chromium, over both links. On real Electron with
 * `npm run test:electron`, which sets HALLWAY_ELECTRON=real.
 */
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/find-browser.mjs';

const executablePath = findBrowser();

/** As root, which is what containers run as, Chromium has no sandbox to offer. */
const rootOnly = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'test/e2e',
  // Each test has hosts and a network port of its own, and waits much of its time.
  workers: 2,
  timeout: 60_000,
  // A browser waits for processors that something else may keep busy. `npm test` names what passed only then.
  retries: 1,
  forbidOnly: Boolean(process.env['CI']),
  outputDir: 'test-results',
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--disable-background-networking', ...rootOnly],
    },
    trace: 'on-first-retry',
  },
});
