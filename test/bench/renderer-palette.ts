/**
 * Bench: the palette with 1,000 people. Types into it in real Chromium over a real WebSocket, and
 * prints for each key the time from the key to the frame that shows its results. Asserts nothing
 * about time.
 *
 * Usage, after `npm run build`: node test/bench/renderer-palette.ts [--renderer DIRECTORY]
 */
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { createCrowd } from '../fixtures/populated-hallway.ts';
import { defaultRendererDirectory, startRendererHost } from '../fixtures/renderer-host.ts';
import { describeTimes, launchBrowser, show, viewport } from './page.ts';

const peerCount = 1_000;
const rounds = 8;
const texts = ['an', 'marco', 'desk', 'text size', 'zzzz'];
/** One frame of a 60 Hz display: the script of a key must not miss it. */
const goalMs = 16;

interface KeyTimes {
  /** From the event to the end of what React did with it. */
  readonly scriptMs: number;
  /** From the event to the frame after the one that drew it, so it was painted by then. */
  readonly paintMs: number;
}

const { values } = parseArgs({ options: { renderer: { type: 'string', default: defaultRendererDirectory } } });
const browser = await launchBrowser();
const host = await startRendererHost(createCrowd(peerCount, Date.now()), { directory: values.renderer });
try {
  const page = await browser.newPage({ viewport });
  await page.goto(host.issueAddress());
  await page.getByText(`(${peerCount})`).waitFor();
  await page.evaluate(watchKeys);
  for (let round = 0; round < rounds; round += 1) await typeAll(page);
  const times = await page.evaluate(() => (globalThis as unknown as { keyTimes: readonly KeyTimes[] }).keyTimes);
  const scripts = times.map(({ scriptMs }) => scriptMs);
  console.log(`the palette with ${peerCount} people: ${times.length} keys, ${rounds} times ${texts.join(', ')}`);
  console.log(`figure: script of a key: ${describeTimes(scripts)} (goal: at most ${goalMs} ms)`);
  console.log(`figure: from a key to its paint: ${describeTimes(times.map(({ paintMs }) => paintMs))}`);
  console.log(`figure: keys whose script took longer than a frame: ${scripts.filter((ms) => ms > goalMs).length}`);
  console.log(`figure: longest script of a key ${show(Math.max(...scripts))} ms`);
} finally {
  await browser.close();
  await host.close();
}

async function typeAll(page: Page): Promise<void> {
  for (const text of texts) {
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: /^Find people/u });
    await field.waitFor();
    await field.pressSequentially(text, { delay: 40 });
    await page.waitForTimeout(60);
    await page.keyboard.press('Escape');
  }
}

/** Runs in the page. React has rendered what a key changed when the event leaves its root. */
function watchKeys(): void {
  const times: KeyTimes[] = [];
  Object.assign(globalThis, { keyTimes: times });
  document.addEventListener('input', ({ timeStamp }) => {
    const scriptMs = performance.now() - timeStamp;
    requestAnimationFrame(() => requestAnimationFrame(() => times.push({ scriptMs, paintMs: performance.now() - timeStamp })));
  });
}
