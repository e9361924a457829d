/**
 * Messages under every kind of fault: hosts write at random while datagrams and segments are lost.
 * Processes are killed, frozen and restarted, and the network is divided and healed. Only the last
 * deadline counts.
 */
import { expect } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createDisturbances, pick, runningOn, without, type DisturbanceOptions } from './disturbances.ts';
import { nth, startAll, untilAllSeeAll } from './expectations.ts';
import type { Figure } from './figures.ts';
import { arrivals, countEmittedTwice, expectAgreement, expectArrived, untilDelivered, type Accepted } from './histories.ts';
import type { Scenario } from './scenario.ts';
import type { Host, World } from './world.ts';

export interface Turmoil extends DisturbanceOptions {
  readonly seed: number | string;
  readonly hosts: number;
  /** Messages to be accepted. Hosts write some more whose outcome their author never learns. */
  readonly messages: number;
  /** Most messages to one peer at once. */
  readonly burst: number;
  readonly lossRate: number;
  /** Longest time between two bursts. */
  readonly gapMs: number;
  /** Time for all deliveries after everything healed, with slack for a busy machine. */
  readonly settleMs: number;
}

interface Sent {
  readonly from: Host;
  readonly to: Host;
  readonly text: string;
  /** Undefined if the author did not learn whether it was persisted. */
  readonly messageId: string | undefined;
}

interface Writing {
  /** Writes up to a burst of messages without waiting for them. */
  burst(from: Host, to: Host): void;
  readonly acceptedCount: number;
  /** Resolves with all written messages, once each has an outcome or never will. */
  end(): Promise<readonly Sent[]>;
}

/**
 * Runs the faults. Asserts that every accepted message arrived once, in order, and nowhere else.
 */
export async function withstand(world: World, turmoil: Turmoil): Promise<readonly Figure[]> {
  const random = createSeededRandom(turmoil.seed);
  const hosts = await world.addHosts(turmoil.hosts);
  const peerIds = new Map((await startAll(hosts)).map((node) => [node.host, node.peerId]));
  await untilAllSeeAll(world, runningOn(world, hosts), turmoil.settleMs);
  await world.setLoss(turmoil.lossRate);
  const chance = random.fork('messages');
  const writing = startWriting(world, turmoil, () => chance.fraction(), peerIds);
  const { burst } = writing;
  const disturbances = createDisturbances({ world, hosts, random: random.fork('disturbances'), burst }, turmoil);
  const startedMs = world.nowMs();
  while (writing.acceptedCount < turmoil.messages) {
    const { host: from } = pick(chance, runningOn(world, hosts));
    burst(from, pick(chance, without(hosts, from)));
    await world.passTime(chance.fraction() * turmoil.gapMs);
    await disturbances.step();
  }
  await disturbances.end();
  const healedMs = world.nowMs();
  const nodes = runningOn(world, hosts);
  expect(nodes.map(({ host }) => host.name).toSorted()).toEqual(hosts.map(({ name }) => name).toSorted());
  const written = await writing.end();
  const histories = await untilDelivered(world, nodes, turmoil.settleMs);
  const settledMs = world.nowMs();

  const nodeOf = (host: Host) => nth(runningOn(world, [host]), 0);
  const accepted = written.flatMap(({ messageId, text, from, to }): readonly Accepted[] =>
    messageId === undefined ? [] : [{ messageId, text, from: nodeOf(from), to: nodeOf(to) }],
  );
  const { count, messageIds } = arrivals(histories);
  const figures = [
    figure('messages written', written.length),
    figure('messages accepted', accepted.length),
    figure('messages delivered', messageIds.size),
    figure('accepted messages lost', accepted.filter(({ messageId }) => !messageIds.has(messageId)).length, 0),
    figure('messages doubled', count - messageIds.size, 0),
    figure('messages told twice', countEmittedTwice(world), 0),
    ...Object.entries(disturbances.counts).map(([name, value]) => figure(name, value)),
    { name: 'time of turmoil', value: (healedMs - startedMs) / 1_000, unit: 's' },
    { name: 'time until all was delivered', value: (settledMs - healedMs) / 1_000, unit: 's' },
  ] as const;
  expectAgreement(histories);
  expectArrived(histories, accepted);
  expect(figures.filter(({ value, limit }: Figure) => limit !== undefined && value > limit)).toEqual([]);
  return figures;
}

function startWriting(world: World, turmoil: Turmoil, chance: () => number, peerIds: ReadonlyMap<Host, string>): Writing {
  const sending: Promise<Sent>[] = [];
  let acceptedCount = 0;
  let openCount = 0;

  async function write(from: Host, to: Host, text: string): Promise<Sent> {
    const [node] = runningOn(world, [from]);
    // Without a running node the message is not written.
    const messageId = await node?.send(peerIds.get(to) ?? '', text).catch(() => undefined);
    openCount -= 1;
    if (messageId !== undefined) acceptedCount += 1;
    return { from, to, text, messageId };
  }

  return {
    burst(from, to) {
      const wanted = 1 + Math.floor(chance() * turmoil.burst);
      const count = Math.min(wanted, turmoil.messages - acceptedCount - openCount);
      for (let index = 0; index < count; index += 1) {
        openCount += 1;
        sending.push(write(from, to, `${sending.length} from ${from.name} to ${to.name}`));
      }
      // Fail instead of writing for ever if messages are not accepted.
      if (sending.length > 3 * turmoil.messages) throw new Error(`${acceptedCount} of ${sending.length} messages were accepted`);
    },
    get acceptedCount() {
      return acceptedCount;
    },
    async end() {
      const endMs = world.nowMs() + turmoil.settleMs;
      while (openCount > 0) {
        if (world.nowMs() > endMs) throw new Error(`${openCount} were not answered within ${turmoil.settleMs} ms`);
        await world.passTime(turmoil.gapMs);
      }
      return Promise.all(sending);
    },
  };
}

function figure(name: string, value: number, limit?: number): Figure {
  return { name, value, unit: 'count', ...(limit !== undefined && { limit }) };
}

/**
 * Creates the scenario for namespaces, in real time. The simulation runs more of it:
 * test/sim/messages.test.ts.
 */
function inTurmoil(id: string, seed: string): Scenario {
  return {
    id,
    title:
      '[DELIVER-3, DELIVER-4, AUTO-6] 10,000 messages among 20 hosts arrive once and in order, despite loss, kills, freezes and partitions',
    worlds: ['netns'],
    run: (world) =>
      withstand(world, {
        seed,
        hosts: 20,
        messages: 10_000,
        burst: 40,
        lossRate: 0.1,
        gapMs: 100,
        disturbEveryMs: 800,
        disturbForMs: 8_000,
        settleMs: 120_000,
      }),
  };
}

export const messagesInTurmoil = inTurmoil('S-MESSAGES', 'turmoil');
/** For long runs: HALLWAY_LONG=1. */
export const moreMessagesInTurmoil = ['storm', 'surf', 'squall', 'hail'].map((seed) =>
  inTurmoil(`S-MESSAGES-${seed.toUpperCase()}`, seed),
);
