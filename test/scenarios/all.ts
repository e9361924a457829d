/** Every scenario, in the order in which they run; test/sim and test/lab both go through this list. */
import { floodOfGarbage, freeze, lossyNetwork, oneWay, partition, portTaken, silenceRestarts } from './adversity.ts';
import {
  adapterRecreated,
  addressChanges,
  interfaceAppears,
  interfaceVanishes,
  ipv6Only,
  noNetwork,
  outages,
} from './changing-networks.ts';
import { amongFifty, amongTen, findTwo, restart } from './finding.ts';
import { twoInstances, twoInterfacesOneSegment, twoUsers } from './one-host.ts';
import type { Scenario, Scene } from './scenario.ts';

const small: readonly Scenario[] = [
  findTwo,
  restart,
  twoInstances,
  twoUsers,
  twoInterfacesOneSegment,
  interfaceAppears,
  interfaceVanishes,
  addressChanges,
  ...outages,
  adapterRecreated,
  noNetwork,
  ipv6Only,
  portTaken,
  silenceRestarts,
  lossyNetwork,
  partition,
  oneWay,
  freeze,
];

export const scenes: readonly Scene[] = [
  { title: 'fifty hosts', alone: true, scenarios: amongFifty },
  { title: 'a flood', alone: true, scenarios: [floodOfGarbage] },
  togetherAs(amongTen),
  ...small.map((scenario) => togetherAs([scenario])),
];

/** A scene that may share the machine, under the titles of its scenarios. */
function togetherAs(scenarios: readonly Scenario[]): Scene {
  return { title: scenarios.map(({ id, title }) => `[${id}] ${title}`).join('; '), alone: false, scenarios };
}
