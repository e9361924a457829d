/**
 * Bench: switching to a conversation of 100,000 messages, to one of 100, and to a room of 10,000
 * messages by 20 people, from the press to the frame in which messages are seen. Everything is
 * real; see page.ts.
 *
 * Usage, after `npm run build`: node test/bench/renderer-conversation.ts [--messages N] [--lines N]
 * [--rounds N]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import type { SignedBlock } from '../../src/main/core/rooms/wire/block.ts';
import { createRoomAuthor, storeBlocks } from '../fixtures/room-blocks.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import {
  addressPattern,
  describeTimes,
  launchBrowser,
  median,
  openRow,
  show,
  startHallway,
  storeConversations,
  viewport,
  watchOpenings,
  withProfile,
} from './page.ts';
import type { Person } from './page.ts';
import { createSampleTexts } from './sample-texts.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    lines: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '20' },
  },
});
/** The goals of the project. */
const switchGoalMs = 100;
const roomGoalMs = 200;
const shortCount = 100;
const rounds = Number(values.rounds);
const lines = Number(values.lines);
const authors = 20;
/** A person says so many in a row. */
const linesInBlock = 5;
const secondMs = 1_000;

const long: Person = { peerId: 'a'.repeat(52), name: 'Ana Long', count: Number(values.messages) };
const short: Person = { peerId: 'b'.repeat(52), name: 'Ben Short', count: shortCount };

await withProfile(async (profile) => {
  await storeConversations(profile, [long, short]);
  await storeBlocks(profile, blocksOf(lines));
  await run(profile);
});

function* blocksOf(count: number): Generator<SignedBlock> {
  const texts = createSampleTexts(createSeededRandom('lines'), 100);
  const people = Array.from({ length: authors }, (_, index) => createRoomAuthor(`Author ${index}`));
  const startMs = Date.now() - count * secondMs;
  for (let said = 0; said < count; said += linesInBlock) {
    const inBlock = Array.from({ length: Math.min(linesInBlock, count - said) }, () => texts.next());
    const author = people[(said / linesInBlock) % authors];
    if (author) yield author.say(inBlock, startMs + said * secondMs);
  }
}

async function run(profile: string): Promise<void> {
  const command = startHallway(profile);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport });
    await page.goto(await command.firstMatch(addressPattern));
    await page.evaluate(watchOpenings);
    const [loadBefore] = loadavg();
    const times = { long: [] as number[], short: [] as number[], room: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      // From one to the next, as one switches.
      times.long.push(await openOther(page, `#contact-${long.peerId}`));
      times.short.push(await openOther(page, `#contact-${short.peerId}`));
      times.room.push(await openOther(page, '#room-everyone'));
    }
    console.log(`each opened ${rounds} times, from the press to the frame that shows messages; load before ${show(loadBefore)}`);
    console.log(`figure: a conversation of ${long.count} messages: ${describeTimes(times.long)} (goal: ${switchGoalMs} ms)`);
    console.log(`figure: a conversation of ${short.count} messages: ${describeTimes(times.short)} (goal: ${switchGoalMs} ms)`);
    console.log(`figure: a room of ${lines} messages: ${describeTimes(times.room)} (goal: ${roomGoalMs} ms)`);
    console.log(`figure: ratio of long to short ${(median(times.long) / median(times.short)).toFixed(2)}`);
  } finally {
    await browser.close();
    await command.stop();
  }
}

/**
 * The conversation before is closed first, so that none of its messages is taken for one of the
 * next.
 */
async function openOther(page: Page, row: string): Promise<number> {
  const tookMs = await openRow(page, page.locator(row));
  await page.keyboard.press('Escape');
  await page.getByRole('log').waitFor({ state: 'detached' });
  return tookMs;
}
