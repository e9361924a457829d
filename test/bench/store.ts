/**
 * Bench: what keeping, finding and showing messages costs on this disk. Prints figures and asserts nothing.
 *
 * Usage: node test/bench/store.ts [--messages N] [--folder DIRECTORY]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createMessageIds } from '../../src/main/core/messaging/wire/message-id.ts';
import type { MessageStore, StoredMessage } from '../../src/main/core/messaging/ports.ts';
import { openMessageStore } from '../../src/main/node/storage/database/message-store.ts';
import { createSystemClock } from '../../src/main/node/system/system-ports.ts';
import { conversationOf, type ConversationId, type Cursor } from '../../src/shared/lib/ids.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { behindAll } from '../fakes/cursors.ts';
import { clearAll, searchAll } from '../fakes/store-slices.ts';
import { createSampleTexts, type SampleTexts } from './sample-texts.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, folder: { type: 'string', default: tmpdir() } },
});
const messageCount = Number(values.messages);
const directory = mkdtempSync(join(values.folder, 'hallway-bench-store-'));
const path = join(directory, 'messages.db');
const clock = createSystemClock();
const ids = createMessageIds(createSeededRandom('store'));
const samples = createSampleTexts(createSeededRandom('texts'), 100);
const self = 's'.repeat(52);
const withAna = conversationOf('a'.repeat(52));
const ben = 'b'.repeat(52);
const withBen = conversationOf(ben);

try {
  await run();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function run(): Promise<void> {
  console.log(`messages of 100 bytes, ${messageCount} in each of two conversations, on ${values.folder}`);
  let store = await open();
  for (const batch of [100, 500, 1_000]) measureBatches(store, batch);
  measureSingles(store);
  measureSearch(store, 'not indexed yet');
  await measureIndexing(store);
  measureSearch(store, 'indexed');
  measureSearch(store, 'indexed, one conversation', withAna);
  store.close();
  figure('file', `${(statSync(path).size / (2 * messageCount)).toFixed(0)} bytes per message, index and all`);

  const startedMs = performance.now();
  store = await open();
  figure('opening the file', `${(performance.now() - startedMs).toFixed(1)} ms`);
  measureReading(store);
  measureDeletion(store);
  store.close();
}

async function open(): Promise<MessageStore> {
  const opened = await openMessageStore(path, { clock });
  if (!opened.ok) throw new Error(opened.problem.code);
  return opened.store;
}

interface Cost {
  wallMs: number;
  /** Waiting for the disk, or for others on this machine, is not in it. */
  processorMs: number;
}

function noCost(): Cost {
  return { wallMs: 0, processorMs: 0 };
}

/** A third of each for every size of batch, so that the file grows alike. */
function measureBatches(store: MessageStore, batch: number): void {
  const count = Math.floor(messageCount / 3 / batch) * batch;
  const cost = { out: noCost(), in: noCost(), delivered: noCost() };
  for (let done = 0; done < count; done += batch) {
    const drafts = Array.from({ length: batch }, () => ({
      messageId: ids.next(Date.now()),
      text: samples.next(),
      sentAtMs: Date.now(),
    }));
    const sent: StoredMessage[] = [];
    measure(cost.out, () => {
      for (const draft of drafts)
        sent.push(store.addOutgoing({ ...draft, conversation: withAna, from: self, fromName: 'Myself' }));
    });
    measure(cost.delivered, () => store.setStatesOf(sent, 'delivered'));
    measure(cost.in, () => {
      for (const [index, draft] of drafts.entries()) {
        store.addIncoming({
          ...draft,
          conversation: withBen,
          from: ben,
          fromName: 'Ben',
          sequence: done + index,
          receivedAtMs: Date.now(),
        });
      }
    });
  }
  const each = ({ wallMs, processorMs }: Cost): string =>
    `${((wallMs * 1_000) / count).toFixed(2)} µs (${((processorMs * 1_000) / count).toFixed(2)} on a processor)`;
  figure(
    `batches of ${batch}`,
    `outgoing ${each(cost.out)}, delivered ${each(cost.delivered)}, incoming ${each(cost.in)} per message`,
  );

  function measure(into: Cost, act: () => void): void {
    const startedMs = performance.now();
    const processor = process.cpuUsage();
    store.batch(act);
    const { user, system } = process.cpuUsage(processor);
    into.wallMs += performance.now() - startedMs;
    into.processorMs += (user + system) / 1_000;
  }
}

function measureSingles(store: MessageStore): void {
  const timesMs = Array.from({ length: 1_000 }, () => {
    const draft = { messageId: ids.next(Date.now()), conversation: withAna, from: self, fromName: 'Myself' };
    const text = samples.next();
    return timeOf(() => store.addOutgoing({ ...draft, text, sentAtMs: Date.now() }));
  });
  figure('one message, a transaction of its own', percentiles(timesMs));
}

/** Every so often the store indexes a slice; how long the longest holds everything up is what matters. */
async function measureIndexing(store: MessageStore): Promise<void> {
  const startedMs = performance.now();
  const gapsMs: number[] = [];
  let lastMs = startedMs;
  // Rare words are looked for until the last message is found through the index, which is when nothing is compared one by one any more.
  for (let quick = 0; quick < 20;) {
    await pause(1);
    gapsMs.push(Math.max(performance.now() - lastMs - 1, 0));
    const searchMs = timeOf(() => searchAll(store, 'nosuchwordatall', { limit: 1 }));
    quick = searchMs < 1 ? quick + 1 : 0;
    lastMs = performance.now();
  }
  figure(
    'indexing while nothing else happens',
    `${((performance.now() - startedMs) / 1_000).toFixed(1)} s for all; it held up others ${percentiles(gapsMs)}`,
  );
}

function measureSearch(store: MessageStore, what: string, conversation?: ConversationId): void {
  const timesMs = queries(samples).map((text) =>
    timeOf(() => searchAll(store, text, { limit: 50, ...(conversation === undefined ? {} : { conversation }) })),
  );
  figure(`search, ${what}`, percentiles(timesMs));
}

/** As typed: from the first letter on, common and rare words, two words, something that is not there. */
function queries(texts: SampleTexts): readonly string[] {
  const words = [0, 1, 5, 20, 100, 500, 2_000, 10_000].map((rank) => texts.word(rank));
  const typed = words.flatMap((word) => Array.from({ length: word.length }, (_, end) => word.slice(0, end + 1)));
  const pairs = words.flatMap((first) => words.map((second) => `${first} ${second.slice(0, 3)}`));
  return [...typed, ...pairs, 'nosuchword', '東京', 'é'];
}

function measureReading(store: MessageStore): void {
  for (const conversation of [withAna, withBen]) {
    const firstMs = timeOf(() => store.history(conversation, { limit: 50 }));
    const againMs = Array.from({ length: 500 }, () => timeOf(() => store.history(conversation, { limit: 50 })));
    figure(`first page of a conversation of ${messageCount}`, `${firstMs.toFixed(2)} ms at first, then ${percentiles(againMs)}`);
  }
  let before: Cursor | undefined;
  const pagesMs = Array.from({ length: 500 }, () =>
    timeOf(() => {
      const page = store.history(withAna, { limit: 50, ...(before === undefined ? {} : { before }) });
      before = page.at(-1)?.cursor;
    }),
  );
  figure('pages of 50 backwards', percentiles(pagesMs));
  figure('list of conversations', percentiles(Array.from({ length: 500 }, () => timeOf(() => store.conversations(100)))));
  const exportMs = timeOf(() => Array.from(store.exportMessages()).length);
  figure('export', `${((exportMs * 1_000) / (2 * messageCount)).toFixed(2)} µs per message`);
}

function measureDeletion(store: MessageStore): void {
  const readMs = timeOf(() => store.markRead(withBen, behindAll, Infinity));
  figure(`marking ${messageCount} read`, `${readMs.toFixed(0)} ms`);
  let count = 0;
  const clearMs = timeOf(() => (count = clearAll(store, withBen)));
  figure(`clearing a conversation of ${count}`, `${clearMs.toFixed(0)} ms`);
}

function timeOf(act: () => unknown): number {
  const startedMs = performance.now();
  act();
  return performance.now() - startedMs;
}

function percentiles(timesMs: readonly number[]): string {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0).toFixed(2);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}

function figure(what: string, value: string): void {
  console.log(`figure: ${what}: ${value}`);
}
