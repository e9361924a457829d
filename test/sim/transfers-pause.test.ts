/** Pausing transfers at either end, on virtual time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import {
  accept,
  hostOf,
  isSame,
  mebibyte,
  meet,
  offer,
  sampleBytes,
  settle,
  transfersOf,
  untilState,
} from './transfers-setup.ts';

const bytes = sampleBytes(8 * mebibyte + 5, 'film');
let world: SimWorld;
let ana: SimNode;
let bo: SimNode;
let transferId: string;

beforeEach(async () => {
  world = createSimWorld({ seed: 'pause', hasFiles: true });
  const nodes = await meet(world);
  [ana, bo] = [nth(nodes, 0), nth(nodes, 1)];
  world.diskOf(hostOf(world, ana)).write('/home/film.mkv', bytes);
  await bo.hallway.settings.set('filesBytesPerSecond', mebibyte);
  ({ transferId } = await offer(world, ana, bo, ['/home/film.mkv']));
  await accept(world, bo, transferId);
  await world.waitUntil('a part is there', () => doneOf(bo) >= 2 * mebibyte, 60_000);
});
afterEach(() => world.close());

function doneOf(node: SimNode): number {
  return node.hallway.transfers?.get(transferId)?.doneBytes ?? 0;
}

function stateOf(node: SimNode): readonly unknown[] {
  const { state, code } = node.hallway.transfers?.get(transferId) ?? {};
  return [state, code];
}

const pause = (node: SimNode) => settle(world, 'it is paused', transfersOf(node).pause(transferId));
const resume = (node: SimNode) => settle(world, 'it goes on', transfersOf(node).resume(transferId));

/** Nothing may come twice but what was in flight. */
async function expectWhole(): Promise<void> {
  await untilState(world, bo, transferId, 'done', 120_000);
  await untilState(world, ana, transferId, 'done');
  expect(isSame(world.diskOf(hostOf(world, bo)).read('/downloads/film.mkv'), bytes)).toBe(true);
  expect(world.diskOf(hostOf(world, bo)).writtenChunks).toBeLessThanOrEqual(9 + 4);
}

test('[FILE-60, FILE-61] the receiver pauses: what arrived stays, both ends say so, and it goes on', async () => {
  expect(await pause(bo)).toMatchObject({ ok: true, transfer: { state: 'paused' } });
  await world.passTime(2_000);
  const paused = doneOf(bo);
  await world.passTime(600_000);
  expect([stateOf(bo), stateOf(ana)]).toEqual([
    ['paused', undefined],
    ['waiting', 'paused'],
  ]);
  expect(doneOf(bo)).toBe(paused);
  expect(await resume(bo)).toMatchObject({ ok: true });
  await expectWhole();
});

test('[FILE-60, FILE-61] the sender pauses: the receiver waits without asking, and goes on at once', async () => {
  await pause(ana);
  await world.passTime(5_000);
  expect([stateOf(ana), stateOf(bo)]).toEqual([
    ['paused', undefined],
    ['waiting', 'paused'],
  ]);
  const states: unknown[] = [];
  const stop = transfersOf(bo).subscribe(({ transfer: { state } }) => states.push(state));
  await world.passTime(600_000);
  stop();
  expect(states).toEqual([]);
  await resume(ana);
  await world.waitUntil('it runs', () => stateOf(bo)[0] === 'running', 3_000);
  await expectWhole();
});

test.each(['ana', 'bo'] as const)('[FILE-62] what %s paused is paused after a restart too', async (name) => {
  const node = name === 'ana' ? ana : bo;
  await pause(node);
  await world.passTime(2_000);
  await node.kill();
  await world.passTime(60_000);
  const again = (await hostOf(world, node).start({ name })) as SimNode;
  if (name === 'ana') ana = again;
  else bo = again;
  await world.waitUntil(
    'both see each other',
    () => [ana, bo].every(({ hallway }) => hallway.presence.peers().length === 1),
    60_000,
  );
  await world.passTime(60_000);
  expect(stateOf(again)).toEqual(['paused', undefined]);
  expect(stateOf(name === 'ana' ? bo : ana)).toEqual(['waiting', 'paused']);
  await resume(again);
  await expectWhole();
});

test('[FILE-63] both ends pause for themselves, and what is paused can be cancelled', async () => {
  await pause(bo);
  await pause(ana);
  await resume(bo);
  await world.passTime(60_000);
  expect([stateOf(ana), stateOf(bo)]).toEqual([
    ['paused', undefined],
    ['waiting', 'paused'],
  ]);
  await settle(world, 'it is cancelled', transfersOf(bo).cancel(transferId));
  await untilState(world, ana, transferId, 'cancelled');
  await world.passTime(1_000);
  expect(world.diskOf(hostOf(world, bo)).leftovers()).toEqual([]);
});

test('[FILE-60] an offer that nobody accepted, and one that is over, cannot be paused', async () => {
  const { transferId: second } = await offer(world, ana, bo, ['/home/film.mkv']);
  await untilState(world, bo, second, 'offered');
  await settle(world, 'it is cancelled', transfersOf(bo).cancel(transferId));
  const results = await Promise.all([transfersOf(bo).pause(second), pause(bo), transfersOf(bo).resume('nothing')]);
  expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual([
    'transfer-not-accepted',
    'transfer-over',
    'unknown-transfer',
  ]);
});
