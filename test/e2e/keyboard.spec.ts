/**
 * The page by keyboard alone, in Chromium with made-up conversations: what a held or repeated key
 * does in a dialog, where the focus goes when its element disappears, and the keys of a layout
 * without Latin letters.
 */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import type { FakeConversations } from '../fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../fakes/fake-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import type { RendererHost } from '../fixtures/renderer-host.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';

const ana = fakePeerId(1);
/** Repeats of a key that is held for about a second. */
const heldRepeats = 25;

/** Ctrl in an event of the DevTools protocol. */
const ctrlModifier = 2;

let host: RendererHost | undefined;

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

async function openAna(page: Page, texts: readonly string[] = ['hello']): Promise<FakeConversations> {
  const conversations = createFakeConversations({ nowMs: Date.now() });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: Date.now() }));
  conversations.meet({ peerId: ana, name: 'Ana' });
  for (const text of texts) conversations.receive(ana, text);
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await page.locator(`#contact-${ana}`).click();
  await expect(composer(page)).toBeFocused();
  return conversations;
}

function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Message Ana' });
}

const decisions = [
  { opener: 'Compare safety numbers', safe: 'Not now' },
  { opener: 'Block', safe: 'Cancel' },
  { opener: 'Delete messages', safe: 'Cancel' },
] as const;

async function openDetails(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Details' }).click();
}

function whatIsDone(conversations: FakeConversations): unknown {
  const { verified = false, blocked = false } = conversations.contacts.get(ana) ?? {};
  return { verified, blocked, messages: conversations.store.history(conversationOf(ana), { limit: 5 }).length };
}

for (const { opener, safe } of decisions) {
  test(`holding Enter on "${opener}" opens its dialog and does nothing`, async ({ page }) => {
    const conversations = await openAna(page);
    await openDetails(page);
    await page.getByRole('button', { name: opener }).focus();
    for (let repeat = 0; repeat < heldRepeats; repeat += 1) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.getByRole('dialog').getByRole('button', { name: safe })).toBeFocused();
    expect(whatIsDone(conversations)).toEqual({ verified: false, blocked: false, messages: 1 });
  });

  test(`pressing Enter twice on "${opener}" does nothing, and leads back to it`, async ({ page }) => {
    const conversations = await openAna(page);
    await openDetails(page);
    await page.getByRole('button', { name: opener }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: opener })).toBeFocused();
    expect(whatIsDone(conversations)).toEqual({ verified: false, blocked: false, messages: 1 });
  });

  test(`Escape in the dialog of "${opener}" leads back to its button`, async ({ page }) => {
    await openAna(page);
    await openDetails(page);
    await page.getByRole('button', { name: opener }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: opener })).toBeFocused();
  });
}

test('a match needs the whole safety number to have been in view', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 260 });
  const conversations = await openAna(page);
  await openDetails(page);
  await page.getByRole('button', { name: 'Compare safety numbers' }).focus();
  await page.keyboard.press('Enter');
  const match = page.getByRole('button', { name: 'Numbers match' });
  await expect(match).toBeDisabled();
  await page.getByLabel('Safety number').locator('span').last().scrollIntoViewIfNeeded();
  await page.getByLabel('Safety number').locator('span').first().scrollIntoViewIfNeeded();
  await expect(match).toBeEnabled();
  await match.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Show safety number' })).toBeFocused();
  expect(whatIsDone(conversations)).toMatchObject({ verified: true });
});

test('the focus goes to the composer when a button disappears under it', async ({ page }) => {
  const conversations = await openAna(page, ['x\n'.repeat(100), 'short']);
  await page.getByRole('button', { name: 'Show all' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Show all' })).toHaveCount(0);
  await expect(composer(page)).toBeFocused();
  await page.getByRole('log').hover();
  await page.mouse.wheel(0, -2_000);
  await page.getByRole('button', { name: 'Jump to latest' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toHaveCount(0);
  await expect(composer(page)).toBeFocused();
  conversations.write(ana, 'waits');
  await page.getByRole('button', { name: 'Cancel this message' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Cancel this message' })).toHaveCount(0);
  await expect(composer(page)).toBeFocused();
});

test('the focus goes to the composer when the message search or the details close', async ({ page }) => {
  await openAna(page);
  await page.keyboard.press('Control+f');
  await page.keyboard.press('Escape');
  await expect(composer(page)).toBeFocused();
  await openDetails(page);
  await page.keyboard.press('Escape');
  await expect(composer(page)).toBeFocused();
});

test('a press on an empty place keeps the focus off the composer', async ({ page }) => {
  const conversations = await openAna(page);
  await page.getByRole('log').click({ position: { x: 5, y: 5 } });
  await expect(composer(page)).not.toBeFocused();
  conversations.write(ana, 'waits');
  await expect(page.getByRole('button', { name: 'Cancel this message' })).toBeVisible();
  await expect(composer(page)).not.toBeFocused();
});

test('Ctrl+K and Ctrl+I work by their places on a Cyrillic keyboard', async ({ page }) => {
  await openAna(page);
  const keyboard = await page.context().newCDPSession(page);
  const pressCtrl = async (key: string, code: string): Promise<void> => {
    for (const type of ['rawKeyDown', 'keyUp'] as const) {
      await keyboard.send('Input.dispatchKeyEvent', { type, key, code, modifiers: ctrlModifier });
    }
  };
  const network = page.getByRole('region', { name: 'Network', exact: true });
  const search = page.getByRole('searchbox');
  await pressCtrl('л', 'KeyJ');
  await pressCtrl('ш', 'KeyU');
  await expect(composer(page)).toBeFocused();
  await pressCtrl('л', 'KeyK');
  await expect(search).toBeFocused();
  await expect(network).toBeHidden();
  await pressCtrl('ш', 'KeyI');
  await expect(network).toBeVisible();
  await pressCtrl('ш', 'KeyI');
  await expect(network).toBeHidden();
  await expect(composer(page)).toBeVisible();
});
