/**
 * Bench: the heap of the page over the traffic of one hour, made in minutes: 50 people who are
 * heard every five seconds, change, leave and return; 2,000 messages from them, each after typing,
 * a quarter of them in #everyone; our own messages, typed into the page, with their receipts; and a
 * switch to another conversation every 18 seconds. The heap is measured after forced garbage
 * collections.
 *
 * Usage, after `npm run build`: node test/bench/renderer-heap.ts [--hours N] [--renderer DIRECTORY]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from '@playwright/test';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { createFakeConversations } from '../fakes/fake-conversations.ts';
import type { FakeConversations } from '../fakes/fake-conversations.ts';
import { fakePeerId, fakeSelf } from '../fakes/fake-hallway.ts';
import type { FakeHallway } from '../fakes/fake-hallway.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createCrowd } from '../fixtures/populated-hallway.ts';
import { defaultRendererDirectory, startRendererHost } from '../fixtures/renderer-host.ts';
import { launchBrowser, show, viewport } from './page.ts';
import { createSampleTexts } from './sample-texts.ts';

const { values } = parseArgs({
  options: { hours: { type: 'string', default: '1' }, renderer: { type: 'string', default: defaultRendererDirectory } },
});
const hours = Number(values.hours);
const people = 50;
const hourly = { heard: 36_000, changed: 1_000, left: 300, received: 2_000, switched: 200 } as const;
/** The traffic between two switches is one step. */
const steps = hourly.switched * hours;
const measuredAt = [0, 0.25, 0.5, 0.75, 1];
/** One switch of so many is to #everyone. */
const roomEvery = 10;

interface Measure {
  readonly share: number;
  readonly heapMegabytes: number;
  /** Elements and texts of the document. */
  readonly nodes: number;
  /**
   * With those that only the browser still holds, in its list of what typing can be undone: 1,000
   * steps at most.
   */
  readonly heldNodes: number;
  readonly listeners: number;
}

const random = createSeededRandom('hour');
const texts = createSampleTexts(random, 80);
const nowMs = Date.now();
const ownPeerId = fakeSelf().peerId;
const conversations = createFakeConversations({ ownPeerId, ownName: 'Noor Visser', nowMs });
const hallway = createCrowd(people, nowMs, conversations);
for (const { peerId, name } of hallway.presence.peers()) conversations.meet({ peerId, name });
const browser = await launchBrowser();
const host = await startRendererHost(hallway, { directory: values.renderer });
try {
  const page = await browser.newPage({ viewport });
  await page.goto(host.issueAddress());
  await page.getByText(`(${people})`).waitFor();
  console.log(`${hours} hour(s) of traffic in ${steps} steps; load before ${show(loadavg()[0])}`);
  await spend(page, await page.context().newCDPSession(page));
} finally {
  await browser.close();
  await host.close();
}

async function spend(page: Page, session: CDPSession): Promise<void> {
  // Every conversation once, and as many messages as the page holds: what fills once is no growth.
  for (let step = 0; step < people * 1.2; step += 1) await takeStep(page, step);
  const startedAtMs = performance.now();
  const measures: Measure[] = [];
  for (let step = 0; step <= steps; step += 1) {
    const share = measuredAt.find((at) => Math.round(at * steps) === step);
    if (share !== undefined) measures.push(await measure(page, session, share));
    if (step < steps) await takeStep(page, step);
  }
  for (const { share, heapMegabytes, nodes, heldNodes, listeners } of measures) {
    const inDocument = `${nodes} nodes in the document of ${heldNodes} held`;
    console.log(`figure: after ${share * 100} %: heap ${heapMegabytes.toFixed(2)} MB, ${inDocument}, ${listeners} listeners`);
  }
  const [first, last] = [measures[0]?.heapMegabytes ?? 0, measures.at(-1)?.heapMegabytes ?? 0];
  console.log(
    `figure: last / first ${(last / first).toFixed(3)}, in ${show((performance.now() - startedAtMs) / 60_000)} minutes`,
  );
}

async function takeStep(page: Page, step: number): Promise<void> {
  makePresence(hallway);
  for (let made = 0; made < hourly.received / hourly.switched; made += 1) receiveOne(hallway, conversations);
  const peerId = fakePeerId(step % people);
  if (step % roomEvery === 0) await openFound(page, 'everyone', '#room-everyone');
  else {
    await openFound(page, nameOf(peerId), `#contact-${peerId}`);
    await page.getByRole('textbox', { name: 'Message' }).fill(texts.next());
    await page.keyboard.press('Enter');
    await deliverAll(peerId);
  }
  await page.getByRole('log').waitFor();
}

/** By a search, because the row may be far down. */
async function openFound(page: Page, name: string, row: string): Promise<void> {
  const search = page.getByRole('searchbox');
  await search.fill(name);
  await page.locator(row).click();
  await search.fill('');
}

function nameOf(peerId: string): string {
  return [...hallway.presence.peers(), ...hallway.presence.departed()].find((peer) => peer.peerId === peerId)?.name ?? '';
}

/** Changes of 18 seconds. */
function makePresence(crowd: FakeHallway): void {
  const count = (total: number): number => Math.round(total / hourly.switched);
  for (let made = 0; made < count(hourly.heard); made += 1) crowd.see(somebody(), Date.now());
  for (let made = 0; made < count(hourly.changed); made += 1) {
    const peer = crowd.presence.peers().find(({ peerId }) => peerId === somebody());
    if (peer) crowd.putPeer({ ...peer, note: texts.next(), status: random.fraction() < 0.5 ? 'busy' : 'available' });
  }
  for (let made = 0; made < count(hourly.left); made += 1) {
    const gone = crowd.presence.departed()[0];
    if (gone === undefined) crowd.leave(somebody(), 'expired');
    else {
      const { reason: _reason, ...known } = gone;
      crowd.putPeer({ ...known, presence: 'online', lastSeenMs: Date.now() });
    }
  }
}

function receiveOne({ inRooms }: FakeHallway, { type, receive }: FakeConversations): void {
  const from = somebody();
  if (random.fraction() < 0.25) return void inRooms.hear('everyone', from, texts.next(), { atMs: Date.now() });
  type(from, true);
  receive(from, texts.next(), { atMs: Date.now() });
}

/** Sent, delivered and read, one after the other. */
async function deliverAll(peerId: string): Promise<void> {
  let [last] = conversations.store.history(conversationOf(peerId), { limit: 1 });
  for (let tries = 0; last?.from !== ownPeerId && tries < 500; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    [last] = conversations.store.history(conversationOf(peerId), { limit: 1 });
  }
  if (last?.from !== ownPeerId) throw new Error('the page did not send');
  for (const state of ['sent', 'delivered', 'read'] as const) conversations.setDelivery(last.messageId, state);
}

function somebody(): string {
  return fakePeerId(Math.floor(random.fraction() * people));
}

async function measure(page: Page, session: CDPSession, share: number): Promise<Measure> {
  // In the same place each time.
  await openFound(page, 'everyone', '#room-everyone');
  await page.getByRole('log').waitFor();
  await page.waitForTimeout(2_000);
  // The first one runs finalizers, whose garbage the second one takes.
  for (let times = 0; times < 3; times += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes: heldNodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  const nodes = await page.evaluate(countNodes);
  return { share, heapMegabytes: usedSize / 1024 ** 2, nodes, heldNodes, listeners: jsEventListeners };
}

/** Runs in the page. */
function countNodes(): number {
  const walker = document.createTreeWalker(document);
  let count = 1;
  while (walker.nextNode()) count += 1;
  return count;
}
