/** Statuses that change by themselves, as peers see them, on virtual time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmitter } from '../../src/shared/lib/emitter.ts';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

const minuteMs = 60_000;

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'away' })));
afterEach(() => world.close());

/** Two nodes; the user of the first one sits before a system that tells the truth. */
async function meet() {
  const nodes = await startSettled(world, 2);
  const [ana, bo] = [nth(nodes, 0), nth(nodes, 1)];
  const locks = createEmitter<boolean>();
  let inputAtMs = world.clock.monotonicMs();
  ana.hallway.away.follow({
    idleMs: () => world.clock.monotonicMs() - inputAtMs,
    onLock: (listener) => locks.subscribe(listener),
  });
  return {
    ...{ ana, bo, lock: (isLocked: boolean) => locks.emit(isLocked), seen: () => statusOf(ana, bo) },
    input: () => void (inputAtMs = world.clock.monotonicMs()),
    async work(durationMs: number) {
      for (let passedMs = 0; passedMs < durationMs; passedMs += 7_000) {
        inputAtMs = world.clock.monotonicMs();
        await world.passTime(7_000);
      }
    },
  };
}

/** The status of the first node, as the second one shows it. */
function statusOf({ peerId }: SimNode, { hallway }: SimNode): string | undefined {
  return hallway.presence.peers().find((peer) => peer.peerId === peerId)?.status;
}

test('[AWAY-1] peers see a user away after ten minutes without input, and back 2 s after the next one', async () => {
  const { seen, work, input } = await meet();
  await work(minuteMs);
  const working = seen();
  await world.passTime(9 * minuteMs);
  const reading = seen();
  await world.passTime(minuteMs + 10_000);
  const away = seen();
  input();
  await world.passTime(2_000);
  expect({ working, reading, away, back: seen() }).toEqual({
    working: 'available',
    reading: 'available',
    away: 'away',
    back: 'available',
  });
});

test('[AWAY-2] peers see a locked screen within a second', async () => {
  const { seen, lock } = await meet();
  lock(true);
  await world.passTime(1_000);
  const locked = seen();
  lock(false);
  await world.passTime(1_000);
  expect([locked, seen()]).toEqual(['away', 'available']);
});

test('[AWAY-8] a status that the user chose stays, and shows again what they chose', async () => {
  const { ana, seen, lock } = await meet();
  const statuses: unknown[] = [];
  for (const status of ['busy', 'away', 'available'] as const) {
    ana.hallway.profile.change({ status });
    lock(true);
    await world.passTime(1_000);
    const locked = seen();
    lock(false);
    await world.passTime(1_000);
    statuses.push([locked, seen(), ana.hallway.settings.get('status')]);
  }
  expect(statuses).toEqual([
    ['busy', 'busy', 'busy'],
    ['away', 'away', 'away'],
    ['away', 'available', 'available'],
  ]);
});

test('[AWAY-10, AWAY-12] peers see until when a user is busy, and that it ended', async () => {
  const { ana, bo } = await meet();
  const busyUntilMs = world.clock.wallMs() + 60 * minuteMs;
  ana.hallway.profile.change({ status: 'busy', busyUntilMs });
  await world.passTime(1_000);
  const [busy] = bo.hallway.presence.peers();
  await world.passTime(60 * minuteMs);
  const [after] = bo.hallway.presence.peers();
  expect({ busy, after, self: ana.hallway.profile.self() }).toMatchObject({
    busy: { status: 'busy', busyUntilMs: Math.floor(busyUntilMs / 1_000) * 1_000 },
    after: { status: 'available' },
    self: { status: 'available' },
  });
  expect(after).not.toHaveProperty('busyUntilMs');
});

test('[AWAY-10] a clock that is set forward ends it too', async () => {
  const { ana, seen } = await meet();
  ana.hallway.profile.change({ status: 'busy', busyUntilMs: world.clock.wallMs() + 60 * minuteMs });
  world.clock.jumpWall(2 * 60 * minuteMs);
  await world.passTime(minuteMs + 1_000);
  expect([seen(), ana.hallway.settings.get('busyUntilMs')]).toEqual(['available', null]);
});
