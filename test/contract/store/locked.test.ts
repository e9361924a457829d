import { readdir } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMessageStore } from '../../../src/main/node/storage/database/message-store.ts';
import { ana, incoming, texts } from './sample-messages.ts';
import { startStoreChild } from './store-child.ts';
import { openFileWorld, type FileWorld } from './worlds.ts';

/** Virtual time between two tries. */
const retryMs = 100;

let world: FileWorld;
beforeEach(async () => {
  world = await openFileWorld();
});
afterEach(() => world.close());

describe('a file in use by another process', () => {
  it(
    '[STORE-8] is neither opened nor moved, and opens once the other process is gone, killed or not',
    { timeout: 30_000 },
    async () => {
      world.store().close();
      for (const signal of [undefined, 'SIGKILL'] as const) {
        const other = startStoreChild('hold', world.path);
        await other.next();
        const refused = await openMessageStore(world.path, { clock: world.clock });
        await other.end(signal);
        expect(refused).toMatchObject({ ok: false, problem: { code: 'history-in-use' } });
        expect(await world.reopen()).toEqual([]);
        expect(texts(world.store().exportMessages())).toEqual(['message 1', 'message 2', 'message 3']);
        world.store().close();
      }
      expect((await readdir(world.directory)).filter((name) => name.includes('.unreadable-'))).toEqual([]);
    },
  );

  it('[STORE-8] is retried while the other process uses it, without blocking', async () => {
    addThree();
    world.store().close();
    const other = holdShared(world.path);
    const opening = openMessageStore(world.path, { clock: world.clock }, { patienceMs: 10_000 });
    const longestTurnMs = await turnsUntil(() => world.clock.monotonicMs() >= 5_000);
    await turnsUntil(() => world.clock.pendingTimers() > 0);
    other.close();
    // The next try succeeds. Real time that it takes is no virtual time.
    await world.clock.advance(retryMs);
    const opened = await opening;
    expect(opened).toMatchObject({ ok: true, problems: [] });
    if (opened.ok) opened.store.close();
    expect(world.clock.monotonicMs()).toBeLessThan(5_200);
    expect(longestTurnMs).toBeLessThan(500);
  });

  it('[STORE-8] is retried only up to the limit', async () => {
    world.store().close();
    const other = holdShared(world.path);
    const opening = openMessageStore(world.path, { clock: world.clock }, { patienceMs: 10_000 });
    await turnsUntil(isSettled(opening));
    other.close();
    expect(await opening).toMatchObject({ ok: false, problem: { code: 'history-in-use' } });
    expect(world.clock.monotonicMs()).toBeGreaterThanOrEqual(10_000);
    expect(world.clock.monotonicMs()).toBeLessThan(10_200);
  });

  it('[STORE-8] does not open while another program reads it', async () => {
    addThree();
    world.store().close();
    const other = holdShared(world.path);
    const refused = await openMessageStore(world.path, { clock: world.clock });
    other.close();
    expect(refused).toMatchObject({ ok: false, problem: { code: 'history-in-use' } });
    expect(await world.reopen()).toEqual([]);
  });
});

function addThree(): void {
  for (let number = 1; number <= 3; number += 1) world.store().addIncoming(incoming(number, ana));
}

/** As a backup does. */
function holdShared(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('BEGIN; SELECT count(*) FROM message');
  return database;
}

/**
 * Advances the clock whenever code waits for it, with turns of the event loop in between.
 * @returns the duration of the longest turn
 */
async function turnsUntil(isOver: () => boolean): Promise<number> {
  let longestMs = 0;
  while (!isOver()) {
    const beforeMs = performance.now();
    if (world.clock.pendingTimers() > 0) await world.clock.advance(50);
    await turn();
    longestMs = Math.max(longestMs, performance.now() - beforeMs);
  }
  return longestMs;
}

function isSettled(promise: Promise<unknown>): () => boolean {
  let settled = false;
  void promise.finally(() => (settled = true));
  return () => settled;
}
