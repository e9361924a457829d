/** The details of a person or a room in Chromium, while the width of the window changes. */
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../fakes/fake-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import type { RendererHost } from '../fixtures/renderer-host.ts';

const ana = fakePeerId(1);
const narrow = { width: 900, height: 700 };
const wide = { width: 1_280, height: 700 };

let host: RendererHost | undefined;

test.use({ viewport: narrow });

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

async function start(page: Page): Promise<void> {
  const nowMs = Date.now();
  const conversations = createFakeConversations({ nowMs });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: nowMs }));
  conversations.meet({ peerId: ana, name: 'Ana' });
  conversations.receive(ana, 'hello');
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
}

test('[PAGE-40] the details that cover a conversation go beside it as the window becomes wide', async ({ page }) => {
  await start(page);
  await page.locator(`#contact-${ana}`).click();
  await page.getByRole('button', { name: 'Details' }).click();
  const composer = page.getByRole('textbox', { name: 'Message Ana' });
  const panel = page.getByRole('complementary');
  await expect(composer).toHaveCount(0);
  await page.setViewportSize(wide);
  await expect(composer).toBeVisible();
  await expect(panel.getByRole('article', { name: 'About Ana' })).toBeVisible();
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('searchbox', { name: 'Search messages' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close details' }).click();
  await expect(panel).toHaveCount(0);
  await expect(composer).toBeVisible();
});

test('[PAGE-40] a question about a person stays open as the window becomes wide', async ({ page }) => {
  await start(page);
  await page.locator(`#contact-${ana}`).click();
  await page.getByRole('button', { name: 'Details' }).click();
  await page.getByRole('button', { name: 'Block', exact: true }).click();
  await page.setViewportSize(wide);
  await expect(page.getByRole('textbox', { name: 'Message Ana' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('complementary').getByRole('article', { name: 'About Ana' })).toBeVisible();
});

test('[PAGE-40] the details of a room are a dialog or a panel, never both', async ({ page }) => {
  await start(page);
  await page.setViewportSize(wide);
  await page.locator('#room-everyone').click();
  const button = page.getByRole('button', { name: 'Members and settings' });
  const shown = { dialog: page.getByRole('dialog'), panel: page.getByRole('complementary') };
  await button.click();
  await expect(shown.panel).toBeVisible();
  await page.setViewportSize(narrow);
  await expect(shown.panel).toHaveCount(0);
  await button.click();
  await expect(shown.dialog).toBeVisible();
  await page.setViewportSize(wide);
  await expect(shown.panel).toBeVisible();
  await expect(shown.dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Close details' }).click();
  await expect(shown.panel).toHaveCount(0);
  await page.setViewportSize(narrow);
  await expect(shown.dialog).toHaveCount(0);
});
