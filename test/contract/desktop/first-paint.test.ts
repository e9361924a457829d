/** The theme of a page before it knows its settings, on each host that has a page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeTheme } from 'electron';
import { beforeAll, expect, test } from 'vitest';
import { withTheme } from '../../../src/main/hosts/ui-server/renderer-assets.ts';
import { followTheme, openWindow } from '../../../src/main/hosts/desktop/window.ts';
import { app } from '../../electron-stub/app.ts';
import { ownRecords } from '../../electron-stub/control.ts';
import { createFakeHallway } from '../../fakes/fake-hallway.ts';
import { createBrowserHostFixture } from '../../fixtures/browser-host.ts';

const log = { write: () => undefined };

beforeAll(async () => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
});

/** @returns the colour of the window until its page has painted */
function firstColour(): unknown {
  ownRecords.length = 0;
  openWindow({ log }, { pageUrl: 'app://hallway/index.html', preloadPath: '/nowhere' }).destroy();
  const options = ownRecords.find(({ what }) => what === 'new BrowserWindow')?.value as { readonly backgroundColor?: unknown };
  return options.backgroundColor;
}

test('[DESK-40] on a light desktop, the window and the system colours of its page have the chosen theme', async () => {
  const hallway = createFakeHallway();
  await hallway.settings.set('theme', 'dark');
  const stop = followTheme(nativeTheme, hallway);
  const seen = [[nativeTheme.themeSource, firstColour()]];
  for (const theme of ['light', 'dark', 'system'] as const) {
    await hallway.settings.set('theme', theme);
    seen.push([nativeTheme.themeSource, firstColour()]);
  }
  stop();
  await hallway.settings.set('theme', 'dark');
  expect({ seen, after: nativeTheme.themeSource }).toEqual({
    seen: [
      ['dark', '#141519'],
      ['light', '#ffffff'],
      ['dark', '#141519'],
      ['system', '#ffffff'],
    ],
    after: 'system',
  });
});

test('[DESK-41] the browser host serves the page with the theme of that moment', async () => {
  const at = await createBrowserHostFixture();
  try {
    const before = await at.ask('/');
    await at.hallway.settings.set('theme', 'dark');
    const after = await at.ask('/');
    expect([before.body, after.body].map((body) => /<html [^>]*>/.exec(body)?.[0])).toEqual([
      '<html data-theme="system" lang="en">',
      '<html data-theme="dark" lang="en">',
    ]);
    expect(after.headers['content-length']).toBe(String(after.body.length));
  } finally {
    await at.end();
  }
});

test('[DESK-41] the page of the sources has the root that takes the theme', () => {
  const html = readFileSync(join(import.meta.dirname, '../../../src/renderer/index.html'), 'utf8');
  expect(withTheme(html, 'dark')).toContain('<html data-theme="dark" lang="en">');
});
