/**
 * Takes the screenshots of docs/screenshots: the built renderer in Chromium, over a Hallway with
 * the people of test/fixtures/populated-*.ts. The scenes are in screenshot-scenes.mjs. Needs `npm
 * run build` first, and a Node.js that runs TypeScript directly (22.18 or newer).
 *
 * Usage: node scripts/screenshots.mjs [--renderer DIRECTORY] [--out DIRECTORY] [SHOT…]
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { createTrouble } from '../test/fixtures/populated-hallway.ts';
import { defaultRendererDirectory, startRendererHost } from '../test/fixtures/renderer-host.ts';
import { createPopulatedConversations } from '../test/fixtures/populated-conversations.ts';
import { findBrowser } from './find-browser.mjs';
import { documented, shots, silentForMs } from './screenshot-scenes.mjs';

/** @typedef {import('./screenshot-scenes.mjs').Shot} Shot */

/** Many times longer than a delta, an answer and some frames take. */
const settleMs = 300;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    renderer: { type: 'string', default: defaultRendererDirectory },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/screenshots', import.meta.url)) },
  },
});
const names = positionals.length > 0 ? positionals : documented;

await mkdir(values.out, { recursive: true });
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
try {
  for (const name of names) {
    await takeShot(name, shots[name] ?? fail(`no such screenshot: ${name}`));
    console.log(join(values.out, `${name}.png`));
  }
} finally {
  await browser.close();
}

/**
 * @param {string} name
 * @param {Shot} shot
 */
async function takeShot(name, shot) {
  const { viewport, select, trouble = false, colorScheme = 'light', loseLink, editName, search } = shot;
  const nowMs = Date.now();
  const scene = createPopulatedConversations(trouble ? nowMs - silentForMs : nowMs);
  const hallway = shot.hallway?.(nowMs) ?? scene.hallway;
  shot.before?.(scene);
  if (trouble) hallway.setHealth(createTrouble(nowMs - silentForMs));
  const host = await startRendererHost(hallway, { directory: resolve(values.renderer) });
  const page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 2, reducedMotion: 'reduce' });
  page.on('console', (message) => console.log(`${name}: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`${name}: ${error}`));
  try {
    await page.goto(host.issueAddress());
    await page.getByLabel('Your name').waitFor();
    if (select !== undefined) await choose(page, select);
    if (shot.room !== undefined) await openRoom(page, shot.room);
    if (search !== undefined) await page.getByRole('searchbox').fill(search);
    if (editName !== undefined) {
      await page.getByRole('button', { name: 'Your name' }).click();
      await page.getByRole('textbox', { name: 'Your name' }).fill(editName);
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    }
    if (shot.network) await openNetwork(page, shot);
    await useConversation(page, shot);
    shot.after?.(scene);
    if (loseLink) {
      host.refuseConnections(true);
      await page.getByText('Reconnecting').waitFor();
    }
    await page.mouse.move(viewport.width - 5, viewport.height - 5);
    // The last message has arrived over the link, and is measured and rendered.
    await page.waitForTimeout(settleMs);
    await page.screenshot({ path: join(values.out, `${name}.png`) });
  } finally {
    await page.close();
    await host.close();
  }
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} peerId
 */
async function choose(page, peerId) {
  const row = page.locator(`#contact-${peerId}`);
  const folded = page.getByRole('button', { name: 'Blocked', expanded: false });
  // The list renders only its visible rows.
  while (!(await row.isVisible())) {
    if (await folded.isVisible()) await folded.click();
    await page.getByRole('listbox', { name: 'People' }).hover();
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(50);
  }
  await row.click();
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} name
 */
async function openRoom(page, name) {
  await page
    .getByRole('navigation', { name: 'Rooms' })
    .getByRole('button', { name: new RegExp(`^${name}\\b`) })
    .click();
  await page.getByRole('region', { name: `Room #${name}` }).waitFor();
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {Shot} shot
 */
async function useConversation(page, { select, find, everywhere, jump, details, press, draft, send, scrollUp }) {
  // A list that starts at its end is rendered once it has measured itself.
  if (select !== undefined && (await page.getByRole('log').count()) > 0)
    await page.getByRole('log').getByRole('paragraph').last().waitFor();
  if (details) await page.getByRole('button', { name: 'Details' }).click();
  if (find !== undefined) {
    await page.keyboard.press('Control+f');
    await page.getByRole('searchbox', { name: 'Search messages' }).fill(find);
    if (everywhere) await page.getByRole('checkbox').check();
    await page.getByText(/^(\d+ messages?|Nothing was said.*)$/).waitFor();
    if (jump) await page.keyboard.press('Enter');
  }
  if (scrollUp) {
    await page.getByRole('log').hover();
    await page.mouse.wheel(0, -500);
    await page.waitForTimeout(settleMs);
  }
  if (draft !== undefined) await page.getByRole('textbox', { name: /^Message / }).fill(draft);
  if (send) await page.keyboard.press('Enter');
  if (press !== undefined) await page.getByRole('button', { name: press, exact: true }).click();
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {Shot} shot
 */
async function openNetwork(page, { address, scroll }) {
  await page.locator('footer button').click();
  await page.getByText('Since Hallway started').waitFor();
  if (address !== undefined) {
    await page.getByLabel('Their address').fill(address);
    await page.keyboard.press('Enter');
    await page.getByText(/is not an address|Nobody answered|is here/).waitFor();
  }
  if (scroll !== undefined) {
    await page.locator('main').evaluate((main, part) => main.scrollTo(0, part * main.scrollHeight), scroll === 'end' ? 1 : 0.42);
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  throw new Error(message);
}
