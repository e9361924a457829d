/**
 * The page under settings of the system that only a browser shows: forced colours, a large font,
 * and a time zone that changes while the page is open.
 */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../fakes/fake-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import type { RendererHost } from '../fixtures/renderer-host.ts';

const ana = fakePeerId(1);
/** Noon in UTC, so that both time zones of the test are on the same or the next day. */
const noonMs = Date.UTC(2026, 0, 2, 12, 30);

let host: RendererHost | undefined;

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

async function openAna(page: Page): Promise<void> {
  const conversations = createFakeConversations({ nowMs: Date.now() });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  for (const [number, name] of ['Ana', 'Bo'].entries()) {
    hallway.putPeer(fakePeer(number + 1, { name, note: 'gjpqy ÅÇ', lastSeenMs: Date.now() }));
    conversations.meet({ peerId: fakePeerId(number + 1), name });
  }
  conversations.receive(ana, 'hello', { atMs: noonMs });
  conversations.write(ana, 'hello you', { state: 'read' });
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await page.locator(`#contact-${ana}`).click();
  await expect(page.getByRole('log').getByText('hello you')).toBeVisible();
}

/** Reads a style of the element, or of a pseudo-element of it. */
function styleOf(element: Locator, property: string, pseudo?: string): Promise<string> {
  return element.evaluate((own, [name, of]) => getComputedStyle(own, of).getPropertyValue(name ?? ''), [
    property,
    pseudo,
  ] as const);
}

test('forced colours show what is selected, marks, bubbles and lines', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openAna(page);
  const canvas = await styleOf(page.locator('body'), 'background-color');
  const differs: unknown = expect.not.stringMatching(canvas.replace(/[()]/g, '\\$&'));
  const background = (element: Locator, pseudo?: string): Promise<string> => styleOf(element, 'background-color', pseudo);
  const log = page.getByRole('log');
  expect({
    selected: await background(page.locator(`#contact-${ana}`)),
    dayLine: await background(log.locator('div:has(> h3)').first(), '::before'),
    ownStatus: await background(page.locator('[data-status]:has(select)'), '::before'),
    bubble: await styleOf(log.locator('[data-own=true] > div').first(), 'border-top-style'),
  }).toEqual({
    selected: differs,
    dayLine: differs,
    ownStatus: differs,
    bubble: 'solid',
  });
});

test('forced colours show which search result is active', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openAna(page);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('hello');
  const options = page.getByRole('listbox', { name: 'Messages found' }).getByRole('option');
  await expect(options).toHaveCount(2);
  expect(await styleOf(options.first(), 'background-color')).not.toBe(await styleOf(page.locator('body'), 'background-color'));
});

test('rows and fields grow with a large default font', async ({ page }) => {
  await openAna(page);
  await page.evaluate(() => (document.documentElement.style.fontSize = '32px'));
  const cut = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll('[id^=contact-], input:not([hidden]), [data-over], footer button, [role=log] p')]
        .filter((box) => box.scrollHeight > box.clientHeight + 1 || box.getBoundingClientRect().height === 0)
        .map((box) => `${box.tagName} ${box.id} ${box.scrollHeight} in ${box.clientHeight}`),
    );
  await expect.poll(async () => (await cut()).filter((box) => !box.startsWith('P'))).toEqual([]);
  const [first, second] = await Promise.all([1, 2].map((number) => page.locator(`#contact-${fakePeerId(number)}`).boundingBox()));
  expect((second?.y ?? 0) - (first?.y ?? 0)).toBeGreaterThanOrEqual(first?.height ?? Infinity);
});

test('times follow the time zone of the system while the page is open', async ({ page, context }) => {
  const system = await context.newCDPSession(page);
  await system.send('Emulation.setTimezoneOverride', { timezoneId: 'Etc/UTC' });
  await openAna(page);
  const log = page.getByRole('log');
  await expect(log).toContainText(/12:30/);
  await system.send('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Tokyo' });
  await expect(log).toContainText(/9:30|21:30/);
  await expect(log).not.toContainText(/12:30/);
});
