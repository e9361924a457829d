/**
 * A real process that is killed while writing, many times. A seed determines the kill times and
 * batches.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';
import type { WriteReport } from '../../fixtures/store-process.ts';
import { ben, messageId, self, withAna } from './sample-messages.ts';
import { startStoreChild } from './store-child.ts';
import { settleMs } from './describe-conversations.ts';
import { searchAll } from '../../fakes/store-slices.ts';

const seed = process.env['HALLWAY_SEED'] ?? 'killed';
const rounds = process.env['HALLWAY_LONG'] === '1' ? 100 : 8;
const maxLifeMs = 400;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-killed-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/**
 * Lets it write for a while after its first batch.
 * @returns the last batch that it reported as persisted
 */
async function writeUntilKilled(path: string, round: number, lifeMs: number): Promise<WriteReport> {
  const writer = startStoreChild('write', path, `${seed}/${round}`);
  let last = (await writer.next()) as WriteReport;
  const killed = new Promise((resolve) => setTimeout(resolve, lifeMs)).then(() => writer.end('SIGKILL'));
  for (let next = await writer.next(); next !== undefined; next = await writer.next()) last = next as WriteReport;
  await killed;
  return last;
}

describe('a killed process', () => {
  it(
    `[STORE-1] has persisted every reported batch whole, ${rounds} times (seed ${seed})`,
    { timeout: 20_000 + rounds * 3_000 },
    async () => {
      const path = join(directory, 'messages.db');
      const random = createSeededRandom(seed);
      let batches = 0;
      for (let round = 1; round <= rounds; round += 1) {
        const reported = await writeUntilKilled(path, round, random.fraction() * maxLifeMs);
        batches += 1;
        await expectKept(path, reported);
      }
      expect(batches).toBe(rounds);
    },
  );
});

async function expectKept(path: string, reported: WriteReport): Promise<void> {
  const clock = createFakeClock();
  const opened = await openMessageStore(path, { clock });
  if (!opened.ok) throw new Error(opened.problem.code);
  const { store, problems } = opened;
  await clock.advance(settleMs);
  const kept = [...store.exportMessages()];
  const found = searchAll(store, 'message', { limit: kept.length + 1 }).length;
  const last = store.conversations(9).find(({ conversation }) => conversation === withAna)?.unread;
  const undelivered = store.undelivered(ben, { afterSequence: 0, limit: kept.length });
  store.close();

  const database = new DatabaseSync(path);
  const verdict = database.prepare('PRAGMA integrity_check').get();
  database.close();

  const numbers = kept.map((_, index) => index + 1);
  expect(problems).toEqual([]);
  expect(verdict).toEqual({ integrity_check: 'ok' });
  expect(kept.length).toBeGreaterThanOrEqual(reported.through);
  // Consecutive: none missing, none twice.
  expect(kept.map((message) => message.messageId)).toEqual(numbers.map(messageId));
  const ours = kept.filter(({ from }) => from === self);
  expect(ours.map(({ sequence }) => sequence)).toEqual(ours.map((_, index) => index + 1));
  expect(undelivered.every(({ messageId: id }) => Number.parseInt(id.slice(-12), 16) > reported.deliveredThrough)).toBe(true);
  expect(found).toBe(kept.length);
  expect(last).toBe(kept.length - ours.length);
}
