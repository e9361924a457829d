/**
 * Bench: opening a conversation of 100,000 messages beside one of 100, from the click to the frame in which messages are seen. Everything is real:
 * the database file, the built `hallway open`, its WebSocket, Chromium. Prints figures and asserts nothing: a machine that is busy with
 * something else is not a fault of the renderer.
 *
 * Usage, after `npm run build`: node test/bench/renderer-conversation.ts [--messages N] [--rounds N]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { createMessageIds } from '../../src/main/core/messaging/wire/message-id.ts';
import type { MessageStore } from '../../src/main/core/messaging/ports.ts';
import { openMessageStore } from '../../src/main/node/storage/database/message-store.ts';
import { createSystemClock } from '../../src/main/node/system/system-ports.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { startCommand } from '../e2e/command.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSampleTexts } from './sample-texts.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '20' } },
});
/** The goal of the project for the long one. */
const goalMs = 200;
const shortCount = 100;
const longCount = Number(values.messages);
const rounds = Number(values.rounds);
const batchSize = 1_000;
const minuteMs = 60_000;
/** Where nobody else is heard. */
const port = 19_187;

interface Person {
  readonly peerId: string;
  readonly name: string;
  readonly count: number;
}
const long: Person = { peerId: 'a'.repeat(52), name: 'Ana Long', count: longCount };
const short: Person = { peerId: 'b'.repeat(52), name: 'Ben Short', count: shortCount };

const profile = mkdtempSync(join(tmpdir(), 'hallway-bench-conversation-'));
try {
  await fill();
  await run();
} finally {
  rmSync(profile, { recursive: true, force: true });
}

async function fill(): Promise<void> {
  const opened = await openMessageStore(join(profile, 'messages.db'), { clock: createSystemClock() });
  if (!opened.ok) throw new Error(opened.problem.code);
  const texts = createSampleTexts(createSeededRandom('texts'), 100);
  const ids = createMessageIds(createSeededRandom('ids'));
  for (const person of [long, short]) {
    for (let first = 1; first <= person.count; first += batchSize) {
      opened.store.batch(() => {
        const end = Math.min(person.count, first + batchSize - 1);
        for (let number = first; number <= end; number += 1)
          put(opened.store, person, number, ids.next(Date.now()), texts.next());
      });
    }
    const [last] = opened.store.history(conversationOf(person.peerId), { limit: 1 });
    if (last) opened.store.markRead(conversationOf(person.peerId), last.cursor, Infinity);
    opened.store.putContact({
      peerId: person.peerId,
      name: person.name,
      firstSeenMs: 0,
      lastSeenMs: 0,
      nameSinceMs: 0,
      verified: false,
      blocked: false,
    });
  }
  opened.store.close();
}

/** Every third one is ours. */
function put(store: MessageStore, { peerId, name, count }: Person, number: number, messageId: string, text: string): void {
  const atMs = Date.now() - (count - number) * minuteMs;
  const common = { messageId, conversation: conversationOf(peerId), text, sentAtMs: atMs };
  if (number % 3 > 0) {
    store.addIncoming({ ...common, from: peerId, fromName: name, sequence: number, receivedAtMs: atMs });
    return;
  }
  store.addOutgoing({ ...common, from: 's'.repeat(52), fromName: 'Noor' });
  store.setState(messageId, 'read');
}

async function run(): Promise<void> {
  const network = ['--interface', 'lo', '--port', String(port)];
  const command = startCommand(['open', '--no-browser', '--profile', profile, '--name', 'Noor', ...network]);
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1080, height: 760 } });
    await page.goto(await command.firstMatch(/http:\/\/\S+#code=\S+/));
    await page.evaluate(watchOpenings);
    const times = { long: [] as number[], short: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.long.push(await openOnce(page, long));
      times.short.push(await openOnce(page, short));
    }
    print(times.long, times.short);
  } finally {
    await browser.close();
    await command.stop();
  }
}

/** @returns milliseconds from the click to the frame after the one in which messages were drawn */
async function openOnce(page: Page, { peerId, count }: Person): Promise<number> {
  await page.locator(`#contact-${peerId}`).click();
  const tookMs = await page.evaluate(() => (globalThis as unknown as { hallwayOpening: () => Promise<number> }).hallwayOpening());
  const shown = await page.getByRole('log').locator('p[dir=auto]').count();
  if (shown === 0 || shown > count) throw new Error(`${shown} messages are drawn`);
  await page.keyboard.press('Escape');
  await page.getByRole('log').waitFor({ state: 'detached' });
  return tookMs;
}

/**
 * Runs in the page. From the event itself, not from when it was handled; to the task after the frame in which a message is found drawn:
 * at most one frame late.
 */
function watchOpenings(): void {
  let opening = Promise.resolve(0);
  const isSeen = (): boolean => {
    const list = document.querySelector('[role=log]');
    const text = [...(list?.querySelectorAll('p[dir=auto]') ?? [])].at(-1);
    if (!list || !text?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const [frame, box] = [list.getBoundingClientRect(), text.getBoundingClientRect()];
    return box.bottom > frame.top && box.top < frame.bottom;
  };
  const onClick = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest('[role=option]') === null) return;
    opening = new Promise((resolve) => {
      const look = (): void => {
        if (!isSeen()) return void requestAnimationFrame(look);
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => resolve(performance.now() - event.timeStamp));
        port1.start();
        port2.postMessage(undefined);
      };
      requestAnimationFrame(look);
    });
  };
  document.addEventListener('click', onClick, { capture: true });
  Object.assign(globalThis, { hallwayOpening: () => opening });
}

function print(longMs: readonly number[], shortMs: readonly number[]): void {
  const of = (times: readonly number[]): string => {
    const sorted = times.toSorted((a, b) => a - b);
    return `first ${show(times[0])} ms, median ${show(median(times))} ms, longest ${show(sorted.at(-1))} ms`;
  };
  console.log(`a conversation opened ${rounds} times, from the click to the frame that shows messages`);
  console.log(`figure: of ${long.count} messages: ${of(longMs)} (goal: at most ${goalMs} ms)`);
  console.log(`figure: of ${short.count} messages: ${of(shortMs)}`);
  console.log(`figure: ratio of the medians ${(median(longMs) / median(shortMs)).toFixed(2)}`);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

function show(timeMs: number | undefined): string {
  return (timeMs ?? 0).toFixed(1);
}
