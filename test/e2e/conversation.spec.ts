/**
 * The conversation pane in Chromium with made-up conversations. It covers features that need a real
 * browser: the scroll position during loading, read marks, and the security policy. Two running
 * instances are in two-people.spec.ts.
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
const bo = fakePeerId(2);
/** Of a few rows that happen to be drawn beyond the visible ones. */
const rowNodes = 100;
const minuteMs = 60_000;
/** Time for another page of messages to load and render; after that the test scrolls again. */
const pageMs = 250;

let host: RendererHost | undefined;
let complaints: string[] = [];

test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

/** A conversation of `count` messages from Ana, all read. */
async function openWith(page: Page, count: number): Promise<FakeConversations> {
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (entry) => {
    if (['error', 'warning'].includes(entry.type()) && !entry.text().includes('WebSocket')) complaints.push(entry.text());
  });
  const nowMs = Date.now();
  const conversations = createFakeConversations({ nowMs });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  for (const [number, name] of ['Ana', 'Bo'].entries()) {
    hallway.putPeer(fakePeer(number + 1, { name, lastSeenMs: nowMs }));
    conversations.meet({ peerId: fakePeerId(number + 1), name });
  }
  for (let number = 1; number <= count; number += 1) {
    conversations.receive(ana, `message ${number}${' and more'.repeat((number * 7) % 40)}`, {
      atMs: nowMs - (count - number) * minuteMs,
    });
  }
  const last = conversations.store.history(conversationOf(ana), { limit: 1 })[0];
  if (last) conversations.store.markRead(conversationOf(ana), last.cursor, Infinity);
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await page.locator(`#contact-${ana}`).click();
  return conversations;
}

function log(page: Page): Locator {
  return page.getByRole('log');
}

function message(page: Page, number: number): Locator {
  return log(page).getByText(new RegExp(`^message ${number}( and more)*$`));
}

async function scrollUp(page: Page, wheels: number): Promise<void> {
  await log(page).hover();
  for (let wheel = 0; wheel < wheels; wheel += 1) {
    await page.mouse.wheel(0, -300);
    await page.waitForTimeout(30);
  }
}

test('a conversation opens at its end, and scrolling up loads all older messages', async ({ page }) => {
  await openWith(page, 400);
  await expect(message(page, 400)).toBeInViewport();
  await log(page).focus();
  // To the top of the loaded messages, repeatedly: by keyboard, and in one jump.
  await expect(async () => {
    await page.keyboard.press('Home');
    await expect(message(page, 1)).toBeInViewport({ timeout: pageMs });
  }).toPass({ intervals: [0], timeout: 30_000 });
  expect(complaints).toEqual([]);
});

test('[FAST-3] the first visible frame is final: nothing moves after it', async ({ page }) => {
  await openWith(page, 200);
  await expect(message(page, 200)).toBeInViewport();
  await page.keyboard.press('Escape');
  await page.evaluate(watchLastMessage);
  await page.locator(`#contact-${ana}`).click();
  const placesPx = await page.evaluate(() => (globalThis as unknown as { placesSeen: () => Promise<number[]> }).placesSeen());
  const [first = Number.NaN, ...later] = placesPx;
  // Measuring rows may correct the position by a pixel or two.
  expect(later.filter((place) => Math.abs(place - first) > 4)).toEqual([]);
  expect(later.length).toBeGreaterThan(0);
});

test('[FAST-3] messages are seen within three frames after they are there', async ({ page }) => {
  await openWith(page, 200);
  await expect(message(page, 200)).toBeInViewport();
  await page.keyboard.press('Escape');
  await page.evaluate(countHiddenFrames);
  await page.locator(`#contact-${ana}`).click();
  const frames = await page.evaluate(() => (globalThis as unknown as { hiddenFrames: () => Promise<number> }).hiddenFrames());
  expect(frames).toBeLessThanOrEqual(3);
});

/** Runs in the page. Counts the frames that have the list and show no message. */
function countHiddenFrames(): void {
  const counted = new Promise<number>((resolve) => {
    let frames = 0;
    const look = (): void => {
      const list = document.querySelector('[role=log]');
      const last = [...(list?.querySelectorAll('p[dir=auto]') ?? [])].at(-1);
      if (last?.checkVisibility({ visibilityProperty: true })) return resolve(frames);
      if (list !== null) frames += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  Object.assign(globalThis, { hiddenFrames: () => counted });
}

test('[FAST-5] switching between conversations leaves no elements and no listeners behind', async ({ page }) => {
  const conversations = await openWith(page, 200);
  conversations.receive(bo, 'hello');
  const session = await page.context().newCDPSession(page);
  async function countAfterSwitches(): Promise<{ readonly nodes: number; readonly jsEventListeners: number }> {
    for (let turn = 0; turn < 12; turn += 1) {
      await page.locator(`#contact-${turn % 2 === 0 ? bo : ana}`).click();
      await expect(log(page).getByRole('article').first()).toBeVisible();
    }
    await expect(message(page, 200)).toBeInViewport();
    await session.send('HeapProfiler.collectGarbage');
    return session.send('Memory.getDOMCounters');
  }
  await countAfterSwitches();
  const before = await countAfterSwitches();
  const difference = async (): Promise<number> => {
    const { nodes, jsEventListeners } = await countAfterSwitches();
    return jsEventListeners - before.jsEventListeners + Math.max(0, nodes - before.nodes - rowNodes);
  };
  // Garbage goes when timers of the list have run. Each look takes seconds on a busy computer.
  await expect.poll(difference, { timeout: minuteMs / 2 }).toBe(0);
});

/**
 * Runs in the page. Records the last message's distance from the lower edge, in each frame that
 * shows it.
 */
function watchLastMessage(): void {
  const frames = 40;
  const places: number[] = [];
  const watched = new Promise<number[]>((resolve) => {
    const look = (framesLeft: number): void => {
      const list = document.querySelector('[role=log]');
      const last = [...(list?.querySelectorAll('p[dir=auto]') ?? [])].at(-1);
      const isSeen = last?.checkVisibility({ visibilityProperty: true });
      if (list && last && isSeen) places.push(list.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom);
      // Counts from its first appearance, however long that takes.
      const next = places.length > 0 ? framesLeft - 1 : framesLeft;
      if (next === 0) resolve(places);
      else requestAnimationFrame(() => look(next));
    };
    look(frames);
  });
  Object.assign(globalThis, { placesSeen: () => watched });
}

/** A wheel step, in pixels. */
const wheelPx = 120;
/** Wheel steps that bring the reader to the start of the first page. */
const wheels = 60;
/** Rounding of positions, in pixels. */
const roundingPx = 2;

test('the visible messages stay in place while older ones are prepended', async ({ page }) => {
  await openWith(page, 300);
  await expect(message(page, 300)).toBeInViewport();
  await log(page).hover();
  await page.evaluate(watchMoves);
  for (let wheel = 0; wheel < wheels; wheel += 1) {
    await page.mouse.wheel(0, -wheelPx);
    await page.waitForTimeout(100);
  }
  const movesPx = await page.evaluate(() => (globalThis as unknown as { movesSeen: number[] }).movesSeen);
  // Down by the wheel alone, and never back up. Some steps may meet in one frame.
  expect(movesPx.filter((by) => by < -roundingPx || by > 4 * wheelPx)).toEqual([]);
  expect(movesPx.reduce((sum, by) => sum + by, 0)).toBeGreaterThan((wheels * wheelPx) / 2);
});

/**
 * Runs in the page. Records how far the visible texts move from one painted frame to the next. Rows
 * are measured between layout and paint, so a look before the paint would see what nobody sees.
 */
function watchMoves(): void {
  const list = document.querySelector('[role=log]');
  const moves: number[] = [];
  let before = new Map<string | null, number>();
  const look = (): void => {
    const box = list?.getBoundingClientRect();
    const now = new Map<string | null, number>();
    for (const text of list?.querySelectorAll('p[dir=auto]') ?? []) {
      const { top, bottom } = text.getBoundingClientRect();
      if (box && bottom > box.top && top < box.bottom) now.set(text.textContent, top);
    }
    for (const [text, top] of now) {
      const topBefore = before.get(text);
      if (topBefore === undefined) continue;
      moves.push(top - topBefore);
      break;
    }
    before = now;
    nextFrame();
  };
  const { scheduler } = globalThis as unknown as {
    scheduler: { postTask(task: () => void, options: { priority: string }): void };
  };
  // The first task after the paint.
  const nextFrame = (): void => void requestAnimationFrame(() => scheduler.postTask(look, { priority: 'user-blocking' }));
  nextFrame();
  Object.assign(globalThis, { movesSeen: moves });
}

test('at the end, new messages scroll into view and are read; further up they are counted, one press away', async ({ page }) => {
  const conversations = await openWith(page, 200);
  await expect(message(page, 200)).toBeInViewport();
  conversations.receive(ana, 'message 201');
  await expect(message(page, 201)).toBeInViewport();
  await expect.poll(() => conversations.store.conversations(1)[0]?.unread).toBe(0);
  await scrollUp(page, 6);
  conversations.receive(ana, 'message 202');
  conversations.receive(ana, 'message 203');
  const jump = page.getByRole('button', { name: '2 new messages' });
  await expect(jump).toBeVisible();
  expect(conversations.store.conversations(1)[0]?.unread).toBe(2);
  await jump.click();
  await expect(message(page, 203)).toBeInViewport();
  await expect(page.getByRole('separator', { name: 'New messages' })).toBeVisible();
  await expect.poll(() => conversations.store.conversations(1)[0]?.unread).toBe(0);
});

test('the end stays in view while the composer grows line by line, and shrinks again', async ({ page }) => {
  await openWith(page, 50);
  const last = log(page).locator('[data-own]').last();
  await expect(last).toBeInViewport({ ratio: 1 });
  for (let line = 1; line <= 6; line += 1) {
    await page.keyboard.type(`line ${line}`);
    await page.keyboard.press('Shift+Enter');
    await expect(last).toBeInViewport({ ratio: 1 });
  }
  await page.getByRole('textbox', { name: 'Message Ana' }).fill('');
  await expect(last).toBeInViewport({ ratio: 1 });
});

test('our own new message is shown, even while the user reads older ones', async ({ page }) => {
  const conversations = await openWith(page, 300);
  await scrollUp(page, 6);
  await page.getByRole('textbox', { name: 'Message Ana' }).fill('answer');
  await page.keyboard.press('Enter');
  await expect(log(page).getByText('answer')).toBeInViewport();
  await expect(log(page).getByRole('img', { name: 'Queued' })).toBeVisible();
  const own = conversations.store.history(conversationOf(ana), { limit: 1 })[0];
  conversations.setDelivery(own?.messageId ?? '', 'delivered');
  await expect(log(page).getByRole('img', { name: 'Delivered' })).toBeVisible();
});

test('a search result is shown in context, where the user can read on to the end, and go back', async ({ page }) => {
  await openWith(page, 1_000);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('message 300');
  await page.getByRole('option', { name: /message 300/ }).click();
  await expect(message(page, 300)).toBeInViewport();
  await expect(message(page, 299)).toBeInViewport();
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await expect(message(page, 1_000)).toBeInViewport();
  await page.getByRole('button', { name: 'Results' }).click();
  await expect(page.getByRole('option', { name: /message 300/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(message(page, 1_000)).toBeInViewport();
  expect(complaints).toEqual([]);
});

test('a draft and its conversation survive a reload', async ({ page }) => {
  await openWith(page, 5);
  await page.getByRole('textbox', { name: 'Message Ana' }).fill('half a thought');
  await page.reload();
  await page.locator(`#contact-${ana}`).click();
  await expect(page.getByRole('textbox', { name: 'Message Ana' })).toHaveValue('half a thought');
  await expect(message(page, 5)).toBeInViewport();
});

test('a selection over several messages copies only their texts', async ({ page }) => {
  const conversations = await openWith(page, 0);
  conversations.receive(ana, 'first line\nsecond line');
  conversations.write(ana, 'an answer', { state: 'read' });
  await expect(log(page).getByText('an answer')).toBeVisible();
  const copied = await page.evaluate(() => {
    const [first, last] = [...document.querySelectorAll('[role=log] p[dir=auto]')];
    if (first === undefined || last === undefined) return '';
    getSelection()?.setBaseAndExtent(first, 0, last, last.childNodes.length);
    return getSelection()?.toString() ?? '';
  });
  expect(copied.split(/\n+/)).toEqual(['first line', 'second line', 'an answer']);
});

test('the page is never wider than the window, however long a word, a name or an address', async ({ page }) => {
  const conversations = await openWith(page, 1);
  conversations.receive(ana, 'W'.repeat(3_000));
  conversations.receive(ana, 'مرحبا '.repeat(300));
  conversations.receive(ana, `https://example.com/${'path/'.repeat(60)}`);
  await page.setViewportSize({ width: 360, height: 640 });
  await expect(log(page).getByRole('link')).toBeAttached();
  const overflow = await page.evaluate(() =>
    [document.documentElement, document.querySelector('[data-pane=main]'), document.querySelector('[role=log]')].map((box) =>
      box ? box.scrollWidth - box.clientWidth : -1,
    ),
  );
  expect(overflow).toEqual([0, 0, 0]);
});
