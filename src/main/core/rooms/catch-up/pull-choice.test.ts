/** With whom a node pulls, and when, while pulls end as the test says. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import type { RoomDigest } from '../log/digest.ts';
import { createPullChoice } from './pull-choice.ts';
import { createPullMemory } from './pull-memory.ts';
import type { PullResult } from './pulls.ts';
import { createWaits } from './waits.ts';

const room = '0123456789abcdef';

/** @param results the ends of pulls, in order; later ones bring nothing. Each takes 100 ms */
function setUp(results: readonly PullResult[] = []) {
  const clock = createFakeClock();
  const waits = createWaits(clock);
  const members = new Map<string, RoomDigest>();
  const state = { ours: { weight: 5, hash: 5 } as RoomDigest, hasPlace: true };
  const pulled: { readonly peerId: string; readonly atMs: number }[] = [];
  const told: string[] = [];
  let running = 0;
  const choice = createPullChoice({
    ...{ clock, waits, random: createSeededRandom('choice'), memory: createPullMemory(clock) },
    pulls: {
      async pull(peerId) {
        pulled.push({ peerId, atMs: clock.monotonicMs() });
        running += 1;
        const result = results[pulled.length - 1] ?? ({ kind: 'nothing' } as const);
        await new Promise<void>((resolve) => clock.setTimer(resolve, 100));
        running -= 1;
        return result;
      },
      isPulling: () => running > 0,
      hasPlace: () => state.hasPlace,
    },
    membersWithDigest: () => [...members].map(([peerId, digest]) => ({ peerId, digest })),
    digestOf: (peerId) => members.get(peerId),
    digest: () => state.ours,
    onResult: (_room, kind, peerId) => void told.push(`${peerId} ${kind}`),
  });
  const names = (): readonly string[] => pulled.map(({ peerId }) => peerId);
  return { clock, waits, members, state, pulled, told, choice, names };
}

test('a beacon for a room that we are not in, or without a digest, leads to no pull', async () => {
  const { clock, members, choice, names } = setUp();
  members.set('ana', { weight: 9, hash: 1 });
  choice.heard('ana', room);
  choice.check(room);
  choice.pullSoon(room);
  choice.left(room);
  choice.joined(room);
  choice.heard('ben', room);
  await clock.advance(10_000);
  expect([names(), clock.pendingTimers()]).toEqual([[], 1]);
});

test('[ROOM-105] a pull for which there is no place yet follows once there is one', async () => {
  const { clock, members, state, choice, names } = setUp([{ kind: 'full' }, { kind: 'gain' }]);
  choice.joined(room);
  members.set('ana', { weight: 9, hash: 1 });
  state.hasPlace = false;
  choice.heard('ana', room);
  await clock.advance(10_000);
  const early = names().length;
  state.hasPlace = true;
  // The place is gone again when the pull begins, and free the next time.
  await clock.advance(4_000);
  const first = names().length;
  await clock.advance(4_000);
  expect([early, first > 0, names().slice(0, 2)]).toEqual([0, true, ['ana', 'ana']]);
});

test('[ROOM-92] a lighter member is pulled from later if there was no place at first', async () => {
  const { clock, members, state, choice, names } = setUp();
  choice.joined(room);
  members.set('ana', { weight: 2, hash: 1 });
  choice.heard('ana', room);
  await clock.advance(61_000);
  state.hasPlace = false;
  choice.heard('ana', room);
  const without = names().length;
  state.hasPlace = true;
  choice.heard('ana', room);
  choice.heard('ana', room);
  await clock.advance(1_000);
  choice.heard('ana', room);
  expect([without, names()]).toEqual([0, ['ana']]);
});

test('a pull that ends after we left the room, or at the end, tells nobody and leads to no other', async () => {
  const left = setUp([{ kind: 'broken' }]);
  const ended = setUp([{ kind: 'broken' }]);
  for (const { choice, members, clock } of [left, ended]) {
    choice.joined(room);
    members.set('ana', { weight: 9, hash: 1 });
    choice.heard('ana', room);
    for (let step = 0; step < 400 && left.pulled.length + ended.pulled.length === (clock === left.clock ? 0 : 1); step += 1)
      await clock.advance(10);
  }
  left.choice.left(room);
  ended.waits.close();
  for (const { clock } of [left, ended]) await clock.advance(60_000);
  expect([left.names(), left.told, left.clock.pendingTimers()]).toEqual([['ana'], [], 0]);
  expect([ended.names(), ended.told, ended.clock.pendingTimers()]).toEqual([['ana'], [], 0]);
});

test('[RATK-4] after a refusal of our store the same peer is asked again 30 s later', async () => {
  const { clock, members, state, pulled, told, choice } = setUp([{ kind: 'unkept' }, { kind: 'gain' }]);
  choice.joined(room);
  members.set('ana', { weight: 9, hash: 1 });
  choice.heard('ana', room);
  await clock.advance(32_000);
  state.ours = { weight: 9, hash: 1 };
  await clock.advance(60_000);
  const [first, second] = pulled.map(({ atMs }) => atMs);
  expect([told, (second ?? 0) - (first ?? 0)]).toEqual([['ana unkept', 'ana gain'], 30_100]);
});

test('a member that is in the room and holds nothing that counts is asked when something is missing', async () => {
  const { clock, members, choice, names } = setUp();
  choice.joined(room);
  members.set('ana', { weight: 0, hash: 0 });
  members.set('ben', { weight: 0, hash: 7 });
  choice.pullSoon(room);
  await clock.advance(4_000);
  expect(names()).toEqual(['ben']);
});
