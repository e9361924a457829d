/** All scenarios, in the order in which they run. Both test/sim and test/netns run this list. */
import { freeze, lossyNetwork, oneWay, partition, portTaken, silenceRestarts } from './adversity.ts';
import {
  cableAmongFifty,
  costOfFifty,
  killAmongFifty,
  leaveAmongFifty,
  longLoss,
  newcomerAmongFifty,
  switchRestarts,
} from './among-fifty.ts';
import { crashesAmongFifty, crashesAmongTwenty } from './crashes.ts';
import { forgeries, hostileTexts, replays, slander } from './attacks.ts';
import { crowdOfPeers, garbageFlood, manySources, passersBy, underKnownKeys, wrongSignatures } from './floods.ts';
import {
  adapterRecreated,
  addressChanges,
  interfaceAppears,
  interfaceVanishes,
  ipv6Only,
  noNetwork,
  outages,
} from './changing-networks.ts';
import { findFifty, findTen, findTwo, kill, restart } from './finding.ts';
import { messagesInTurmoil, moreMessagesInTurmoil } from './messages.ts';
import { costScenario } from './steady-cost.ts';
import { twoInstances, twoInterfacesOneSegment, twoUsers } from './one-host.ts';
import { cablesByAddress, cablesWithoutMulticast } from './two-cables.ts';
import { asleep, connectByAddress, flapping, multicastBlocked, oneWayKnown } from './faults.ts';
import { roomClocks, roomCrashedAuthor, roomLateComer, roomPartition, roomReplays, roomRestart } from './room-faults.ts';
import { talkWithLittleLoss, talkWithMuchLoss, talkWithOneBad, talkWithoutLoss } from './rooms.ts';
import { roomFileAtLoss } from './room-files.ts';
import { roomBulk, roomThreeSubnets, roomWithoutMulticast } from './room-tree.ts';
import type { Scenario, ScenarioGroup } from './scenario.ts';

/** Set for a nightly run, with more seeds. */
const isLong = process.env['HALLWAY_LONG'] === '1';

/** The slowest come first: several run at a time, and this order finishes soonest. */
const small: readonly Scenario[] = [
  cablesByAddress,
  cablesWithoutMulticast,
  roomPartition,
  roomReplays,
  flapping,
  forgeries,
  replays,
  multicastBlocked,
  roomRestart,
  asleep,
  lossyNetwork,
  addressChanges,
  findTwo,
  restart,
  twoInstances,
  twoUsers,
  twoInterfacesOneSegment,
  interfaceAppears,
  interfaceVanishes,
  ...outages,
  adapterRecreated,
  noNetwork,
  ipv6Only,
  portTaken,
  silenceRestarts,
  partition,
  oneWay,
  oneWayKnown,
  freeze,
  connectByAddress,
  slander,
  hostileTexts,
  roomCrashedAuthor,
  roomLateComer,
  roomClocks,
  roomWithoutMulticast,
  roomThreeSubnets,
  roomBulk,
  roomFileAtLoss,
];

export const scenarioGroups: readonly ScenarioGroup[] = [
  // Before the fifty, whose world stays for its background.
  { title: 'twenty hosts', alone: true, scenarios: crashesAmongTwenty },
  {
    title: 'fifty hosts',
    alone: true,
    scenarios: [
      findFifty,
      newcomerAmongFifty,
      leaveAmongFifty,
      killAmongFifty,
      cableAmongFifty,
      ...crashesAmongFifty.map(nightly),
      switchRestarts,
      talkWithoutLoss,
      talkWithLittleLoss,
      talkWithMuchLoss,
      talkWithOneBad,
    ],
    background: [costOfFifty, ...(isLong ? [longLoss] : [])],
  },
  {
    title: 'floods',
    alone: true,
    scenarios: [garbageFlood, wrongSignatures, manySources, nightly(passersBy), nightly(underKnownKeys)],
  },
  { title: 'a crowd', alone: true, scenarios: [nightly(crowdOfPeers)] },
  { title: 'twenty hosts that write', alone: true, scenarios: [messagesInTurmoil] },
  ...(isLong ? moreMessagesInTurmoil.map((scenario) => ({ title: scenario.id, alone: true, scenarios: [scenario] })) : []),
  togetherAs([findTen, kill, costScenario(10)]),
  ...small.map((scenario) => togetherAs([scenario])),
];

/**
 * Leaves a scenario out on real kernels, but not in the nightly run. Crashes of fifty processes and
 * crowds of keys take minutes there; test/netns/attacks.test.ts has the floods of keys.
 */
function nightly(scenario: Scenario): Scenario {
  return isLong ? scenario : { ...scenario, worlds: ['sim'] };
}

/** Creates a group that may share the machine. Its title joins those of its scenarios. */
function togetherAs(scenarios: readonly Scenario[]): ScenarioGroup {
  return { title: scenarios.map(({ id, title }) => `[${id}] ${title}`).join('; '), alone: false, scenarios };
}
