/** `#everyone` on the simulated network: said once, heard by everyone, in one order. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { describeFigure } from '../scenarios/figures.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';
import type { SimNode } from './sim-node.ts';

const everyone = conversationOfRoom('everyone');
/** Longer than a lost tail takes, which only a beacon shows. */
const settleMs = 30_000;

let world: SimWorld;
beforeEach(() => {
  world = createSimWorld({ seed: 'rooms' });
});
afterEach(() => world.close());

function historyOf(node: SimNode): readonly string[] {
  const messages = node.hallway.rooms?.history(everyone, { limit: 10_000 }) ?? [];
  return messages.map(({ messageId, fromName, text }) => `${messageId} ${fromName}: ${text}`).reverse();
}

describe('a room without loss', () => {
  test('[ROOM-60] what one says is in the history of all, once, and the author learns who has it', async () => {
    const nodes = await startSettled(world, 4);
    const [ana] = nodes as [SimNode];
    const said = ana.hallway.rooms?.say('everyone', 'Lunch?');
    await world.passTime(1_000);
    expect(await said).toMatchObject({ ok: true, message: { text: 'Lunch?', conversation: everyone } });
    const histories = nodes.map(historyOf);
    expect(histories[0]).toHaveLength(1);
    expect(histories).toEqual(nodes.map(() => histories[0]));
    await world.passTime(10_000);
    expect(ana.hallway.rooms?.history(everyone, { limit: 1 })[0]).toMatchObject({ state: 'delivered' });
  });
});

describe('a room that was divided', () => {
  test('[ROOM-90] two halves that talk apart show one identical history after they meet again', async () => {
    const nodes = await startSettled(world, 6);
    const heal = await world.partition([nodes.slice(0, 3).map(({ host }) => host), nodes.slice(3).map(({ host }) => host)]);
    await world.passTime(60_000);
    for (const [index, node] of nodes.entries()) {
      void node.hallway.rooms?.say('everyone', `apart ${index}`);
      await world.passTime(500);
    }
    await heal();
    await world.passTime(120_000);
    const histories = nodes.map(historyOf);
    expect(histories.map(({ length }) => length)).toEqual(nodes.map(() => nodes.length));
    expect(new Set(histories.map((history) => history.join('\n'))).size).toBe(1);
  });

  test('[ROOM-90] a newcomer gets what was said before', async () => {
    const nodes = await startSettled(world, 3);
    for (let index = 0; index < 30; index += 1) {
      void nodes[index % 3]?.hallway.rooms?.say('everyone', `before ${index}`);
      await world.passTime(100);
    }
    const [host] = await world.addHosts(1);
    const newcomer = (await (host as SimWorld['hosts'][number]).start()) as SimNode;
    await world.passTime(30_000);
    expect(historyOf(newcomer)).toEqual(historyOf(nodes[0] as SimNode));
    expect(historyOf(newcomer)).toHaveLength(30);
  });
});

describe('a room that loses datagrams', () => {
  test.each([
    [10, 0, 200],
    [10, 0.05, 200],
    [10, 0.2, 200],
  ])('[ROOM-84] %i nodes at a loss of %f: %i messages, one identical history on all', async (count, loss, total) => {
    const nodes = await startSettled(world, count);
    const random = createSeededRandom('said');
    await world.setLoss(loss);
    const startedMs = world.nowMs();
    for (let index = 0; index < total; index += 1) {
      const author = nodes[Math.floor(random.fraction() * nodes.length)] as SimNode;
      void author.hallway.rooms?.say('everyone', `${author.name} ${index}`);
      await world.passTime(50);
    }
    await world.passTime(settleMs);
    const histories = nodes.map(historyOf);
    console.log(describeFigure('SIM', { name: `${total} said in`, value: world.nowMs() - startedMs, unit: 'ms' }));
    expect(histories.map(({ length }) => length)).toEqual(nodes.map(() => total));
    expect(new Set(histories.map((history) => history.join('\n'))).size).toBe(1);
  });
});
