/**
 * The page for people who use a keyboard, a screen reader or large text: messages as items, what
 * Escape does, structure, and 200 % text in a narrow window.
 */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { scenes, withScene, type SceneName } from './scenes.ts';

/** Half a pixel is rounding. */
const roundingPx = 1;

function articles(page: Page): Locator {
  return page.getByRole('log').getByRole('article');
}

test('[A11Y-1][A11Y-2] messages are items with full names; arrows move between them, and C copies one', async ({ browser }) => {
  await withScene(browser, 'conversation', {}, async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('textbox', { name: 'Message Priya Raman' }).focus();
    await page.keyboard.press('Shift+Tab');
    while (
      !(await articles(page)
        .last()
        .evaluate((article) => article.contains(document.activeElement)))
    )
      await page.keyboard.press('Shift+Tab');
    while ((await page.evaluate(() => document.activeElement?.getAttribute('role'))) !== 'article')
      await page.keyboard.press('Shift+Tab');
    await expect(articles(page).last()).toBeFocused();
    await expect(articles(page).last()).toHaveAccessibleName(/^You, \d+:\d\d.[AP]M: Tell me when you have it\. Queued\.$/);
    await page.keyboard.press('ArrowUp');
    await expect(page.locator(':focus')).toHaveAccessibleName(/: The dump is too long, .*\. Sent\.$/);
    await page.keyboard.press('c');
    await expect(page.getByRole('status').filter({ hasText: '1 message copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'The dump is too long, so I put it into the shared folder.',
    );
    for (let step = 0; step < 30; step += 1) await page.keyboard.press('ArrowUp');
    await expect(page.locator(':focus')).toHaveAccessibleName(/: Good morning! Did the nightly build go through\?$/);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('textbox', { name: 'Message Priya Raman' })).toBeFocused();
  });
});

test('[A11Y-4] Escape closes the search first and leaves only an empty composer; Alt+Left goes back', async ({ browser }) => {
  await withScene(browser, 'conversation', {}, async (page) => {
    const field = page.getByRole('textbox', { name: 'Message Priya Raman' });
    const conversation = page.getByRole('region', { name: 'Conversation with Priya Raman' });
    await field.fill('half a thought');
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('search')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(conversation).toBeVisible();
    await expect(field).toHaveValue('half a thought');
    await page.keyboard.press('Alt+ArrowLeft');
    await expect(conversation).toHaveCount(0);
    await page.keyboard.press('Alt+ArrowRight');
    await field.fill('');
    await page.keyboard.press('Escape');
    await expect(conversation).toHaveCount(0);
  });
});

const drawn: readonly SceneName[] = [
  ...(['list', 'conversation', 'new-key', 'details', 'room', 'profile', 'list-menu', 'looking'] as const),
  ...(['compare', 'find-results', 'room-details', 'join-room'] as const),
];

for (const scene of drawn) {
  test(`[A11Y-8] what screen readers find in the scene ${scene}`, async ({ browser }) => {
    await withScene(browser, scene, {}, async (page) => {
      const tree = await page.locator('body').ariaSnapshot();
      expect(
        tree.replaceAll(/\d{1,2}:\d\d(?::\d\d)?\s[AP]M/gu, 'TIME').replaceAll(/[A-Z][a-z]{2} \d{1,2}, \d{4}, TIME/gu, 'DATE'),
      ).toMatchSnapshot(`${scene}.aria.txt`);
    });
  });
}

/** Opened in a narrow window. */
const narrowScenes = [
  'list-narrow',
  'conversation-narrow',
  'alone-narrow',
  'settings-narrow',
  'palette-narrow',
] as const satisfies readonly SceneName[];

for (const scene of narrowScenes) {
  test(`[A11Y-7] at 200 % text and 360 pixels, nothing overlaps or is cut in the scene ${scene}`, async ({ browser }) => {
    await withScene(browser, scene, { textSize: '200%' }, async (page) => {
      await expect.poll(() => page.evaluate(findFaults, roundingPx)).toEqual([]);
      expect(await page.evaluate(findOverlaps, roundingPx)).toEqual([]);
    });
  });
}

/** Opened in a wide window, which becomes narrow. At night it is every scene. */
const narrowed: readonly SceneName[] =
  process.env['HALLWAY_LONG'] === '1'
    ? (Object.keys(scenes) as SceneName[]).filter((scene) => scene !== 'list-menu')
    : [
        ...(['new-key', 'compare', 'details', 'block', 'find-results', 'room', 'room-details', 'private-new'] as const),
        ...(['private-details', 'profile', 'network-trouble', 'settings-notifications', 'delete-all', 'offline'] as const),
      ];

for (const scene of narrowed) {
  test(`[A11Y-7] a window that becomes narrow, at 200 % text, cuts nothing in the scene ${scene}`, async ({ browser }) => {
    await withScene(browser, scene, {}, async (page) => {
      await page.setViewportSize({ width: 360, height: 700 });
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      await expect.poll(() => page.evaluate(findFaults, roundingPx)).toEqual([]);
      expect(await page.evaluate(findOverlaps, roundingPx)).toEqual([]);
    });
  });
}

for (const scene of ['details', 'room-details', 'private-details', 'conversation-hostile'] as const) {
  test(`[PAGE-40] nothing is cut or sticks out beside a conversation in the scene ${scene}`, async ({ browser }) => {
    await withScene(browser, scene, {}, async (page) => {
      await expect.poll(() => page.evaluate(findFaults, roundingPx)).toEqual([]);
    });
  });
}

/** @returns rows that overlap, names and texts that are cut, and what sticks out of the window */
function findFaults(slackPx: number): readonly string[] {
  const shown = (selector: string): HTMLElement[] =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter(
      (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1,
    );
  const name = (element: Element): string => `${element.tagName} "${(element.textContent ?? '').slice(0, 30)}"`;
  const faults: string[] = [];
  for (const list of ['[role=option]', '[role=article]', 'header > :not(dialog)', 'footer > *']) {
    const boxes = shown(list);
    boxes.forEach((box, index) => {
      const next = boxes[index + 1];
      if (next === undefined || next.parentElement?.closest('[role]') !== box.parentElement?.closest('[role]')) return;
      const [a, b] = [box.getBoundingClientRect(), next.getBoundingClientRect()];
      const isApart =
        a.bottom <= b.top + slackPx || a.right <= b.left + slackPx || b.right <= a.left + slackPx || b.bottom <= a.top + slackPx;
      if (!isApart) faults.push(`${name(box)} overlaps ${name(next)}`);
    });
  }
  for (const text of shown('[role=option] bdi:first-child, h2, h3, [role=log] p, button, p:not(.visually-hidden)')) {
    const isCut =
      text.scrollWidth > text.clientWidth + slackPx &&
      getComputedStyle(text).overflowX !== 'visible' &&
      // For screen readers alone.
      getComputedStyle(text).clipPath === 'none' &&
      text.closest('[role=option] span:nth-child(2) > span:nth-child(2)') === null;
    if (isCut && text.clientWidth > 0) faults.push(`${name(text)} is cut`);
  }
  for (const element of shown('button, input, textarea, [role=option], [role=article], h2, p:not(.visually-hidden)')) {
    const { left, right } = element.getBoundingClientRect();
    if (left < -slackPx || right > window.innerWidth + slackPx) faults.push(`${name(element)} sticks out`);
  }
  if (document.documentElement.scrollWidth > window.innerWidth) faults.push('the page scrolls sideways');
  return faults;
}

/** @returns lines of text that lie on lines of another element, where both can be seen */
function findOverlaps(slackPx: number): readonly string[] {
  const shown = [...document.querySelectorAll<HTMLElement>('p:not(.visually-hidden), h2, h3, button')].filter(
    (element) => element.checkVisibility() && element.closest('[role=option]') === null,
  );
  const linesOf = (element: Element): DOMRect[] => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const lines: DOMRect[] = [];
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      range.selectNodeContents(text);
      lines.push(...range.getClientRects());
    }
    return lines;
  };
  const isClear = (element: Element): boolean => /^rgba\(.*, 0\)$/u.test(getComputedStyle(element).backgroundColor);
  const touches = (text: Element, other: Element, a: DOMRect, b: DOMRect): boolean => {
    const [width, height] = [
      Math.min(a.right, b.right) - Math.max(a.left, b.left),
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
    ];
    if (width <= slackPx || height <= slackPx) return false;
    const seen = document.elementsFromPoint(Math.max(a.left, b.left) + width / 2, Math.max(a.top, b.top) + height / 2);
    const places = [text, other].map((each) => seen.findIndex((element) => each.contains(element)));
    const [upper = -1, lower = -1] = places.toSorted((left, right) => left - right);
    // A dialog, or a bar that stays while the rest scrolls, hides the lower one on purpose.
    return upper >= 0 && seen.slice(upper, lower).every(isClear);
  };
  const all = shown.map((element) => ({ element, lines: linesOf(element) }));
  return all.flatMap(({ element, lines }, index) =>
    all
      .slice(index + 1)
      .filter((other) => !element.contains(other.element) && !other.element.contains(element))
      .filter((other) => lines.some((a) => other.lines.some((b) => touches(element, other.element, a, b))))
      .map((other) => `"${element.textContent.slice(0, 30)}" lies on "${other.element.textContent.slice(0, 30)}"`),
  );
}
