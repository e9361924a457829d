/**
 * The page as screen readers get it on Linux: in Chromium on a screen without a monitor, read
 * through AT-SPI on a session bus of the test's own.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium, expect, test, type Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { whyNoAccessibilityBus } from '../../scripts/system-packages.mjs';
import { conversationPeers, createPopulatedConversations } from '../fixtures/populated-conversations.ts';
import { startRendererHost } from '../fixtures/renderer-host.ts';
import { startDesktopBus } from './desktop-bus.ts';
import { root } from './paths.ts';

const obstacle = whyNoAccessibilityBus();
test.skip(obstacle !== undefined, `a screen reader's bus ${obstacle ?? ''}`);

/** As in playwright.config.ts. */
const rootOnly = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const watchedS = 20;

interface Heard {
  readonly elements: readonly { readonly role: string; readonly name: string }[];
  /** New names while it listened. */
  readonly changes: readonly string[];
}

/** @param beginning of the name of an element that the reader waits for */
async function listen(environment: Readonly<Record<string, string>>, beginning: string, forS: number): Promise<Heard> {
  const script = join(root, 'test/e2e/accessibility-reader.py');
  const env = { ...process.env, ...environment };
  const reader = spawn('/usr/bin/python3', [script, beginning, String(forS)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  reader.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => reader.once('close', resolve));
  expect(code).toBe(0);
  const [elements = '[]', ...changes] = output.trim().split('\n');
  return {
    elements: JSON.parse(elements) as Heard['elements'],
    changes: changes.map((line) => (JSON.parse(line) as { readonly changed: string }).changed),
  };
}

async function openPage(environment: Readonly<Record<string, string>>, use: (page: Page) => Promise<void>): Promise<void> {
  const host = await startRendererHost(createPopulatedConversations(Date.now()).hallway);
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    headless: false,
    ...(executablePath !== undefined && { executablePath }),
    args: ['--disable-background-networking', '--force-renderer-accessibility', ...rootOnly],
    env: { ...(process.env as Record<string, string>), ...environment, GNOME_ACCESSIBILITY: '1' },
  });
  try {
    const page = await browser.newPage();
    await page.goto(host.issueAddress());
    await use(page);
  } finally {
    await browser.close();
    await host.close();
  }
}

test('[A11Y-1] [A11Y-3] a screen reader finds one item per message with its whole name, and hears no names that tick', async () => {
  test.setTimeout(120_000);
  const desktop = await startDesktopBus();
  try {
    await openPage(desktop.environment, async (page) => {
      await page.locator(`#contact-${conversationPeers.everything}`).click();
      await page.locator('[data-is-there=true]').waitFor();
      const shown = await page
        .getByRole('article')
        .evaluateAll((articles) => articles.map((each) => each.getAttribute('aria-label')?.replaceAll(/\s+/gu, ' ')));
      const { elements, changes } = await listen(desktop.environment, 'People and rooms', watchedS);
      const articles = elements.filter(({ role }) => role === 'article').map(({ name }) => name);
      expect(shown.length).toBeGreaterThan(5);
      expect(articles).toEqual(shown);
      expect(articles).toContainEqual(expect.stringMatching(/^You, .*: Then I will change it\. Delivered\.$/u));
      expect(changes.length, changes.join('\n')).toBeLessThan(watchedS);
    });
  } finally {
    desktop.close();
  }
});
