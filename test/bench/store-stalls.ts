/**
 * Bench: how long the store holds the main thread when a peer sent many of the longest messages. Prints, for each step, the longest
 * time between two turns of the event loop, and asserts nothing.
 *
 * Usage: node test/bench/store-stalls.ts [--messages N] [--text han|ligature|plain]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { deleteInSlices, searchInSlices } from '../../src/main/core/messaging/store-slices.ts';
import { openMessageStore } from '../../src/main/node/storage/database/message-store.ts';
import type { Clock } from '../../src/main/core/ports.ts';
import { createSystemClock } from '../../src/main/node/system/system-ports.ts';
import { conversationOf } from '../../src/shared/lib/ids.ts';
import { behindAll } from '../fakes/cursors.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createTurnMeter } from '../fixtures/turn-meter.ts';
import { createWorstTexts, type WorstText } from '../fixtures/worst-texts.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '2000' }, text: { type: 'string', default: 'han' } },
});
const count = Number(values.messages);
const directory = mkdtempSync(join(tmpdir(), 'hallway-bench-stalls-'));
const systemClock = createSystemClock();
let lastTimerMs = 0;
const clock: Clock = {
  ...systemClock,
  setTimer(callback, delayMs) {
    lastTimerMs = performance.now();
    return systemClock.setTimer(callback, delayMs);
  },
};
const meter = createTurnMeter();
const ana = 'a'.repeat(52);
const withAna = conversationOf(ana);

try {
  await run();
} finally {
  meter.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const opened = await openMessageStore(join(directory, 'messages.db'), { clock });
  if (!opened.ok) throw new Error(opened.problem.code);
  const { store } = opened;
  const writeText = createWorstTexts(values.text as WorstText, createSeededRandom('stalls'));
  const search = async (text: string): Promise<number> => (await searchInSlices({ clock, store }, text, { limit: 50 })).length;

  await step('persist', async () => {
    for (let number = 1; number <= count; number += 1) {
      const messageId = `0190a0b1-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
      const draft = {
        conversation: withAna,
        from: ana,
        fromName: 'Ana',
        sequence: number,
        sentAtMs: number,
        receivedAtMs: number,
      };
      store.addIncoming({ ...draft, messageId, text: writeText() });
      await nextTurn();
    }
  });
  await step('search before it is indexed', () => search('nosuchwordatall zzz'));
  await step('index', quiet);
  await step('search for a frequent beginning', () => search(values.text === 'han' ? '一' : 'a'));
  await step('search for what is nowhere', () => search(values.text === 'han' ? '一一一' : 'aaa'));
  await step('export', async () => {
    let read = 0;
    for (const _message of store.exportMessages()) {
      read += 1;
      if (read % 4 === 0) await nextTurn();
    }
    return read;
  });
  store.markRead(withAna, behindAll, 1);
  await step('clear', () => deleteInSlices(clock, (after) => Promise.resolve(store.clear(withAna, after))));
  await step('after that', quiet);
  store.close();
}

/** Until the store has set no timer for a second. */
async function quiet(): Promise<void> {
  while (performance.now() - lastTimerMs < 1_000) await pause(100);
}

async function step(name: string, act: () => Promise<unknown>): Promise<void> {
  await nextTurn();
  meter.reset();
  const startedMs = performance.now();
  const result = await act();
  await nextTurn();
  const all = Math.round(performance.now() - startedMs);
  console.log(
    `${values.text} × ${count}, ${name}: longest ${Math.round(meter.longestMs())} ms (processor ${Math.round(meter.longestProcessorMs())}), in all ${all} ms`,
    result ?? '',
  );
}
