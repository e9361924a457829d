/**
 * Copying messages in Chromium, from a conversation far longer than the list draws or the page
 * holds: by mouse and keyboard, up to the text in the clipboard.
 */
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import { createFakeHallway, fakePeer, fakePeerId, fakeSelf } from '../fakes/fake-hallway.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import type { RendererHost } from '../fixtures/renderer-host.ts';

const ana = fakePeerId(1);
const minuteMs = 60_000;
/** More than the page holds at once, so that the first message of a range leaves it. */
const manyMessages = 2_400;
/** Up there, the page has dropped the last messages. */
const farUp = 900;

let host: RendererHost | undefined;

test.beforeEach(({ context }) => context.grantPermissions(['clipboard-read']));
test.afterEach(async () => {
  await host?.close();
  host = undefined;
});

/** A conversation of so many messages from Ana, with every tenth from us. */
async function openWith(page: Page, count: number): Promise<void> {
  const nowMs = Date.now();
  const conversations = createFakeConversations({ nowMs });
  const hallway = createFakeHallway(fakeSelf(), conversations);
  hallway.putPeer(fakePeer(1, { name: 'Ana', lastSeenMs: nowMs }));
  conversations.meet({ peerId: ana, name: 'Ana' });
  for (let number = 1; number <= count; number += 1) {
    const atMs = nowMs - (count - number) * minuteMs;
    if (number % 10 === 0) conversations.write(ana, `message ${number}`, { atMs, state: 'read' });
    else conversations.receive(ana, `message ${number}${' and more'.repeat((number * 7) % 40)}`, { atMs });
  }
  const last = conversations.store.history(conversationOf(ana), { limit: 1 })[0];
  if (last) conversations.store.markRead(conversationOf(ana), last.cursor, Infinity);
  host = await startRendererHost(hallway);
  await page.goto(host.issueAddress());
  await page.locator(`#contact-${ana}`).click();
  await expect(message(page, count)).toBeInViewport();
}

function log(page: Page): Locator {
  return page.getByRole('log');
}

function message(page: Page, number: number): Locator {
  return log(page).getByText(new RegExp(`^message ${number}( and more)*$`));
}

/** The numbers of the messages in view as a whole. */
function seenNumbers(page: Page): Promise<readonly number[]> {
  return log(page).evaluate((list) => {
    const box = list.getBoundingClientRect();
    return [...list.querySelectorAll('p[dir=auto]')].flatMap((text) => {
      const { top, bottom } = text.getBoundingClientRect();
      return top > box.top && bottom < box.bottom ? [Number(/\d+/.exec(text.textContent ?? '')?.[0])] : [];
    });
  });
}

async function scrollUpTo(page: Page, number: number): Promise<number> {
  let seen = Number.NaN;
  await expect(async () => {
    await page.keyboard.press('Home');
    seen = (await seenNumbers(page))[0] ?? Number.NaN;
    expect(seen).toBeLessThan(number);
  }).toPass({ intervals: [60], timeout: 40_000 });
  return seen;
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

const linePattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (Ana|Me): message (\d+)(?: and more)*$/;

/** The numbers of the copied messages, and the lines that are something else or have the wrong name. */
function parse(copied: string): { readonly numbers: readonly number[]; readonly others: readonly string[] } {
  const lines = copied.split('\n').map((line) => ({ line, found: linePattern.exec(line) }));
  const isRight = (name: string | undefined, number: number): boolean => name === (number % 10 === 0 ? 'Me' : 'Ana');
  return {
    numbers: lines.map(({ found }) => Number(found?.[2])),
    others: lines.flatMap(({ line, found }) => (found !== null && isRight(found[1], Number(found[2])) ? [] : [line])),
  };
}

function numbersFrom(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

test('from a click to a Shift+click far above, all messages are copied with times and names, and nothing else', async ({
  page,
}) => {
  await openWith(page, manyMessages);
  const last = manyMessages - 1;
  await message(page, last).click();
  await scrollUpTo(page, farUp);
  await expect(message(page, last)).not.toBeAttached();
  const numbers = await seenNumbers(page);
  const first = numbers[Math.floor(numbers.length / 2)] ?? Number.NaN;
  await message(page, first).click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+c');
  await expect(
    page.getByRole('status').filter({ hasText: `${(last - first + 1).toLocaleString('en')} messages copied` }),
  ).toBeVisible();
  expect(parse(await clipboard(page))).toEqual({ numbers: numbersFrom(first, last), others: [] });
});

test('Ctrl+A in the messages selects the conversation alone, and in a field its text', async ({ page }) => {
  await openWith(page, manyMessages);
  await message(page, manyMessages - 1).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await expect.poll(async () => parse(await clipboard(page))).toEqual({ numbers: numbersFrom(1, manyMessages), others: [] });

  const field = page.getByRole('textbox', { name: 'Message Ana' });
  await field.fill('half a thought');
  await field.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await expect.poll(() => clipboard(page)).toBe('half a thought');
});

test('a drag over several messages copies them with times and names, and one inside a message its words', async ({ page }) => {
  await openWith(page, 30);
  const [from, to] = [await message(page, 29).boundingBox(), await message(page, 30).boundingBox()];
  await page.mouse.move((from?.x ?? 0) + 20, (from?.y ?? 0) + 8);
  await page.mouse.down();
  await page.mouse.move((to?.x ?? 0) + 40, (to?.y ?? 0) + 8, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.press('Control+c');
  await expect.poll(async () => parse(await clipboard(page))).toEqual({ numbers: [29, 30], others: [] });

  await message(page, 30).click({ clickCount: 3 });
  await page.keyboard.press('Control+c');
  await expect.poll(async () => (await clipboard(page)).trim()).toBe('message 30');
  await message(page, 30).dblclick({ position: { x: 10, y: 8 } });
  await page.keyboard.press('Control+c');
  await expect.poll(async () => (await clipboard(page)).trim()).toBe('message');
});
