/**
 * The page by keyboard alone, in Chromium with made-up conversations: what a held or repeated key
 * does in a dialog, where the focus goes when its element disappears, and the keys of a layout
 * without Latin letters.
 */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import type { FakeConversations } from '../fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf, type FakeHallway } from '../fakes/fake-hallway.ts';
import { problem } from '../../src/shared/text/messages/problem-values.ts';
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

async function openAna(
  page: Page,
  texts: readonly string[] = ['hello'],
  prepare?: (hallway: FakeHallway) => void,
): Promise<FakeConversations> {
  const conversations = createFakeConversations({ nowMs: Date.now() });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  prepare?.(hallway);
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
  await page.setViewportSize({ width: 900, height: 700 });
  await openDetails(page);
  await page.keyboard.press('Escape');
  await expect(composer(page)).toBeFocused();
});

test('[PAGE-40] details beside the conversation take the focus, and Escape in them gives it back to their button', async ({
  page,
}) => {
  await openAna(page);
  await openDetails(page);
  await expect(page.getByRole('button', { name: 'Close details' })).toBeFocused();
  await expect(composer(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Details' })).toBeFocused();
});

test('a press on an empty place keeps the focus off the composer', async ({ page }) => {
  const conversations = await openAna(page);
  await page.getByRole('log').click({ position: { x: 5, y: 5 } });
  await expect(composer(page)).not.toBeFocused();
  conversations.write(ana, 'waits');
  await expect(page.getByRole('button', { name: 'Cancel this message' })).toBeVisible();
  await expect(composer(page)).not.toBeFocused();
});

test('[PAL-1] Ctrl+K and Ctrl+I work by their places on a Cyrillic keyboard', async ({ page }) => {
  await openAna(page);
  const keyboard = await page.context().newCDPSession(page);
  const pressCtrl = async (key: string, code: string): Promise<void> => {
    for (const type of ['rawKeyDown', 'keyUp'] as const) {
      await keyboard.send('Input.dispatchKeyEvent', { type, key, code, modifiers: ctrlModifier });
    }
  };
  const network = page.getByRole('region', { name: 'Network', exact: true });
  const palette = page.getByRole('combobox', { name: 'Find people, rooms, settings and actions' });
  await pressCtrl('л', 'KeyJ');
  await pressCtrl('ш', 'KeyU');
  await expect(composer(page)).toBeFocused();
  await pressCtrl('л', 'KeyK');
  await expect(palette).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(composer(page)).toBeFocused();
  await expect(network).toBeHidden();
  await pressCtrl('ш', 'KeyI');
  await expect(network).toBeVisible();
  await pressCtrl('ш', 'KeyI');
  await expect(network).toBeHidden();
  await expect(composer(page)).toBeVisible();
});

test('[A11Y-41] keys open the neighbour, the next unread conversation, and the one at a place', async ({ page }) => {
  const conversations = createFakeConversations({ nowMs: Date.now() });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  for (const [index, name] of ['Ana', 'Bo', 'Cy', 'Di'].entries()) {
    hallway.putPeer(fakePeer(index + 1, { name, lastSeenMs: Date.now() }));
    conversations.meet({ peerId: fakePeerId(index + 1), name });
  }
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await page.locator(`#contact-${ana}`).click();
  const shown = (name: string): Locator => page.getByRole('textbox', { name: `Message ${name}` });
  await expect(shown('Ana')).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(shown('Bo')).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(shown('Ana')).toBeFocused();
  conversations.receive(fakePeerId(4), 'unread');
  await expect(page.locator(`#contact-${fakePeerId(4)}`)).toContainText('1');
  await page.keyboard.press('Control+j');
  await expect(shown('Di')).toBeFocused();
  await page.locator(`#contact-${ana}`).click();
  conversations.receive(fakePeerId(3), 'unread too');
  await expect(page.locator(`#contact-${fakePeerId(3)}`)).toContainText('1');
  await page.keyboard.press('Alt+Shift+ArrowUp');
  await expect(shown('Cy')).toBeFocused();
});

test('[A11Y-20] F6 and Shift+F6 move between the parts of the window, and not behind a dialog', async ({ page }) => {
  await openAna(page);
  const [list, lines] = [page.getByRole('listbox', { name: 'People and rooms' }), page.getByRole('log')];
  const isIn = async (part: Locator): Promise<void> =>
    expect.poll(() => part.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('F6');
  await expect(list).toBeFocused();
  await page.keyboard.press('F6');
  await isIn(lines);
  await page.keyboard.press('F6');
  await expect(composer(page)).toBeFocused();
  await page.getByRole('button', { name: 'Details' }).click();
  await page.keyboard.press('F6');
  await expect(list).toBeFocused();
  await page.keyboard.press('Shift+F6');
  await isIn(page.getByRole('complementary'));
  await page.keyboard.press('Shift+F6');
  await expect(composer(page)).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('F6');
  await expect(page.getByRole('combobox', { name: 'Find people, rooms, settings and actions' })).toBeFocused();
});

test('[A11Y-20] banners are a part of the window, and without any they are none', async ({ page }) => {
  let hallway: FakeHallway | undefined;
  await openAna(page, ['hello'], (given) => void (hallway = given));
  const clears = [
    problem('login-item-failed', 'error', { reason: 'EACCES' }),
    problem('shortcut-taken', 'warning', { shortcut: 'Ctrl+Alt+H' }),
  ].map((entry) => hallway?.health.report(entry));
  const [banners, list] = [page.locator('[data-landmark=banners]'), page.getByRole('listbox', { name: 'People and rooms' })];
  const isIn = (): Promise<boolean> => banners.evaluate((element) => element.contains(document.activeElement));
  await expect(banners.getByRole('heading')).toHaveCount(1);
  await page.keyboard.press('F6');
  await expect.poll(isIn).toBe(true);
  // The way to all of them, and back.
  await page.keyboard.press('Enter');
  await expect(banners.getByRole('heading')).toHaveCount(2);
  await page.keyboard.press('F6');
  await expect(list).toBeFocused();
  await page.keyboard.press('Shift+F6');
  await expect.poll(isIn).toBe(true);
  // A banner with nothing to press takes the focus itself.
  clears[1]?.();
  await expect(banners.getByRole('heading')).toHaveCount(1);
  await list.focus();
  await page.keyboard.press('Shift+F6');
  await expect.poll(isIn).toBe(true);
  clears[0]?.();
  await expect(banners.getByRole('heading')).toHaveCount(0);
  await list.focus();
  await page.keyboard.press('Shift+F6');
  await expect(composer(page)).toBeFocused();
});

test('[PAL-1, PAL-2] the palette opens the row of a setting, and gives the focus back when it closes', async ({ page }) => {
  await openAna(page);
  const palette = page.getByRole('combobox', { name: 'Find people, rooms, settings and actions' });
  await page.keyboard.press('Control+k');
  await palette.fill('text size');
  await expect(page.locator('[id^=go-][aria-selected=true]')).toHaveText(/^Text size/u);
  await page.keyboard.press('Escape');
  await expect(composer(page)).toBeFocused();
  await page.keyboard.press('Control+k');
  await palette.fill('text size');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Settings' }).locator(':focus')).toBeVisible();
  await page.keyboard.press('Control+k');
  await palette.fill('ana');
  await page.keyboard.press('Enter');
  await expect(composer(page)).toBeFocused();
});

test('[A11Y-41] Alt with an arrow opens a select, not another conversation', async ({ page }) => {
  await openAna(page);
  const status = page.getByRole('combobox', { name: 'Your status' });
  await status.focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(status).toBeFocused();
  await expect(composer(page)).toBeVisible();
});
