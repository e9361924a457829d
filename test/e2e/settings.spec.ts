/**
 * The settings page in Chromium, over a fake Hallway: what it does to the page at once, keys and
 * links, axe in every section, and large text in a narrow window.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import type { FakeHallway } from '../fakes/fake-hallway.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../fakes/fake-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import type { RendererHost } from '../fixtures/renderer-host.ts';
import { settingsPlaces as sections } from '../../src/renderer/state/settings-places.ts';

const ana = fakePeerId(1);
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let host: RendererHost | undefined;

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

async function open(page: Page): Promise<FakeHallway> {
  const conversations = createFakeConversations({ nowMs: Date.now() });
  const hallway = createFakeHallway(fakeSelf({ name: 'Noor' }), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: Date.now() }));
  conversations.meet({ peerId: ana, name: 'Ana' });
  conversations.receive(ana, 'hello', { atMs: Date.UTC(2026, 0, 2, 21, 5) });
  await hallway.settings.set('keywords', ['build', 'a long keyword of sixty-four characters that has to wrap, or not']);
  await hallway.settings.set('quietHours', { days: [1, 2], from: '18:00', to: '08:00' });
  await hallway.settings.set('manualAddresses', ['[fe80::8a2f:1cff:fe40:7d11%eth0]:49731']);
  await hallway.settings.set('roomKeepDays', 7);
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await expect(page.getByText('Ana').first()).toBeVisible();
  return hallway;
}

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((name) => (window.location.hash = `#/settings/${name}`), place);
  await expect(page.locator('#settings h2')).toBeAttached();
  await expect.poll(() => page.evaluate(() => window.location.hash)).toBe('');
}

test('[SET-21, SET-23] theme, text size, motion and time format change the open page at once', async ({ page }) => {
  const hallway = await open(page);
  await page.locator(`[id$="${ana}"]`).first().click();
  const look = () =>
    page.evaluate(() => ({
      background: getComputedStyle(document.body).backgroundColor,
      size: getComputedStyle(document.querySelector('[role=log] p') ?? document.body).fontSize,
      time: /\d?\d:\d\d/.exec(document.querySelector('[role=log]')?.textContent ?? '')?.[0].split(':')[0],
    }));
  await expect.poll(async () => (await look()).time).toBeDefined();
  await hallway.settings.set('timeFormat', '12h');
  await hallway.settings.set('theme', 'light');
  await expect.poll(async () => (await look()).background).toBe('rgb(255, 255, 255)');
  const before = await look();
  await hallway.settings.set('theme', 'dark');
  await hallway.settings.set('textSizePercent', 200);
  await hallway.settings.set('timeFormat', '24h');
  await expect.poll(look).not.toEqual(before);
  await expect.poll(async () => Number.parseFloat((await look()).size)).toBe(2 * Number.parseFloat(before.size));
  const after = await look();
  expect({ background: after.background, isOtherTime: after.time !== before.time }).toEqual({
    background: 'rgb(20, 21, 25)',
    isOtherTime: true,
  });
});

test('[SET-22] Ctrl+Enter sends, and Enter begins a new line, by the setting', async ({ page }) => {
  const hallway = await open(page);
  await hallway.settings.set('sendWith', 'ctrl-enter');
  await page.locator(`[id$="${ana}"]`).first().click();
  const field = page.getByRole('textbox', { name: 'Message Ana' });
  await field.click();
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  const written = await field.inputValue();
  await page.keyboard.press('Control+Enter');
  await expect(field).toHaveValue('');
  await hallway.settings.set('sendWith', 'enter');
  // The page has it as soon as it has what was set after it.
  await hallway.settings.set('theme', 'dark');
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect.poll(background).toBe('rgb(20, 21, 25)');
  await page.keyboard.type('three');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('three');
  expect(written).toBe('one\ntwo');
});

test('[SET-29] a link opens a section or a row, leaves the address as it was, and Back leaves the settings', async ({ page }) => {
  await open(page);
  await go(page, 'appearance');
  const section = await page.locator('#settings h2').textContent();
  await go(page, 'multicastTtl');
  const focused = await page.evaluate(() => document.activeElement?.closest('[data-setting]')?.getAttribute('data-setting'));
  await page.goBack();
  await expect(page.locator('#settings')).toBeHidden();
  expect({ section, focused }).toEqual({ section: 'Appearance', focused: 'multicastTtl' });
});

test('[SET-27, SET-32] Tab reaches a control of every row of every section', async ({ page }) => {
  await open(page);
  for (const section of sections) {
    await go(page, section);
    const rows = await page
      .locator('#settings [data-setting]')
      .evaluateAll((all) => all.map((row) => row.getAttribute('data-setting')));
    await page.locator('#settings').focus();
    const reached = new Set<string>();
    for (let presses = 0; presses < 80 && reached.size < rows.length; presses += 1) {
      await page.keyboard.press('Tab');
      const key = await page.evaluate(() => {
        const control = document.activeElement?.closest('[data-control]');
        return control?.closest('[data-setting]')?.getAttribute('data-setting');
      });
      if (typeof key === 'string') reached.add(key);
    }
    expect({ section, rows: [...reached] }).toEqual({ section, rows });
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any section (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page);
    const found: unknown[] = [];
    for (const section of sections) {
      await go(page, section);
      const { violations } = await new AxeBuilder({ page }).include('main').withTags(axeTags).analyze();
      found.push(...violations.map(({ id, nodes }) => ({ section, id, nodes: nodes.map(({ html }) => html) })));
    }
    expect(found).toEqual([]);
  });
}

test('[SET-32] with text at 200 % in a narrow window, nothing overlaps and nothing is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const hallway = await open(page);
  await hallway.settings.set('textSizePercent', 200);
  for (const section of sections) {
    await go(page, section);
    expect({ section, faults: await page.evaluate(findFaults) }).toEqual({ section, faults: [] });
  }
});

/** Runs in the page. @returns boxes with text that leave the window, cut their text, or cover each other */
function findFaults(): readonly string[] {
  const page = document.querySelector('#settings');
  const seen = [...(page?.querySelectorAll('h1, h2, h3, h4, p, dt, dd, li, button, input, select, kbd, label, output') ?? [])];
  const boxes = seen.filter((element) => element.checkVisibility() && getComputedStyle(element).clipPath === 'none');
  const wordsOf = (element: Element): string => `${element.tagName} ${element.textContent?.slice(0, 30)}`;
  const faults: string[] = [];
  for (const box of boxes) {
    const { left, right } = box.getBoundingClientRect();
    if (left < 0 || right > window.innerWidth + 0.5) faults.push(`outside: ${wordsOf(box)}`);
    const isField = box instanceof HTMLInputElement;
    if (!isField && box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1) faults.push(`cut: ${wordsOf(box)}`);
    if (!isField && box.clientHeight > 0 && box.scrollHeight > box.clientHeight + 1) faults.push(`cut below: ${wordsOf(box)}`);
  }
  for (const [index, box] of boxes.entries()) {
    const a = box.getBoundingClientRect();
    for (const other of boxes.slice(index + 1)) {
      if (box.contains(other) || other.contains(box)) continue;
      const b = other.getBoundingClientRect();
      const isOver =
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      if (isOver) faults.push(`overlap: ${wordsOf(box)} and ${wordsOf(other)}`);
    }
  }
  return faults;
}
