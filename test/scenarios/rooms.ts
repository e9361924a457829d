/**
 * Messages to `#everyone` among fifty hosts while datagrams are lost: everybody has each of them
 * once, in one order, with few copies and soon. room-faults.ts has what happens to authors and
 * networks. The goals are those of the spec of rooms: docs/spec/rooms-live.md.
 */
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { fillUp, nth, onlineDeadlineMs, runningNodes, untilAllOnline } from './expectations.ts';
import type { Figure } from './figures.ts';
import { countersOfAll, deliveryFigures, expectOneHistory, talk, untilTold, type DeliveryGoals, type Pace } from './room-talk.ts';
import type { Scenario } from './scenario.ts';
import type { World, WorldNode } from './world.ts';

const hostCount = 50;
/** Set for a nightly run, with as many messages as the model. */
const isLong = process.env['HALLWAY_LONG'] === '1';
/**
 * The pace of the model. Fifty processes on two processors could not check so many signatures, so
 * each message waits until the processors have room.
 */
const paces: Record<World['kind'], Pace> = {
  sim: { count: isLong ? 2_000 : 300, gapMs: 5 },
  netns: { count: isLong ? 400 : 100, gapMs: 20, whenFree: true },
};
const steadyMs = 10_000;
/** Several beacons: a lost last message is found by them. */
const settleMs = 40_000;
/** A beacon comes at least this often among fifty, and the rounds after it take a second. */
const tailMs = 7_000;

interface Lossy {
  readonly id: string;
  readonly title: string;
  readonly worlds?: Scenario['worlds'];
  readonly lossRate: number;
  /** The loss of one of the hosts, besides. */
  readonly worstLossRate?: number;
  /** Datagrams to the group per message. */
  readonly copiesGoal: number;
  readonly goals: DeliveryGoals;
}

function talkWithLoss({ id, title, worlds, lossRate, worstLossRate = 0, copiesGoal, goals }: Lossy): Scenario {
  return {
    id,
    title,
    ...(worlds && { worlds }),
    async run(world) {
      if (world.hosts.length === 0) await world.addHosts(hostCount);
      await fillUp(world);
      const nodes = runningNodes(world);
      await untilAllOnline(world, nodes, onlineDeadlineMs[world.kind]);
      // Just after a start, datagrams to the group go by both families.
      if (lossRate === 0) await world.passTime(steadyMs);
      const before = await countersOfAll(nodes);
      const readTraffic = await world.meterTraffic();
      const usedMs = await processorMs(nodes);
      const { host: worst } = nth(nodes, 0);
      await world.setLoss(lossRate);
      await world.setLossTo(worst, worstLossRate);
      const said = await talk(world, nodes, createSeededRandom(id), paces[world.kind]);
      const settledMs = await untilTold(world, nodes, said, settleMs);
      const blocks = [...(await readTraffic()).values()].reduce((sum, { groupBlocks }) => sum + groupBlocks, 0);
      const costMs = (await processorMs(nodes)) - usedMs;
      await world.setLoss(0);
      await world.setLossTo(worst, 0);
      await expectOneHistory(nodes, said);
      const after = await countersOfAll(nodes);
      const perMessage = (name: string, value: number, goal?: number): Figure => ({
        name: `${name} per message`,
        value: value / said.length,
        unit: 'count',
        ...(goal !== undefined && { goal }),
      });
      return [
        { name: 'messages said', value: said.length, unit: 'count' },
        perMessage('copies to the group', blocks, copiesGoal),
        perMessage('copies to one', after.repairedByUnicast - before.repairedByUnicast),
        perMessage('asks', after.askedFor - before.askedFor),
        ...deliveryFigures(nodes, said, goals),
        ...(costMs > 0
          ? [{ name: 'processor time of a node per message', value: costMs / nodes.length / said.length, unit: 'ms' } as const]
          : []),
        { name: 'until all have all, after the last', value: settledMs, unit: 'ms' },
        { name: 'known and missing', value: after.missing, unit: 'count', limit: 0 },
      ];
    },
  };
}

/** Of all together; 0 where it cannot be measured. */
async function processorMs(nodes: readonly WorldNode[]): Promise<number> {
  const costs = await Promise.all(nodes.map((node) => node.cost()));
  return costs.reduce((sum, cost) => sum + (cost?.cpuMs ?? 0), 0);
}

export const talkWithoutLoss = talkWithLoss({
  id: 'S-ROOM-LOSS-0',
  title: '[ROOM-43, ROOM-60, ROOM-62] what fifty say in a room has one identical history on all, and takes one datagram each',
  lossRate: 0,
  copiesGoal: 1.05,
  goals: { oneP99Ms: 25, allP95Ms: 25, longestMs: 50 },
});

export const talkWithLittleLoss = talkWithLoss({
  id: 'S-ROOM-LOSS-5',
  title: '[ROOM-67, ROOM-76, ROOM-84] at 5 % loss among fifty, all have each message once, in one order, with 2.2 copies (goal)',
  lossRate: 0.05,
  copiesGoal: 2.2,
  goals: { oneP99Ms: 80, longestMs: tailMs },
});

export const talkWithMuchLoss = talkWithLoss({
  id: 'S-ROOM-LOSS-20',
  title: '[ROOM-67, ROOM-76, ROOM-84] at 20 % loss among fifty, all have each message once, in one order, with 3.6 copies (goal)',
  worlds: ['sim'],
  lossRate: 0.2,
  copiesGoal: 3.6,
  goals: { allP95Ms: 600, longestMs: tailMs },
});

export const talkWithOneBad = talkWithLoss({
  id: 'S-ROOM-LOSS-ONE-BAD',
  title: '[ROOM-76] one of fifty that loses 30 % gets its repairs alone: the others see hardly more than one copy (goal 1.2)',
  worlds: ['sim'],
  lossRate: 0.002,
  worstLossRate: 0.3,
  copiesGoal: 1.2,
  goals: { oneP99Ms: 80, longestMs: tailMs },
});
