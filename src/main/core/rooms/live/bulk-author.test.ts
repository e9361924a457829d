/** Messages that go by session only: packed into long blocks, bounded, and answered whatever the store does. */
import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { modelBlock } from '../../../../../test/fixtures/room-model/model-log.ts';
import type { Draft, SayResult } from './author.ts';
import { createBulkAuthor } from './bulk-author.ts';

const room = '0123456789abcdef';

/** Its blocks hold `maxTexts` texts, and its store takes `storeMs`. */
function setUp({ maxTexts = 256, storeMs = 10 } = {}) {
  const clock = createFakeClock();
  const drafts: Draft[] = [];
  const heads: number[] = [];
  const results: SayResult[] = [];
  const store = { refuses: false };
  let next = 1;
  const author = createBulkAuthor({
    clock,
    countFitting: (texts) => Math.min(texts.length, maxTexts),
    references: () => [],
    keep: (draft) =>
      new Promise((resolve) => {
        drafts.push(draft);
        clock.setTimer(() => {
          if (store.refuses) return resolve(undefined);
          const block = modelBlock(room, 'us', 'aaaaaaaa00000000', next, draft);
          next = block.last + 1;
          resolve(block);
        }, storeMs);
      }),
    sendHeads: () => void heads.push(clock.monotonicMs()),
  });
  const say = (text: string, type: Draft['type'] = 'text'): void =>
    author.take({ text, type, answer: (result) => void results.push(result) });
  return { clock, author, drafts, heads, results, store, say };
}

function reasons(results: readonly SayResult[]): readonly (string | number)[] {
  return results.map((result) => (result.ok ? result.number : result.reason));
}

it('[ROOM-153] up to 256 texts share a block, and six blocks are persisted at once', async () => {
  const { clock, author, drafts, results, say } = setUp();
  for (let index = 0; index < 2_000; index += 1) say(`${index}`);
  await clock.advance(1);
  const first = drafts.map(({ texts }) => texts.length);
  await clock.advance(100);
  expect({ first, all: drafts.map(({ texts }) => texts.length), isBusy: author.isBusy() }).toEqual({
    first: Array(6).fill(256),
    all: [...Array<number>(7).fill(256), 208],
    isBusy: false,
  });
  expect(reasons(results)).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
});

it('[ROOM-153] what is no plain text has a block of its own, in its place', async () => {
  const { clock, drafts, say } = setUp();
  say('a');
  say('b');
  say('lunch at noon', 'topic');
  say('c');
  await clock.advance(100);
  expect(drafts.map(({ type, texts }) => [type, ...texts])).toEqual([
    ['text', 'a', 'b'],
    ['topic', 'lunch at noon'],
    ['text', 'c'],
  ]);
});

it('[ROOM-153] texts or characters beyond the limit are refused, and room comes back', async () => {
  const many = setUp();
  for (let index = 0; index < 65_537; index += 1) many.say('');
  expect(reasons(many.results)).toEqual(['too-many']);
  const long = setUp({ maxTexts: 1 });
  const text = 'x'.repeat(1_048_576);
  for (let index = 0; index < 9; index += 1) long.say(text);
  await long.clock.advance(1_000);
  long.say(text);
  await long.clock.advance(1_000);
  expect(reasons(long.results)).toEqual(['too-many', 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('each text is refused that the store does not take, and those after it go on', async () => {
  const { clock, author, heads, results, store, say } = setUp();
  store.refuses = true;
  say('a');
  say('b');
  await clock.advance(2_000);
  const refused = { results: reasons(results), heads: heads.length, isBusy: author.isBusy() };
  store.refuses = false;
  say('c');
  await clock.advance(2_000);
  expect({ refused, later: reasons(results).slice(2), heads: heads.length }).toEqual({
    refused: { results: ['not-stored', 'not-stored'], heads: 0, isBusy: false },
    later: [1],
    heads: 1,
  });
});

it('[ROOM-154] heads follow every 5 s while it goes on, and 1 s after the end', async () => {
  const { clock, heads, say } = setUp({ maxTexts: 1, storeMs: 300 });
  for (let index = 0; index < 240; index += 1) say(`${index}`);
  await clock.advance(60_000);
  // Blocks are persisted from 300 ms to 12 s, six at a time.
  expect(heads).toEqual([5_300, 10_300, 13_000]);
});

it('closing in the middle refuses what waits, answers what is being persisted, and sends no heads', async () => {
  const { clock, author, drafts, heads, results, say } = setUp({ maxTexts: 1 });
  for (let index = 0; index < 8; index += 1) say(`${index}`);
  await clock.advance(1);
  author.close();
  say('late');
  const atOnce = reasons(results);
  await clock.advance(10_000);
  expect({ atOnce, after: reasons(results).slice(3), drafts: drafts.length, heads, timers: clock.pendingTimers() }).toEqual({
    atOnce: ['closed', 'closed', 'closed'],
    after: [1, 2, 3, 4, 5, 6],
    drafts: 6,
    heads: [],
    timers: 0,
  });
});
