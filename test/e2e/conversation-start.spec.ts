/**
 * Where a conversation opens, in Chromium with made-up conversations: at its first unread message,
 * or at a found one. Rows that are taller than a row is assumed to be must not move that place.
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
const minuteMs = 60_000;
const readCount = 200;
/** Time in which a list that moves to its end would have done so, and told that all is read. */
const settledMs = 1_000;

let host: RendererHost | undefined;

test.use({ viewport: { width: 1_000, height: 700 } });

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

interface Texts {
  readonly read: readonly string[];
  readonly unread: readonly string[];
}

/** The list of people, beside a conversation with Ana that is not open. */
async function startWith(page: Page, { read, unread }: Texts): Promise<FakeConversations> {
  const nowMs = Date.now();
  const conversations = createFakeConversations({ nowMs });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: nowMs }));
  conversations.meet({ peerId: ana, name: 'Ana' });
  const texts = [...read, ...unread];
  for (const [index, text] of texts.entries()) {
    const { cursor } = conversations.receive(ana, text, { atMs: nowMs - (texts.length - index) * minuteMs });
    if (index === read.length - 1) conversations.store.markRead(conversationOf(ana), cursor, Infinity);
  }
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  return conversations;
}

function short(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `short ${index + 1}`);
}

function tall(...lineCounts: readonly number[]): string[] {
  return lineCounts.map((lines, index) =>
    Array.from({ length: lines }, (_, line) => `tall ${index + 1} line ${line + 1}`).join('\n'),
  );
}

function openAna(page: Page): Promise<void> {
  return page.locator(`#contact-${ana}`).click();
}

function row(page: Page, text: string): Locator {
  return page.getByRole('log').locator('p[dir=auto]').filter({ hasText: text });
}

/** Pixels from the upper edge of the list to that of the message; below 0 for one that begins above. */
async function belowTop(page: Page, text: string): Promise<number> {
  const [list, box] = [await page.getByRole('log').boundingBox(), await row(page, text).boundingBox()];
  return (box?.y ?? Number.NaN) - (list?.y ?? Number.NaN);
}

const unreadCases = [
  { name: 'short ones, then five tall unread ones', read: short(readCount), unread: tall(10, 12, 14, 16, 19) },
  { name: 'nothing else than six tall unread ones', read: [], unread: tall(10, 12, 14, 16, 18, 19) },
];

for (const { name, ...texts } of unreadCases) {
  test(`[PAGE-42] a conversation opens at its first unread message, and the rest stays unread: ${name}`, async ({ page }) => {
    const conversations = await startWith(page, texts);
    await openAna(page);
    await expect(page.getByRole('separator', { name: 'New messages' })).toBeInViewport();
    await page.waitForTimeout(settledMs);
    const listPx = (await page.getByRole('log').boundingBox())?.height ?? 0;
    const topPx = await belowTop(page, 'tall 1 line 1\n');
    expect({ isAtTop: topPx >= 0 && topPx < listPx / 4, topPx }).toEqual({ isAtTop: true, topPx });
    expect(conversations.store.conversations(1)[0]?.unread).toBe(texts.unread.length);
    await page.getByRole('button', { name: `${texts.unread.length} new messages` }).click();
    await expect.poll(() => conversations.store.conversations(1)[0]?.unread).toBe(0);
  });
}

test('[PAGE-42] a found message near the end is in view, however tall those below it are', async ({ page }) => {
  await startWith(page, { read: [...short(readCount), 'a needle', ...tall(15, 17, 19)], unread: [] });
  await openAna(page);
  await expect(row(page, 'tall 3 line 19')).toBeInViewport();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('needle');
  await page.getByRole('option', { name: /needle/u }).click();
  await expect(row(page, 'a needle')).toBeVisible();
  await page.waitForTimeout(settledMs);
  await expect(row(page, 'a needle')).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible();
});

test('[FAST-3] a list that opens at an unread message is seen within twelve frames, and nothing moves after', async ({
  page,
}) => {
  await startWith(page, { read: short(readCount), unread: tall(10, 12, 14, 16, 19) });
  await page.evaluate(watchFirstUnread);
  await openAna(page);
  const { hidden, placesPx } = await page.evaluate(() => (globalThis as unknown as { seen: () => Promise<Seen> }).seen());
  const [first = Number.NaN] = placesPx;
  expect(placesPx.filter((place) => Math.abs(place - first) > movePx)).toEqual([]);
  expect(hidden).toBeLessThanOrEqual(12);
});

/** Measuring rows may correct the position by so much. */
const movePx = 4;

interface Seen {
  /** Frames that have the list and do not show the message. */
  readonly hidden: number;
  /** Its place below the upper edge of the list, in each frame that shows it. */
  readonly placesPx: readonly number[];
}

/** Runs in the page. Watches the first tall message. */
function watchFirstUnread(): void {
  const frames = 40;
  const seen = new Promise<Seen>((resolve) => {
    const placesPx: number[] = [];
    let hidden = 0;
    const look = (): void => {
      const list = document.querySelector('[role=log]');
      const first = [...(list?.querySelectorAll('p[dir=auto]') ?? [])].find(({ textContent }) =>
        textContent.startsWith('tall 1 '),
      );
      const isSeen = first?.checkVisibility({ visibilityProperty: true });
      if (list && first && isSeen) placesPx.push(first.getBoundingClientRect().top - list.getBoundingClientRect().top);
      else if (list) hidden += 1;
      if (placesPx.length === frames) resolve({ hidden, placesPx });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  Object.assign(globalThis, { seen: () => seen });
}
