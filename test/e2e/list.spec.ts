/** The list of rooms and people in the built page: sections, marks, the order under the pointer. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { createFakeConversations, type FakeConversations } from '../fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf, type FakeHallway } from '../fakes/fake-hallway.ts';
import { startRendererHost, type RendererHost } from '../fixtures/renderer-host.ts';

let host: RendererHost | undefined;

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

interface Office {
  readonly hallway: FakeHallway;
  readonly conversations: FakeConversations;
}

/** @param count people who are here, by numbers in their names */
async function openOffice(page: Page, count: number): Promise<Office> {
  const conversations = createFakeConversations({ nowMs: Date.now() });
  const hallway = createFakeHallway(fakeSelf(), { ...conversations, hasRooms: false });
  for (let number = 0; number < count; number += 1) {
    const name = `Person ${String(number).padStart(2, '0')}`;
    hallway.putPeer(fakePeer(number, { name, lastSeenMs: Date.now() }));
    conversations.meet({ peerId: fakePeerId(number), name });
  }
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await expect(rows(page).first()).toBeVisible();
  return { hallway, conversations };
}

function rows(page: Page): Locator {
  return page.getByRole('listbox', { name: 'People' }).getByRole('option');
}

function row(page: Page, number: number): Locator {
  return page.locator(`#contact-${fakePeerId(number)}`);
}

async function chooseAction(page: Page, number: number, action: string): Promise<void> {
  await row(page, number).click({ button: 'right' });
  await page.getByRole('menuitem', { name: action, exact: true }).click();
  await page.mouse.move(1_000, 700);
}

/** The names of the rows of a section, from top to bottom. */
async function namesIn(page: Page, section: string): Promise<readonly string[]> {
  return page
    .getByRole('listbox', { name: 'People' })
    .locator(`[data-section="${section}"] bdi:first-child`)
    .evaluateAll((names) => names.map((name) => name.textContent ?? '').filter((name) => name.startsWith('Person')));
}

test('[LIST-6][LIST-9] among sixty people, an unread message is in the first five rows, with its text and time', async ({
  page,
}) => {
  const { conversations } = await openOffice(page, 60);
  conversations.receive(fakePeerId(59), 'Are you there?');
  await expect(rows(page).first()).toContainText('Person 59');
  await expect(rows(page).first()).toContainText('Are you there?');
  await expect(rows(page).first()).toContainText(/\d:\d\d/);
  await expect(rows(page).first()).toHaveAccessibleName(/Person 59.*Are you there\?.*1 unread/);
});

test('[LIST-10] no row moves under the pointer, and the list catches up when it leaves', async ({ page }) => {
  const { conversations } = await openOffice(page, 12);
  const top = (): Promise<string | null> => rows(page).first().getAttribute('id');
  const before = await top();
  await row(page, 3).hover();
  const place = await row(page, 3).boundingBox();
  conversations.receive(fakePeerId(9), 'hello');
  await expect(row(page, 9)).toContainText('1 unread');
  const held = [await top(), await row(page, 3).boundingBox()];
  await page.mouse.move(1_000, 700);
  await expect(rows(page).first()).toHaveAttribute('id', `contact-${fakePeerId(9)}`);
  expect(held).toEqual([before, place]);
});

test('[LIST-10] a walk by keys meets every row once, though messages come meanwhile', async ({ page }) => {
  const { conversations } = await openOffice(page, 5);
  await page.getByRole('listbox', { name: 'People' }).focus();
  const met: (string | null)[] = [];
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press('ArrowDown');
    met.push(await page.getByRole('listbox', { name: 'People' }).getAttribute('aria-activedescendant'));
    conversations.receive(fakePeerId(4 - step), 'hello');
  }
  expect(met).toEqual([0, 1, 2, 3, 4].map((number) => `contact-${fakePeerId(number)}`));
});

test('[LIST-8] pins are set, moved and removed from the menu, by pointer and by keys', async ({ page }) => {
  await openOffice(page, 6);
  for (const number of [4, 2, 0]) await chooseAction(page, number, 'Pin');
  await expect.poll(() => namesIn(page, 'pinned')).toEqual(['Person 04', 'Person 02', 'Person 00']);
  await chooseAction(page, 0, 'Move up');
  await expect.poll(() => namesIn(page, 'pinned')).toEqual(['Person 04', 'Person 00', 'Person 02']);
  await row(page, 4).click();
  await page.getByRole('button', { name: 'More actions' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Unpin' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Move down' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.mouse.move(1_000, 700);
  await expect.poll(() => namesIn(page, 'pinned')).toEqual(['Person 00', 'Person 04', 'Person 02']);
  await expect(page.getByRole('button', { name: 'More actions' })).toBeFocused();
});

test('[LIST-4] an archived conversation leaves the list until a message comes; all can be read at once', async ({ page }) => {
  const { conversations, hallway } = await openOffice(page, 3);
  conversations.receive(fakePeerId(1), 'old news');
  hallway.leave(fakePeerId(1), 'goodbye');
  await expect(row(page, 1)).toContainText('1 unread');
  await chooseAction(page, 1, 'Archive');
  await expect(row(page, 1)).toHaveCount(0);
  const folded = page.getByRole('button', { name: 'Archived (1)' });
  await folded.click();
  await expect(row(page, 1)).toHaveAttribute('data-section', 'archived');
  await folded.click();
  conversations.receive(fakePeerId(1), 'something new');
  conversations.receive(fakePeerId(2), 'more');
  await expect(row(page, 1)).toHaveAttribute('data-section', 'unread');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(page.getByRole('button', { name: 'Mark all as read' })).toHaveCount(0);
  expect(conversations.store.conversations(9).map(({ conversation, unread }) => [conversation, unread])).toEqual([
    [conversationOf(fakePeerId(2)), 0],
    [conversationOf(fakePeerId(1)), 0],
  ]);
});

test('[LIST-7] the dot is the status of the person, and reachability shows only where it is abnormal', async ({ page }) => {
  const { hallway } = await openOffice(page, 4);
  const changes = [
    { status: 'away' },
    { status: 'busy' },
    { presence: 'suspect' },
    { presence: 'one-way', status: 'busy' },
  ] as const;
  changes.forEach((change, number) => hallway.putPeer(fakePeer(number, { name: `Person 0${number}`, ...change })));
  await expect(row(page, 3)).toContainText("Can't receive");
  const dots = await page
    .locator('[data-look]')
    .evaluateAll((all) => all.map((dot) => [dot.getAttribute('data-look'), dot.textContent]));
  expect(dots).toEqual([
    ['away', 'Away'],
    ['busy', 'Busy'],
    ['available', 'Available, Not responding'],
    ['one-way', "Busy, Can't receive"],
  ]);
});
