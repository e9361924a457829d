/**
 * Takes docs/screenshots: the built renderer in Chromium, over a Hallway that is peopled by test/support/office.ts and talk-office.ts. Needs `npm run build`
 * first, and a Node.js that runs TypeScript as it is (22.18 or newer).
 *
 * Usage: node scripts/screenshots.mjs [--renderer DIRECTORY] [--out DIRECTORY] [SHOT…]
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { fakePeerId } from '../test/support/fake-hallway.ts';
import {
  createCrowd,
  createEmptyOffice,
  createHarriedOffice,
  createOffice,
  createOfficeOfNamesakes,
  createTrouble,
} from '../test/support/office.ts';
import { defaultRendererDirectory, startRendererHost } from '../test/support/renderer-host.ts';
import { createTalkOffice, talkPeople } from '../test/support/talk-office.ts';
import { findBrowser } from './find-browser.mjs';

const wide = { width: 1080, height: 760 };
const narrow = { width: 420, height: 760 };

/** Who of the office is looked at: Sam Okafor, whom we hear one-way, and Priya Raman, who is well. */
const oneWayId = fakePeerId(9);
const wellId = fakePeerId(8);

/** How long nobody was heard, where there is trouble. */
const silentForMs = 41_000;

/** @param {number} nowMs */
const quietOffice = (nowMs) => createOffice(nowMs - silentForMs);

/** @param {number} nowMs */
const talkOffice = (nowMs) => createTalkOffice(nowMs).hallway;

/**
 * @typedef {object} Shot
 * @property {(nowMs: number) => import('../test/support/fake-hallway.ts').FakeHallway} office
 * @property {{ width: number, height: number }} viewport
 * @property {'light' | 'dark'} [colorScheme]
 * @property {string} [select] the peerId of a person to choose
 * @property {boolean} [trouble] shown with what is wrong
 * @property {boolean} [loseLink]
 * @property {string} [editName] an own name to try, which is refused
 * @property {string} [search]
 * @property {boolean} [network] with the network panel open
 * @property {string} [address] an address to add by hand; in the network panel
 * @property {'middle' | 'end'} [scroll] how far the right pane is scrolled
 * @property {string} [find] searched for in what was said
 * @property {boolean} [jump] to the first result
 * @property {boolean} [details] with the details of the person open
 * @property {string} [press] a button that is pressed last
 * @property {string} [draft] typed and not sent
 */

/** @type {Record<string, Shot>} */
const shots = {
  light: { office: createOffice, viewport: wide, select: wellId },
  dark: { office: createOffice, viewport: wide, select: wellId, colorScheme: 'dark' },
  overview: { office: createOffice, viewport: wide },
  empty: { office: () => createEmptyOffice(), viewport: wide },
  'empty-dark': { office: () => createEmptyOffice(), viewport: wide, colorScheme: 'dark' },
  'empty-narrow': { office: () => createEmptyOffice(), viewport: narrow },
  'one-person': { office: (nowMs) => createOffice(nowMs, 1), viewport: wide },
  'one-way': { office: createOffice, viewport: wide, select: oneWayId },
  'one-way-dark': { office: createOffice, viewport: wide, select: oneWayId, colorScheme: 'dark' },
  offline: { office: quietOffice, viewport: wide, trouble: true },
  'offline-dark': { office: quietOffice, viewport: wide, trouble: true, colorScheme: 'dark' },
  narrow: { office: createOffice, viewport: narrow },
  'narrow-person': { office: createOffice, viewport: narrow, select: oneWayId },
  reconnecting: { office: createOffice, viewport: wide, loseLink: true },
  editing: { office: createOffice, viewport: wide, editName: 'everyone' },
  search: { office: createOffice, viewport: wide, search: 'ana' },
  departed: { office: createOffice, viewport: wide, select: fakePeerId(101), colorScheme: 'dark' },
  'offline-person': { office: quietOffice, viewport: wide, trouble: true, select: wellId },
  network: { office: createHarriedOffice, viewport: { width: 1080, height: 1180 }, network: true },
  'network-dark': { office: createHarriedOffice, viewport: { width: 1080, height: 1180 }, network: true, colorScheme: 'dark' },
  'network-well': { office: (nowMs) => createOffice(nowMs, 5), viewport: wide, network: true },
  'network-narrow': { office: createHarriedOffice, viewport: narrow, network: true },
  'network-narrow-2': { office: createHarriedOffice, viewport: narrow, network: true, scroll: 'middle' },
  'network-narrow-3': { office: createHarriedOffice, viewport: narrow, network: true, scroll: 'end' },
  'network-end': { office: createHarriedOffice, viewport: { width: 1080, height: 1180 }, network: true, scroll: 'end' },
  'network-end-dark': { office: createHarriedOffice, viewport: wide, network: true, scroll: 'end', colorScheme: 'dark' },
  'network-bad-address': { office: createOffice, viewport: wide, network: true, address: 'ana-thinkpad' },
  'network-no-answer': { office: createOffice, viewport: wide, network: true, address: '10.9.9.9:50000' },
  'network-answer': { office: createOffice, viewport: wide, network: true, address: '10.0.0.21:49200' },
  'unicast-only': { office: createHarriedOffice, viewport: wide, select: fakePeerId(2) },
  namesakes: { office: createOfficeOfNamesakes, viewport: { width: 1080, height: 900 }, select: fakePeerId(200) },
  'namesakes-dark': {
    office: createOfficeOfNamesakes,
    viewport: { width: 1080, height: 900 },
    select: fakePeerId(0),
    colorScheme: 'dark',
  },
  chat: { office: talkOffice, viewport: wide, select: talkPeople.everything },
  'chat-dark': { office: talkOffice, viewport: wide, select: talkPeople.everything, colorScheme: 'dark' },
  'chat-narrow': { office: talkOffice, viewport: narrow, select: talkPeople.everything },
  'chat-empty': { office: talkOffice, viewport: wide, select: talkPeople.silent },
  'chat-arabic': { office: talkOffice, viewport: wide, select: talkPeople.rightToLeft },
  'chat-japanese': { office: talkOffice, viewport: wide, select: talkPeople.ideographs, colorScheme: 'dark' },
  'chat-departed': { office: talkOffice, viewport: wide, select: talkPeople.departed },
  'chat-new-key': { office: talkOffice, viewport: wide, select: talkPeople.newKey },
  'chat-new-key-narrow-dark': { office: talkOffice, viewport: narrow, select: talkPeople.newKey, colorScheme: 'dark' },
  'chat-earlier': { office: talkOffice, viewport: wide, select: talkPeople.earlier },
  'chat-people': { office: talkOffice, viewport: narrow },
  'chat-code': { office: talkOffice, viewport: wide, select: talkPeople.newKey, press: 'Compare codes' },
  'chat-details': { office: talkOffice, viewport: { width: 1080, height: 960 }, select: talkPeople.everything, details: true },
  'chat-block-dark': {
    office: talkOffice,
    viewport: wide,
    select: talkPeople.everything,
    details: true,
    press: 'Block',
    colorScheme: 'dark',
  },
  'chat-find': { office: talkOffice, viewport: wide, select: talkPeople.everything, find: 'the' },
  'chat-find-dark': { office: talkOffice, viewport: wide, select: talkPeople.everything, find: 'the', colorScheme: 'dark' },
  'chat-jump': { office: talkOffice, viewport: wide, select: talkPeople.everything, find: 'parser', jump: true },
  'chat-long-draft': { office: talkOffice, viewport: wide, select: talkPeople.everything, draft: 'word '.repeat(3_300) },
  crowd: { office: (nowMs) => createCrowd(1_000, nowMs), viewport: wide },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    renderer: { type: 'string', default: defaultRendererDirectory },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/screenshots', import.meta.url)) },
  },
});
const names =
  positionals.length > 0
    ? positionals
    : ['light', 'dark', 'empty', 'narrow', 'one-way', 'offline', 'network', 'network-dark', 'chat', 'chat-dark'];

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
  const { office, viewport, select, trouble = false, colorScheme = 'light', loseLink, editName, search } = shot;
  const nowMs = Date.now();
  const hallway = office(nowMs);
  if (trouble) hallway.setHealth(createTrouble(nowMs - silentForMs));
  const host = await startRendererHost(hallway, { directory: resolve(values.renderer) });
  const page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 2, reducedMotion: 'reduce' });
  page.on('console', (message) => console.log(`${name}: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`${name}: ${error}`));
  try {
    await page.goto(host.address);
    await page.getByLabel('Your name').waitFor();
    if (select !== undefined) await page.locator(`#person-${select}`).click();
    if (search !== undefined) await page.getByRole('searchbox').fill(search);
    if (editName !== undefined) {
      await page.getByRole('button', { name: 'Your name' }).click();
      await page.getByRole('textbox', { name: 'Your name' }).fill(editName);
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    }
    if (shot.network) await openNetwork(page, shot);
    await useConversation(page, shot);
    if (loseLink) {
      host.refuseConnections(true);
      await page.getByText('Reconnecting').waitFor();
    }
    await page.mouse.move(viewport.width - 5, viewport.height - 5);
    // Two frames: what was applied last has been drawn.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(values.out, `${name}.png`) });
  } finally {
    await page.close();
    await host.close();
  }
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {Shot} shot
 */
async function useConversation(page, { select, find, jump, details, press, draft }) {
  // A list that starts at its end is drawn when it has measured itself.
  if (select !== undefined && (await page.getByRole('log').count()) > 0)
    await page.getByRole('log').getByRole('paragraph').last().waitFor();
  if (details) await page.getByRole('button', { name: 'Details' }).click();
  if (find !== undefined) {
    await page.keyboard.press('Control+f');
    await page.getByRole('searchbox', { name: 'Search messages' }).fill(find);
    await page.getByRole('option', { selected: true }).and(page.locator('[id^=found-]')).waitFor();
    if (jump) await page.keyboard.press('Enter');
    await page.waitForTimeout(300);
  }
  if (draft !== undefined) await page.getByRole('textbox', { name: /^Message to/ }).fill(draft);
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
