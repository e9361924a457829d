/**
 * Shared by the benches of the page: a browser, a profile with messages in its database, the built
 * `hallway open` over it, openings timed in the page, and how figures are printed. All are real.
 * Nothing is asserted about time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser, Locator, Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { createMessageIds } from '../../src/main/core/messaging/wire/message-id.ts';
import type { MessageStore } from '../../src/main/core/messaging/ports.ts';
import { openMessageStore } from '../../src/main/node/storage/database/message-store.ts';
import { createSystemClock } from '../../src/main/node/system/system-ports.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { startCommand, type RunningCommand } from '../e2e/command.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSampleTexts } from './sample-texts.ts';

/** Where nobody else is heard. */
const port = 19_187;
const batchSize = 1_000;
const minuteMs = 60_000;

export const viewport = { width: 1080, height: 760 } as const;

export interface Person {
  readonly peerId: string;
  readonly name: string;
  /** Messages of the conversation with them. Every third one is ours. */
  readonly count: number;
}

export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

/** Runs `use` with a new profile, and deletes it. */
export async function withProfile(use: (profile: string) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'hallway-bench-page-'));
  try {
    await use(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Puts read conversations into the database of a profile that does not run. */
export async function storeConversations(profile: string, people: readonly Person[]): Promise<void> {
  const opened = await openMessageStore(join(profile, 'messages.db'), { clock: createSystemClock() });
  if (!opened.ok) throw new Error(opened.problem.code);
  const { store } = opened;
  const texts = createSampleTexts(createSeededRandom('texts'), 100);
  const ids = createMessageIds(createSeededRandom('ids'));
  for (const person of people) {
    const { peerId, name, count } = person;
    for (let first = 1; first <= count; first += batchSize) {
      store.batch(() => {
        const end = Math.min(count, first + batchSize - 1);
        for (let number = first; number <= end; number += 1) put(store, person, number, ids.next(Date.now()), texts.next());
      });
    }
    const [last] = store.history(conversationOf(peerId), { limit: 1 });
    if (last) store.markRead(conversationOf(peerId), last.cursor, Infinity);
    store.putContact({ peerId, name, firstSeenMs: 0, lastSeenMs: 0, nameSinceMs: 0, verified: false, blocked: false });
  }
  store.close();
}

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

/** The built `hallway open`, whose first line with an address is matched by `addressPattern`. */
export function startHallway(profile: string): RunningCommand {
  const network = ['--interface', 'lo', '--port', String(port)];
  return startCommand(['open', '--no-browser', '--profile', profile, '--name', 'Noor', ...network]);
}

export const addressPattern = /http:\/\/\S+#code=\S+/;

/** Runs in the page: times each press on a row of the list; see `openRow`. */
export function watchOpenings(): void {
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

/**
 * Presses a row. From the event itself, not from when it was handled; to the task after the frame
 * in which a message is found drawn: at most one frame late.
 *
 * @returns milliseconds
 */
export async function openRow(page: Page, row: Locator): Promise<number> {
  await row.click();
  const tookMs = await page.evaluate(() => (globalThis as unknown as { hallwayOpening: () => Promise<number> }).hallwayOpening());
  if ((await page.getByRole('log').locator('p[dir=auto]').count()) === 0) throw new Error('no message is drawn');
  return tookMs;
}

/** @returns the middle one, or the upper one of two */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

export function describeTimes(timesMs: readonly number[]): string {
  return `first ${show(timesMs[0])} ms, median ${show(median(timesMs))} ms, longest ${show(Math.max(...timesMs))} ms`;
}

export function show(value: number | undefined): string {
  return (value ?? 0).toFixed(1);
}
