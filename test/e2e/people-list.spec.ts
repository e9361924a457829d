/**
 * The built page in Chromium over the core's real service, with made-up people. It covers features
 * that need a real browser: rendering of visible rows, the Content-Security-Policy, and a link that
 * is lost and restored.
 */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { fakePeer, fakePeerId } from '../fakes/fake-hallway.ts';
import type { FakeHallway } from '../fakes/fake-hallway.ts';
import { createCrowd, createEmptyHallway, createPopulatedHallway } from '../fixtures/populated-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import type { RendererHost } from '../fixtures/renderer-host.ts';

let host: RendererHost | undefined;
let complaints: string[] = [];

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

/** Opens the page, and collects its errors and policy violations. */
async function open(page: Page, hallway: FakeHallway): Promise<RendererHost> {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('WebSocket')) complaints.push(message.text());
  });
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  return host;
}

/** The options of the contact list; the status menu has options too. */
function rows(page: Page): Locator {
  return page.getByRole('listbox', { name: 'People' }).getByRole('option');
}

/** The pixels by which the page and its right pane exceed their window. */
function overflowOf(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [document.documentElement, document.querySelector('[data-pane=main]')].map((box) =>
      box ? box.scrollWidth - box.clientWidth : -1,
    ),
  );
}

test('the list holds a thousand people, renders a window of them, and scrolls to the last', async ({ page }) => {
  await open(page, createCrowd(1_000, Date.now()));
  await expect(page.getByText('Here (1000)')).toBeVisible();
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', '1000');
  const drawnAtFirst = await rows(page).count();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('End');
  await expect(page.locator('[role=option][aria-posinset="1000"]')).toBeInViewport();
  const drawnAtLast = await rows(page).count();
  expect([drawnAtFirst > 8, drawnAtFirst < 50, drawnAtLast < 50, complaints]).toEqual([true, true, true, []]);
});

test('every part of the page works under its security policy', async ({ page }) => {
  const hallway = createPopulatedHallway(Date.now());
  await open(page, hallway);
  await page.keyboard.press('/');
  await page.keyboard.type('priya');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toContainText('Connected');
  await page.getByRole('button', { name: 'Your profile' }).click();
  await page.getByRole('button', { name: 'Your note' }).click();
  await page.keyboard.type('Seen in a real browser');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Your note: Seen in a real browser. Change' })).toBeFocused();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByLabel('Your status').selectOption('busy');
  await expect
    .poll(() => [hallway.profile.self().note, hallway.profile.self().status])
    .toEqual(['Seen in a real browser', 'busy']);
  expect(complaints).toEqual([]);
});

test('the code leaves the address bar, and a reload still works', async ({ page }) => {
  await open(page, createPopulatedHallway(Date.now()));
  await expect(page.getByText('Here (12)')).toBeVisible();
  expect(new URL(page.url()).hash).toBe('');
  await page.reload();
  await expect(page.getByText('Here (12)')).toBeVisible();
});

test('the browser’s Back and Forward stay within Hallway, and the address names no place', async ({ page }) => {
  const hallway = createEmptyHallway();
  ['Ana', 'Bo'].forEach((name, number) => hallway.putPeer(fakePeer(number, { name })));
  await open(page, hallway);
  await expect(page.getByText('Here (2)')).toBeVisible();
  const address = page.url();
  const ana = page.getByRole('article', { name: 'About Ana' });
  const bo = page.getByRole('article', { name: 'About Bo' });
  const network = page.getByRole('region', { name: 'Network', exact: true });
  const steps: readonly (readonly [() => Promise<unknown>, Locator])[] = [
    [() => rows(page).nth(0).click(), ana],
    [() => rows(page).nth(1).click(), bo],
    [() => page.keyboard.press('Control+i'), network],
    [() => page.goBack(), bo],
    [() => page.goBack(), ana],
    [() => page.goForward(), bo],
    [() => page.keyboard.press('Alt+ArrowLeft'), ana],
    [() => page.goForward(), bo],
    // A place that Escape closed is not in the history.
    [() => page.keyboard.press('Control+i'), network],
    [() => page.keyboard.press('Escape'), bo],
    [() => page.goBack(), ana],
    [() => page.goBack(), page.getByText('2 people are here')],
  ];
  for (const [press, shown] of steps) {
    await press();
    await expect(shown).toBeVisible();
  }
  expect({ address: page.url(), complaints }).toEqual({ address, complaints: [] });
});

test('after a reload, Back passes forgotten places without a jump', async ({ page }) => {
  await open(page, createPopulatedHallway(Date.now()));
  await rows(page).nth(0).click();
  await rows(page).nth(1).click();
  await page.reload();
  await rows(page).nth(2).click();
  await expect(page.getByRole('article')).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('article')).toBeHidden();
  await page.goBack();
  await expect(page.getByText('Here (12)')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('[LINK-3] shows a lost link, and corrects the list when it is back', async ({ page }) => {
  const hallway = createPopulatedHallway(Date.now());
  const { refuseConnections } = await open(page, hallway);
  await expect(page.getByText('Here (12)')).toBeVisible();
  refuseConnections(true);
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  hallway.leave(fakePeerId(0), 'goodbye');
  refuseConnections(false);
  await expect(page.getByText('Here (11)')).toBeVisible();
  await expect(page.getByText('Reconnecting…')).toBeHidden();
});

test('names with markup, endless names and reordering names stay text inside their row', async ({ page }) => {
  const hallway = createEmptyHallway();
  const names = ['<img src=x onerror="document.title=1">', 'W'.repeat(48), '\u202Etxet', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢', '\n\t', '👨‍👩‍👧‍👦'.repeat(4)];
  names.forEach((name, number) => hallway.putPeer(fakePeer(number, { name, note: name, host: name })));
  await open(page, hallway);
  await expect(rows(page)).toHaveCount(names.length);
  const heights = await rows(page).evaluateAll((elements) => elements.map((row) => row.getBoundingClientRect().height));
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect([new Set(heights), sideways, await page.title(), await page.locator('img').count(), complaints]).toEqual([
    new Set([36]),
    0,
    'Hallway',
    0,
    [],
  ]);
});

test('nor do they widen the details or the network panel, also in a narrow window', async ({ page }) => {
  const hallway = createEmptyHallway();
  const names = ['W'.repeat(5_000), '\u202Etxet\u2066', '\u200B'.repeat(50), `a\n${'\u0300'.repeat(300)}`, '\uFDFD'.repeat(40)];
  names.forEach((name, number) =>
    hallway.putPeer(
      fakePeer(number, { name, note: name, host: name, presence: 'one-way', addresses: [`[${'f'.repeat(200)}]:1`] }),
    ),
  );
  await open(page, hallway);
  for (const width of [1_080, 420]) {
    await page.setViewportSize({ width, height: 760 });
    for (const number of names.keys()) {
      await page.locator(`#contact-${fakePeerId(number)}`).click();
      await expect(page.getByRole('article')).toBeVisible();
      expect(await overflowOf(page)).toEqual([0, 0]);
      await page.keyboard.press('Escape');
      if (width === 420) await page.getByRole('button', { name: 'People' }).click();
    }
    await page.keyboard.press('Control+i');
    await expect(page.getByRole('region', { name: 'Not reached the usual way' }).getByRole('listitem')).toHaveCount(names.length);
    expect(await overflowOf(page)).toEqual([0, 0]);
    await page.keyboard.press('Escape');
  }
  expect(complaints).toEqual([]);
});

test('a narrow window shows one pane at a time, with a way back', async ({ page }) => {
  await page.setViewportSize({ width: 420, height: 760 });
  await open(page, createPopulatedHallway(Date.now()));
  await rows(page).first().click();
  await expect(page.getByRole('listbox')).toBeHidden();
  await page.getByRole('button', { name: 'People' }).click();
  await expect(page.getByRole('listbox')).toBeVisible();
});
