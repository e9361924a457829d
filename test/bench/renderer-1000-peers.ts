/**
 * Bench: the people list with 1,000 peers, 100 updates a second for 10 s, while it is being scrolled, in real Chromium over a real
 * WebSocket. Prints figures and asserts nothing: a machine that is busy with something else is not a fault of the renderer.
 *
 * Usage, after `npm run build`: node test/bench/renderer-1000-peers.ts [--renderer DIRECTORY]
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { fakePeerId } from '../fakes/fake-hallway.ts';
import type { FakeHallway } from '../fakes/fake-hallway.ts';
import { createCrowd } from '../fixtures/populated-hallway.ts';
import { defaultRendererDirectory, startRendererHost } from '../fixtures/renderer-host.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import type { SeededRandom } from '../fakes/seeded-random.ts';

const peerCount = 1_000;
const updatesPerSecond = 100;
const durationMs = 10_000;
/** The goal of design and issue: nothing that a person notices as a hitch. */
const longestTaskGoalMs = 50;

interface PageFigures {
  /** Tasks over 50 ms, as the browser's own observer reports them. */
  readonly longTasksMs: readonly number[];
  /** Time from one frame to the next, each. */
  readonly frameGapsMs: readonly number[];
  readonly rows: number;
}

interface Task {
  readonly wallMs: number;
  /** The part that it spent on a processor: the rest was waiting for one. */
  readonly processorMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Time on a processor, where the system tells. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const { values } = parseArgs({ options: { renderer: { type: 'string', default: defaultRendererDirectory } } });
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
const hallway = createCrowd(peerCount, Date.now());
const host = await startRendererHost(hallway, { directory: values.renderer });
try {
  await measure(browser, host.issueAddress());
} finally {
  await browser.close();
  await host.close();
}

async function measure(chrome: Browser, address: string): Promise<void> {
  const page = await chrome.newPage({ viewport: { width: 1080, height: 760 } });
  const startTasks = await longestTasks(chrome, page, async () => {
    await page.goto(address);
    await page.getByText(`(${peerCount})`).waitFor();
  });
  await page.evaluate(watchPage);
  const random = createSeededRandom(1);
  let updates = 0;
  const tasks = await longestTasks(chrome, page, async () => {
    const stopUpdates = keepUpdating(hallway, random, () => (updates += 1));
    await scrollByWheel(page, durationMs / 2);
    await scrollByItself(page, durationMs / 2);
    stopUpdates();
  });
  const figures = await page.evaluate(() => (globalThis as unknown as { hallwayBench: () => PageFigures }).hallwayBench());
  const gaps = figures.frameGapsMs.toSorted((a, b) => a - b);
  const showTask = (task: Task | undefined): string => `${show(task?.wallMs)} ms (${show(task?.processorMs)} on a processor)`;
  const show = (valueMs: number | undefined): string => (valueMs ?? 0).toFixed(1);
  console.log(
    `${peerCount} peers, ${updatesPerSecond} updates/s for ${durationMs / 1_000} s, scrolled throughout; ${updates} updates made`,
  );
  console.log(`figure: longest main-thread task ${showTask(tasks[0])} (goal: at most ${longestTaskGoalMs} ms)`);
  const mostMs = Math.max(...tasks.map(({ processorMs }) => processorMs));
  console.log(`figure: most processor time in one task ${show(mostMs)} ms`);
  console.log(`figure: next longest ${tasks.slice(1, 4).map(showTask).join(', ')}`);
  console.log(`figure: tasks over ${longestTaskGoalMs} ms that the browser's observer saw: ${figures.longTasksMs.length}`);
  console.log(
    `figure: frame gap p50 ${show(gaps[gaps.length >> 1])} ms, p99 ${show(gaps[Math.floor(gaps.length * 0.99)])} ms, longest ${show(gaps.at(-1))} ms`,
  );
  console.log(`figure: rows in the document ${figures.rows}`);
  console.log(
    `figure: longest main-thread task while the page started and drew its first ${peerCount} ${showTask(startTasks[0])}`,
  );
}

/** Changes as a busy network makes them: mostly heard again, some notes and statuses, now and then somebody who leaves or returns. */
function keepUpdating(crowd: FakeHallway, random: SeededRandom, onUpdate: () => void): () => void {
  const startedAtMs = performance.now();
  let made = 0;
  const timer = setInterval(() => {
    // By elapsed time, so that a late timer does not make the load lighter.
    for (const due = ((performance.now() - startedAtMs) * updatesPerSecond) / 1_000; made < due; made += 1) {
      updateSomebody(crowd, random);
      onUpdate();
    }
  }, 1_000 / updatesPerSecond);
  return () => clearInterval(timer);
}

function updateSomebody(crowd: FakeHallway, random: SeededRandom): void {
  const peerId = fakePeerId(Math.floor(random.fraction() * peerCount));
  const peer = crowd.presence.peers().find((other) => other.peerId === peerId);
  const chance = random.fraction();
  const lastSeenMs = Date.now();
  if (peer === undefined) {
    const departed = crowd.presence.departed().find((other) => other.peerId === peerId);
    if (departed === undefined) return;
    const { reason: _reason, ...known } = departed;
    crowd.putPeer({ ...known, presence: 'online', lastSeenMs });
  } else if (chance < 0.5) crowd.see(peerId, lastSeenMs);
  else if (chance < 0.7) crowd.putPeer({ ...peer, note: `Note ${Math.floor(random.fraction() * 1e6)}`, lastSeenMs });
  else if (chance < 0.8) crowd.putPeer({ ...peer, status: peer.status === 'busy' ? 'available' : 'busy', lastSeenMs });
  else if (chance < 0.85)
    crowd.putPeer({ ...peer, name: `${peer.name.split(' ')[0]} Renamed ${Math.floor(random.fraction() * 1e4)}`, lastSeenMs });
  else if (chance < 0.9) crowd.putPeer({ ...peer, presence: peer.presence === 'online' ? 'suspect' : 'online', lastSeenMs });
  else crowd.leave(peerId, 'unreachable');
}

/**
 * The pointer is over the list, so its order is held (LIST-10). Down for a while, then up again, as
 * one looks for somebody.
 */
async function scrollByWheel(page: Page, forMs: number): Promise<void> {
  await page.mouse.move(150, 400);
  const endsAtMs = performance.now() + forMs;
  for (let step = 0; performance.now() < endsAtMs; step += 1) {
    await page.mouse.wheel(0, stepPx(step));
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
}

/** No pointer, as with a finger: rows come, go and move. */
async function scrollByItself(page: Page, forMs: number): Promise<void> {
  await page.mouse.move(700, 400);
  const scroller = page.getByRole('listbox', { name: 'People' });
  const endsAtMs = performance.now() + forMs;
  for (let step = 0; performance.now() < endsAtMs; step += 1) {
    await scroller.evaluate((list, topPx) => list.scrollBy({ top: topPx }), stepPx(step));
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
}

function stepPx(step: number): number {
  return step % 200 < 120 ? 160 : -240;
}

/** Runs in the page. */
function watchPage(): void {
  const longTasksMs: number[] = [];
  const frameGapsMs: number[] = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasksMs.push(entry.duration);
  }).observe({ type: 'longtask' });
  let lastMs = performance.now();
  const onFrame = (): void => {
    const nowMs = performance.now();
    frameGapsMs.push(nowMs - lastMs);
    lastMs = nowMs;
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  Object.assign(globalThis, {
    hallwayBench: (): PageFigures => ({
      longTasksMs,
      frameGapsMs,
      rows: document.querySelectorAll('[role=listbox] [role=option]').length,
    }),
  });
}

/** @returns the tasks on the page's main thread during `work`, longest first, from the browser's trace */
async function longestTasks(chrome: Browser, page: Page, work: () => Promise<void>): Promise<Task[]> {
  await chrome.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] });
  await work();
  const trace = JSON.parse((await chrome.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
  const mainThreads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = trace.traceEvents
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && mainThreads.has(`${pid}/${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1_000, processorMs: tdur / 1_000 }))
    .sort((a, b) => b.wallMs - a.wallMs);
  if (tasks.length === 0) throw new Error('the trace has no task of the page: this browser names them differently');
  return tasks;
}
