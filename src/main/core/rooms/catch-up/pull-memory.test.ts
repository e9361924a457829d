import { expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createPullMemory } from './pull-memory.ts';

const room = '0123456789abcdef';
const hourMs = 3_600_000;
const digest = (weight: number) => ({ weight, hash: weight * 3 });

test('[ROOM-101] a difference is futile for one peer, and after a second for all, for an hour', async () => {
  const clock = createFakeClock();
  const memory = createPullMemory(clock);
  const asked = (peerId: string, by = 0) => memory.isFutile(room, peerId, digest(9 + by), digest(4 + by));
  memory.noteFutile(room, 'ana', digest(9), digest(4));
  const first = { ana: asked('ana'), grown: asked('ana', 100), bo: asked('bo') };
  memory.noteFutile(room, 'bo', digest(9), digest(4));
  const second = { cy: asked('cy'), other: memory.isFutile(room, 'cy', digest(10), digest(4)) };
  await clock.advance(hourMs);
  expect({ first, second, later: asked('ana') }).toEqual({
    first: { ana: true, grown: true, bo: false },
    second: { cy: true, other: false },
    later: false,
  });
});

test('[ROOM-101] 256 differences are remembered', () => {
  const memory = createPullMemory(createFakeClock());
  for (let weight = 1; weight <= 257; weight += 1) memory.noteFutile(room, 'ana', digest(weight), digest(0));
  const isFutile = (weight: number) => memory.isFutile(room, 'ana', digest(weight), digest(0));
  expect([isFutile(1), isFutile(2), isFutile(257)]).toEqual([false, true, true]);
});

test('[ROOM-102] a peer waits 5 s, then twice as long each time, up to 5 minutes', async () => {
  const clock = createFakeClock();
  const memory = createPullMemory(clock);
  const waits: number[] = [];
  for (let time = 0; time < 8; time += 1) {
    memory.noteFailed('ana');
    const startMs = clock.monotonicMs();
    while (memory.mustWait('ana')) await clock.advance(1_000);
    waits.push((clock.monotonicMs() - startMs) / 1_000);
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
  memory.noteGain('ana');
  memory.noteFailed('ana');
  await clock.advance(5_000);
  expect(memory.mustWait('ana')).toBe(false);
});

test('[ROOM-103] a peer that sent a wrong block is no holder for an hour', async () => {
  const clock = createFakeClock();
  const memory = createPullMemory(clock);
  memory.noteWrong('ana');
  const before = memory.isHolder('ana');
  await clock.advance(hourMs);
  expect({ before, after: memory.isHolder('ana'), other: memory.isHolder('bo') }).toEqual({
    before: false,
    after: true,
    other: true,
  });
});

test('[ROOM-97] what is not there stays so until the floor or the top changes', () => {
  const memory = createPullMemory(createFakeClock());
  const head = { publicKey: new Uint8Array(33), epoch: 1, hash8: new Uint8Array(8), holes: [], tag: 'a', floor: 1, top: 9 };
  memory.noteMissing(room, 'ana', head, [{ from: 2, to: 3 }]);
  memory.noteMissing(room, 'ana', head, [{ from: 7, to: 7 }]);
  expect(
    [head, { ...head, top: 10 }, { ...head, floor: 2 }, { ...head, tag: 'b' }].map((one) => memory.missing(room, 'ana', one)),
  ).toEqual([
    [{ from: 2, to: 3 }, { from: 7, to: 7 }], // prettier-ignore
    [],
    [],
    [],
  ]);
});

test('[ROOM-104] a log is compared once in 10 minutes, and refused for as long', async () => {
  const clock = createFakeClock();
  const memory = createPullMemory(clock);
  memory.noteRefused(room, 'a');
  const first = [
    memory.mayCompare(room, 'a'),
    memory.mayCompare(room, 'a'),
    memory.isRefused(room, 'a'),
    memory.isRefused(room, 'b'),
  ];
  await clock.advance(600_000);
  const later = [memory.mayCompare(room, 'a'), memory.isRefused(room, 'a')];
  memory.noteRefused(room, 'a');
  memory.forgetRefused(room, 'a');
  expect({ first, later, kept: memory.isRefused(room, 'a') }).toEqual({
    first: [true, false, true, false],
    later: [true, false],
    kept: false,
  });
});
