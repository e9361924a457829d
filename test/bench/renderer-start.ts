/**
 * Bench: from the start of the built `hallway open`, with 100,000 messages in the database, to a
 * page that shows its list, which takes presses; and the memory of the node with the page and after
 * it closed. Everything is real; see page.ts. The browser runs already, with an empty page.
 *
 * Usage, after `npm run build`: node test/bench/renderer-start.ts [--messages N] [--rounds N]
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import {
  addressPattern,
  describeTimes,
  launchBrowser,
  median,
  show,
  startHallway,
  storeConversations,
  viewport,
  withProfile,
} from './page.ts';
import type { Person } from './page.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '10' } },
});
const goalMs = 1_500;
const rounds = Number(values.rounds);
/** Long enough that garbage of the start is gone, as a rule. */
const restMs = 5_000;
const people = 20;
const kilobytesPerMegabyte = 1_024;

/** One of them has half of all messages. */
const all: readonly Person[] = Array.from({ length: people }, (_, index) => ({
  peerId: String.fromCodePoint('a'.codePointAt(0)! + index).repeat(52),
  name: `Person ${index}`,
  count: Math.round(Number(values.messages) * (index === 0 ? 0.5 : 0.5 / (people - 1))),
}));

interface Round {
  /**
   * When the node printed the address of its page, and when the page was usable; both since the
   * start.
   */
  readonly listeningMs: number;
  readonly usableMs: number;
  /** Processor time until then, which hardly depends on what else the machine does. */
  readonly nodeMs: number;
  readonly browserMs: number;
}

const browser = await launchBrowser();
try {
  await withProfile(async (profile) => {
    await storeConversations(profile, all);
    const done: Round[] = [];
    const [loadBefore] = loadavg();
    for (let round = 1; round <= rounds; round += 1) done.push(await startOnce(browser, profile, round === rounds));
    const messages = all.reduce((sum, { count }) => sum + count, 0);
    console.log(`started ${rounds} times with ${messages} messages in the database; load before ${show(loadBefore)}`);
    console.log(`figure: start to usable: ${describeTimes(done.map(({ usableMs }) => usableMs))} (goal: at most ${goalMs} ms)`);
    const [node, chrome] = [median(done.map(({ nodeMs }) => nodeMs)), median(done.map(({ browserMs }) => browserMs))];
    console.log(`figure: processor time until then, median: node ${show(node)} ms, browser ${show(chrome)} ms`);
    console.log(`figure: of that, until the node serves its page: ${describeTimes(done.map(({ listeningMs }) => listeningMs))}`);
  });
} finally {
  await browser.close();
}

async function startOnce(chrome: Browser, profile: string, measuresMemory: boolean): Promise<Round> {
  const page = await chrome.newPage({ viewport });
  const spentBefore = await browserProcessorMs(chrome);
  const startedAtMs = performance.now();
  const command = startHallway(profile);
  try {
    const address = await command.firstMatch(addressPattern);
    const listeningMs = performance.now() - startedAtMs;
    await page.goto(address, { waitUntil: 'commit' });
    const row = page.locator(`#contact-${all[0]?.peerId}`);
    await row.waitFor();
    const usableMs = performance.now() - startedAtMs;
    const browserMs = (await browserProcessorMs(chrome)) - spentBefore;
    const nodeMs = nodeProcessorMs(command.pid);
    // The list takes presses.
    await row.click();
    await page.getByRole('log').waitFor();
    if (measuresMemory) {
      await page.waitForTimeout(restMs);
      const withPage = megabytesOf(command.pid);
      await page.close();
      await new Promise((resolve) => setTimeout(resolve, restMs));
      console.log(
        `figure: memory of the node (RSS): ${show(withPage)} MB with the page, ${show(megabytesOf(command.pid))} MB after it closed`,
      );
    } else await page.close();
    return { listeningMs, usableMs, nodeMs, browserMs };
  } finally {
    await command.stop();
  }
}

/** Of all processes of the browser. */
async function browserProcessorMs(chrome: Browser): Promise<number> {
  const session = await chrome.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0);
}

function nodeProcessorMs(pid: number | undefined): number {
  // Behind the name, which may contain spaces: the 14th and 15th field are ticks of a hundredth of
  // a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function megabytesOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / kilobytesPerMegabyte;
}
