/** A file that is offered in `#everyone` while datagrams are lost, and whose author leaves. */
import { expect } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { healedMs, startAll, untilAllOnline } from './expectations.ts';
import { everyone } from './room-talk.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

const fileBytes = 4 * 1_048_576 + 321;
const lossRate = 0.05;
const arrivedDeadlineMs = 120_000;
const stepMs = 10;

/** Of 3 MB/s from one of two others, with the questions before it. */
const goalMs = 15_000;

export const roomFileAtLoss: Scenario = {
  id: 'S-ROOM-FILE',
  title: '[RFILE-8, RFILE-10] a file of a room is whole at all six hosts at 5 % loss, though its author leaves once two have it',
  hasFiles: true,
  async run(world) {
    const nodes = await startAll(await world.addHosts(6));
    await untilAllOnline(world, nodes, healedMs);
    await world.setLoss(lossRate);
    const [author, ...others] = nodes as [WorldNode, ...WorldNode[]];
    const bytes = new Uint8Array(createSeededRandom('room file').bytes(fileBytes));
    const transferId = await whileTimePasses(world, author.offerFile(everyone, 'plan.bin', bytes));
    await untilState(world, others, transferId, 'offered');
    const early = others.slice(0, 2);
    const earlyMs = await fetchAll(world, early, transferId);
    await author.stop();
    const late = others.slice(2);
    const lateMs = await fetchAll(world, late, transferId);
    await world.setLoss(0);
    for (const node of others) expect(Buffer.compare(await node.arrivedFile(transferId), bytes)).toBe(0);
    return [
      { name: 'two have it from its author', value: earlyMs, unit: 'ms', goal: goalMs },
      { name: 'three more have it from the two', value: lateMs, unit: 'ms', goal: goalMs },
    ];
  },
};

/** A disk takes its time, which virtual time is not without us. */
async function whileTimePasses<Result>(world: World, acting: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const result = acting.finally(() => (isSettled = true));
  while (world.kind === 'sim' && !isSettled) await world.passTime(stepMs);
  return result;
}

async function fetchAll(world: World, nodes: readonly WorldNode[], transferId: string): Promise<number> {
  await whileTimePasses(world, Promise.all(nodes.map((node) => node.acceptFiles(transferId))));
  return untilState(world, nodes, transferId, 'done');
}

function untilState(world: World, nodes: readonly WorldNode[], transferId: string, state: string): Promise<number> {
  const others = (): readonly string[] =>
    nodes.filter((node) => stateOf(node, transferId) !== state).map((node) => `${node.name} ${stateOf(node, transferId)}`);
  return world.waitUntil(() => `all have it ${state}: ${others().join(', ')}`, () => others().length === 0, arrivedDeadlineMs); // prettier-ignore
}

function stateOf({ record }: WorldNode, transferId: string): string | undefined {
  const last = record.events.findLast(({ event }) => event.event === 'transfer' && event.transferId === transferId);
  return last?.event.event === 'transfer' ? last.event.state : undefined;
}
