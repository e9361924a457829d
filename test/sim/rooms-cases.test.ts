/** Failures in `#everyone`, one by one: what is lost comes back, soon and at little cost. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { looksLikeBlock } from '../../src/main/core/presence/wire/datagram.ts';
import { describeFigure } from '../scenarios/figures.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';
import type { SimNode } from './sim-node.ts';

const everyone = conversationOfRoom('everyone');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let world: SimWorld;
beforeEach(() => {
  world = createSimWorld({ seed: 'cases of rooms' });
});
afterEach(() => world.close());

/** Oldest first. */
function textsOf(node: SimNode): readonly string[] {
  const messages = node.hallway.rooms?.history(everyone, { limit: 10_000 }) ?? [];
  return messages.map(({ text }) => text).reverse();
}

async function say(node: SimNode, text: string): Promise<void> {
  const saying = node.hallway.rooms?.say('everyone', text);
  await world.passTime(100);
  await saying;
}

function countersOf(node: SimNode) {
  const counters = node.hallway.rooms?.counters().get('everyone');
  if (!counters) throw new Error('no counters');
  return counters;
}

function sumOf(nodes: readonly SimNode[], name: 'askedFor' | 'repairedByMulticast' | 'repairedByUnicast'): number {
  return nodes.reduce((sum, node) => sum + countersOf(node)[name], 0);
}

test('[ROOM-90] what an author persisted before it crashed, and nobody heard, all have soon after its next start', async () => {
  const [ana, ...others] = (await startSettled(world, 5)) as [SimNode, ...SimNode[]];
  const undo = world.lan.lose(({ sender, bytes }) => sender === ana.host.name && looksLikeBlock(bytes));
  await say(ana, 'last words');
  await ana.kill();
  undo();
  const before = others.map(textsOf);
  const again = (await ana.host.start()) as SimNode;
  const tookMs = await world.waitUntil('all have it', () => others.every((node) => textsOf(node).length === 1), 30_000);
  console.log(describeFigure('SIM', { name: 'all have it after the next start in', value: tookMs, unit: 'ms' }));
  expect([before.flat(), textsOf(again)]).toEqual([[], ['last words']]);
});

test('[ROOM-76] a datagram that all lose costs one or two asks and one repair to the group', async () => {
  const nodes = await startSettled(world, 20);
  const [ana] = nodes as [SimNode];
  let isLost = true;
  world.lan.lose(({ multicast, bytes }) => isLost && multicast && looksLikeBlock(bytes));
  await say(ana, 'lost by all');
  isLost = false;
  await say(ana, 'heard by all');
  await world.passTime(2_000);
  const cost = { asks: sumOf(nodes, 'askedFor'), toGroup: sumOf(nodes, 'repairedByMulticast') };
  console.log(describeFigure('SIM', { name: 'asks for a datagram that all lost', value: cost.asks, unit: 'count' }));
  expect(nodes.map(textsOf)).toEqual(nodes.map(() => ['lost by all', 'heard by all']));
  expect(cost.asks).toBeLessThanOrEqual(4);
  expect([cost.toGroup, sumOf(nodes, 'repairedByUnicast') <= 2]).toEqual([1, true]);
});

test('[ROOM-68] a receiver that stands still for 500 ms, and loses what its socket cannot hold, has all in the end', async () => {
  const nodes = await startSettled(world, 4);
  const [ana, stalled] = nodes as [SimNode, SimNode];
  stalled.pause();
  for (let index = 0; index < 30; index += 1) {
    void ana.hallway.rooms?.say('everyone', `${index}`);
    await world.passTime(60);
    if (index === 8) stalled.resume();
  }
  await world.passTime(5_000);
  expect(textsOf(stalled)).toEqual(textsOf(ana));
  expect(textsOf(stalled)).toHaveLength(30);
  expect(countersOf(stalled).missing).toBe(0);
});

test('[ROOM-101] a gap that nobody can fill costs few exchanges, and is filled when its holder comes back', async () => {
  const nodes = await startSettled(world, 4);
  const [ana, ben, ...others] = nodes as [SimNode, SimNode, ...SimNode[]];
  await say(ana, 'first');
  const undo = world.lan.lose(({ sender, receiver, bytes }) => {
    return looksLikeBlock(bytes) && sender === ana.host.name && receiver !== ben.host.name;
  });
  await say(ana, 'only Ben has it');
  await ben.kill();
  undo();
  await ana.kill();
  await world.passTime(hourMs);
  const before = others.map(textsOf);
  await ben.host.start();
  await world.waitUntil('it is filled', () => others.every((node) => textsOf(node).length === 2), 60_000);
  expect(before).toEqual([['first'], ['first']]);
  expect(others.map(textsOf)).toEqual(others.map(() => ['first', 'only Ben has it']));
});

describe('a host that was away', () => {
  /** Others say this many messages a time, so many times; the wall clock goes on by that much each time. */
  async function talk(nodes: readonly SimNode[], times: number, perTime: number, stepMs: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      for (let index = 0; index < perTime; index += 1) {
        const node = nodes[index % nodes.length] as SimNode;
        void node.hallway.rooms?.say('everyone', `${time} ${index}`);
        await world.passTime(100);
      }
      await world.passTime(2_000);
      world.clock.jumpWall(stepMs - 2_000 - 100 * perTime);
    }
  }

  test.each([
    ['an hour', 12, 30, hourMs / 12, 360],
    ['a day', 24, 30, hourMs, 720],
    ['a month and a half', 45, 20, dayMs, 600],
  ])(
    '[ROOM-106, ROOM-206] %s catches up, the newest first, with no more than the others keep',
    async (name, times, perTime, stepMs, most) => {
      const nodes = await startSettled(world, 3);
      const [away, ...others] = nodes as [SimNode, ...SimNode[]];
      await away.stop();
      await talk(others, times, perTime, stepMs);
      // The others look after their rooms once an hour.
      await world.passTime(hourMs + 60_000);
      const readTraffic = await world.meterTraffic();
      const again = (await away.host.start()) as SimNode;
      const [first] = others as [SimNode];
      await world.waitUntil('it has all', () => textsOf(again).length === textsOf(first).length, 120_000);
      const bytes = [...(await readTraffic()).values()].reduce((sum, traffic) => sum + traffic.bytes, 0);
      const arrived = again.record.roomMessages.map(({ text }) => text);
      const newest = new Set(textsOf(first).slice(-200));
      console.log(describeFigure('SIM', { name: `messages fetched after ${name}`, value: arrived.length, unit: 'count' }));
      console.log(describeFigure('SIM', { name: `all bytes meanwhile, after ${name}`, value: bytes / 1_048_576, unit: 'MB' }));
      expect(textsOf(again)).toEqual(textsOf(first));
      expect(arrived.length).toBeLessThanOrEqual(most);
      expect(arrived.length).toBeGreaterThan(most * 0.9);
      expect(arrived.slice(0, 150).every((text) => newest.has(text))).toBe(true);
    },
  );
});
