import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createAuthor, maxWaitingTexts, type Draft, type SayResult } from './author.ts';
import { modelBlock } from '../../../../../test/fixtures/room-model/model-log.ts';

const room = '0123456789abcdef';
const tag = 'aaaaaaaa00000000';

/** An author whose blocks fit `maxTexts` texts, and whose store takes `storeMs`. */
function setUp(options: { maxTexts?: number; storeMs?: number; hasLoss?: boolean; isStoreBroken?: boolean } = {}) {
  const clock = createFakeClock();
  const sent: { readonly atMs: number; readonly texts: readonly string[] }[] = [];
  const heads: number[] = [];
  const results: SayResult[] = [];
  let next = 1;
  const author = createAuthor({
    clock,
    fits: (_type, texts) => texts.length <= (options.maxTexts ?? 9) && texts.every((text) => text.length < 1_000),
    references: () => [],
    keep: (draft: Draft) =>
      new Promise((resolve) => {
        clock.setTimer(() => {
          const block = modelBlock(room, 'us', tag, next, draft);
          if (options.isStoreBroken !== true) next = block.last + 1;
          resolve(options.isStoreBroken === true ? undefined : block);
        }, options.storeMs ?? 0);
      }),
    sendToGroup: ({ texts }) => void sent.push({ atMs: clock.monotonicMs(), texts }),
    sendHeads: () => void heads.push(clock.monotonicMs()),
    allowsTail: () => options.hasLoss ?? false,
  });
  const say = (text: string, type?: 'text' | 'join') => void author.say(text, type).then((result) => results.push(result));
  return { clock, author, sent, heads, results, say };
}

describe('packing', () => {
  it('[ROOM-60] a text after a pause leaves at once, and those within 20 ms share a block', async () => {
    const { clock, sent, say } = setUp();
    say('a');
    await clock.advance(5);
    say('b');
    await clock.advance(10);
    say('c');
    await clock.advance(100);
    say('d');
    await clock.advance(100);
    expect(sent).toEqual([
      { atMs: 0, texts: ['a'] },
      { atMs: 25, texts: ['b', 'c'] },
      { atMs: 115, texts: ['d'] },
    ]);
  });

  it('[ROOM-60] a full block leaves before the 20 ms are over', async () => {
    const { clock, sent, say } = setUp({ maxTexts: 2 });
    for (const text of ['a', 'b', 'c', 'd']) say(text);
    await clock.advance(10);
    expect(sent.map(({ texts }) => texts)).toEqual([['a'], ['b', 'c']]);
    await clock.advance(20);
    expect(sent.at(-1)?.texts).toEqual(['d']);
  });

  it('[ROOM-60] a join has a block of its own', async () => {
    const { clock, sent, say } = setUp();
    say('a');
    say('b');
    say('', 'join');
    say('c');
    await clock.advance(100);
    expect(sent.map(({ texts }) => texts)).toEqual([['a'], ['b'], [''], ['c']]);
  });

  it('[ROOM-61] sends 40 blocks in a burst, then 20 a second, and never more than 8 in 5 ms', async () => {
    const { clock, sent, say } = setUp({ maxTexts: 1 });
    for (let index = 0; index < 100; index += 1) say(`${index}`);
    await clock.advance(1_000);
    const times = sent.map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThanOrEqual(58);
    expect(times.length).toBeLessThanOrEqual(61);
    // The bucket of 8 refills meanwhile: 16 in any 5 ms is the limit, and 8 at one instant.
    for (const start of times) expect(times.filter((ms) => ms >= start && ms < start + 5).length).toBeLessThanOrEqual(16);
    expect(times.filter((ms) => ms === 0).length).toBeLessThanOrEqual(8);
  });

  it('[ROOM-61] what waits for its turn shares a block', async () => {
    const { clock, sent, say } = setUp();
    for (let index = 0; index < 2_000; index += 1) {
      say(`${index}`);
      await clock.advance(2);
    }
    expect(sent.length).toBeLessThanOrEqual(40 + 4 * 20 + 1);
  });
});

describe('storing', () => {
  it('[ROOM-62] sends and answers after the block is stored, one block at a time', async () => {
    const { clock, sent, results, say } = setUp({ storeMs: 300 });
    say('a');
    say('b');
    await clock.advance(299);
    expect({ sent, results }).toEqual({ sent: [], results: [] });
    await clock.advance(301);
    expect(sent.map(({ atMs }) => atMs)).toEqual([300, 600]);
    expect(results).toMatchObject([
      { ok: true, number: 1 },
      { ok: true, number: 2 },
    ]);
  });

  it('[ROOM-62] a store that fails sends nothing', async () => {
    const { clock, sent, results, say } = setUp({ isStoreBroken: true });
    say('a');
    await clock.advance(100);
    expect({ sent, results }).toEqual({ sent: [], results: [{ ok: false, reason: 'not-stored' }] });
  });

  it('[ROOM-62] refuses what waits beyond the limit, what is too long, and what is said after close', async () => {
    const { clock, author, results, say } = setUp({ maxTexts: 1, storeMs: 1_000 });
    for (let index = 0; index <= maxWaitingTexts; index += 1) say('a');
    say('b'.repeat(1_000));
    await clock.advance(1);
    expect(results).toEqual([
      { ok: false, reason: 'too-many' },
      { ok: false, reason: 'too-long' },
    ]);
    author.close();
    say('c');
    await clock.advance(2_000);
    expect(results.filter((result) => !result.ok && result.reason === 'closed').length).toBe(maxWaitingTexts);
    expect(clock.pendingTimers()).toBe(0);
  });
});

describe('tail', () => {
  it('[ROOM-66] heads follow the last block by 250 ms where loss was seen', async () => {
    const { clock, heads, say } = setUp({ hasLoss: true });
    say('a');
    await clock.advance(200);
    say('b');
    await clock.advance(1_000);
    expect(heads).toEqual([450]);
  });

  it('[ROOM-66] no heads follow without loss, nor after another member named the last message', async () => {
    const clean = setUp();
    clean.say('a');
    await clean.clock.advance(1_000);
    const named = setUp({ hasLoss: true });
    named.say('a');
    await named.clock.advance(100);
    named.author.named(1);
    await named.clock.advance(1_000);
    named.say('b');
    await named.clock.advance(100);
    named.author.named(1);
    await named.clock.advance(1_000);
    expect({ clean: clean.heads, named: named.heads }).toEqual({ clean: [], named: [1_350] });
  });
});
