/** The traffic of an idle network, counted on the wire. */
import { departures, runningNodes, untilAllOnline, healedMs } from './expectations.ts';
import { expect } from 'vitest';
import type { Scenario } from './scenario.ts';

const watchedMs = 30_000;
/** Time until the last start or change has no more effect: a burst, and the probes by new nodes. */
const settleMs = 8_000;
const bytesGoalPerSecond = 500;
/** One datagram in three seconds. */
const multicastGoalPerSecond = 1 / 3;

export function costScenario(count: number): Scenario {
  return {
    id: `S-COST-${count}`,
    title: `a node among ${count} sends at most ${bytesGoalPerSecond} bytes a second and a multicast datagram in three seconds (mean, goal)`,
    async run(world) {
      const nodes = runningNodes(world);
      await untilAllOnline(world, nodes, healedMs);
      await world.passTime(settleMs);
      const startedMs = world.nowMs();
      const ask = await world.meterTraffic();
      await world.passTime(watchedMs);
      const traffic = await ask();
      const seconds = (world.nowMs() - startedMs) / 1_000;
      expect(departures(nodes, startedMs)).toEqual([]);
      const sent = nodes.map(({ host }) => {
        const one = traffic.get(host.name);
        if (!one) throw new Error(`${host.name} was not metered`);
        return one;
      });
      const perSecond = (value: (one: (typeof sent)[number]) => number): readonly number[] =>
        sent.map((one) => value(one) / seconds);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const bytes = perSecond((one) => one.bytes);
      const multicast = perSecond((one) => one.multicastDatagrams);
      return [
        { name: 'sent by a node, mean', value: mean(bytes), unit: 'B/s', goal: bytesGoalPerSecond },
        { name: 'sent by a node, most', value: Math.max(...bytes), unit: 'B/s' },
        { name: 'datagrams by a node, mean', value: mean(perSecond((one) => one.datagrams)), unit: '1/s' },
        { name: 'to the group by a node, mean', value: mean(multicast), unit: '1/s', goal: multicastGoalPerSecond },
        { name: 'to the group by a node, most', value: Math.max(...multicast), unit: '1/s' },
      ];
    },
  };
}
