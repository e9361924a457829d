/**
 * Messages through everything that can go wrong: hosts that write to one another at random while datagrams and segments get lost, processes
 * are killed, frozen and started again, and the network is divided and healed. What is counted in the end are histories, not events.
 */
import { expect } from 'vitest';
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { nth, startAll, untilAllSeeAll } from './expectations.ts';
import type { Figure } from './figures.ts';
import type { AutomationMessage } from './node-record.ts';
import type { Scenario } from './scenario.ts';
import type { Host, Undo, World, WorldNode } from './world.ts';

export interface Turmoil {
  readonly seed: number | string;
  readonly hosts: number;
  /** Written one after the other, in bursts of up to `burst`. */
  readonly messages: number;
  readonly burst: number;
  readonly lossRate: number;
  /** Between two bursts, at most. */
  readonly gapMs: number;
  /** A disturbance begins about this often. */
  readonly disturbEveryMs: number;
  /** How long it may last. */
  readonly disturbForMs: number;
  /** After everything is healed, all is delivered within this. */
  readonly settleMs: number;
}

/** What must agree of a message at both ends. */
type Known = Pick<AutomationMessage, 'messageId' | 'from' | 'to' | 'text'>;

interface Written {
  readonly from: Host;
  readonly to: Host;
  readonly text: string;
  /** Undefined: the writer was not told whether it was kept. */
  messageId: string | undefined;
}

interface Counts {
  kills: number;
  freezes: number;
  partitions: number;
}

/** Who is killed had at most so long for its last words; mostly much less. */
const killWithinMs = 20;
/** Between two looks at whether everything has arrived. */
const lookEveryMs = 1_000;

/** Runs it, and asserts that what was accepted is everywhere where it should be: once, in order, and nowhere else. */
export async function withstand(world: World, turmoil: Turmoil): Promise<readonly Figure[]> {
  const random = createSeededRandom(turmoil.seed);
  const hosts = await world.addHosts(turmoil.hosts);
  const peerIds = new Map<Host, string>();
  for (const node of await startAll(hosts)) peerIds.set(node.host, node.peerId);
  await untilAllSeeAll(world, runningOn(world, hosts));
  await world.setLoss(turmoil.lossRate);
  const startedMs = world.nowMs();
  const written: Written[] = [];
  const counts: Counts = { kills: 0, freezes: 0, partitions: 0 };
  const chance = random.fork('messages');
  const sending: Promise<void>[] = [];
  const burst = (from: Host, to: Host): void => {
    const count = Math.min(1 + Math.floor(chance.fraction() * turmoil.burst), turmoil.messages - written.length);
    for (let index = 0; index < count; index += 1) {
      const message: Written = { from, to, text: `${written.length} from ${from.name} to ${to.name}`, messageId: undefined };
      written.push(message);
      sending.push(write(world, message, peerIds.get(to) ?? ''));
    }
  };
  const disturbances = createDisturbances({ world, hosts, random: random.fork('disturbances'), counts, burst }, turmoil);
  while (written.length < turmoil.messages) {
    const { host: from } = pick(chance, runningOn(world, hosts));
    burst(from, pick(chance, without(hosts, from)));
    await world.passTime(chance.fraction() * turmoil.gapMs);
    await disturbances.step();
  }
  await disturbances.end();
  const busyMs = world.nowMs() - startedMs;
  const running = runningOn(world, hosts);
  // Whoever was killed answers nothing more; the promises of the others are settled by what follows.
  const histories = await untilAgreed(world, running, written, turmoil.settleMs);
  await Promise.race([Promise.all(sending), world.passTime(lookEveryMs)]);
  const settleMs = world.nowMs() - startedMs - busyMs;

  const accepted = written.filter(({ messageId }) => messageId !== undefined);
  const arrived = [...histories.values()].flatMap((conversations) => [...conversations.values()].flatMap(({ others }) => others));
  const arrivedIds = new Set(arrived.map(({ messageId }) => messageId));
  const figures = [
    figure('messages written', written.length),
    figure('messages accepted', accepted.length),
    figure('messages delivered', arrivedIds.size),
    figure('accepted messages lost', accepted.filter(({ messageId }) => !arrivedIds.has(messageId ?? '')).length, 0),
    figure('messages doubled', arrived.length - arrivedIds.size, 0),
    figure('messages told twice', countToldTwice(world), 0),
    figure('kills', counts.kills),
    figure('freezes', counts.freezes),
    figure('partitions', counts.partitions),
    { name: 'time of turmoil', value: busyMs / 1_000, unit: 's' },
    { name: 'time until all was delivered', value: settleMs / 1_000, unit: 's' },
  ] as const;
  expectHistoriesAgree(running, histories);
  expectAcceptedArrived(running, histories, accepted, peerIds);
  expect(figures.filter((each) => 'limit' in each && each.limit !== undefined && each.value > each.limit)).toEqual([]);
  return figures;
}

async function write(world: World, message: Written, to: string): Promise<void> {
  const node = runningOn(world, [message.from])[0];
  // Nobody is there to take it.
  if (!node) return;
  try {
    message.messageId = await node.send(to, message.text);
  } catch {
    // Killed before it answered, or it does not know the other yet.
  }
}

interface DisturbanceDeps {
  readonly world: World;
  readonly hosts: readonly Host[];
  readonly random: SeededRandom;
  readonly counts: Counts;
  /** Writes some messages, and does not wait for any. */
  readonly burst: (from: Host, to: Host) => void;
}

/** Things that go wrong and are put right again, when `step` finds that it is time for it. */
function createDisturbances({ world, hosts, random, counts, burst }: DisturbanceDeps, turmoil: Turmoil) {
  const due: { readonly atMs: number; readonly heal: () => Promise<unknown> }[] = [];
  let nextMs = world.nowMs();
  let isDivided = false;

  const later = (heal: () => Promise<unknown>): void =>
    void due.push({ atMs: world.nowMs() + (0.2 + 0.8 * random.fraction()) * turmoil.disturbForMs, heal });

  async function disturb(): Promise<void> {
    const running = runningOn(world, hosts);
    const kind = random.fraction();
    if (kind < 0.2 && !isDivided) return divide();
    const node = running.length > hosts.length / 2 ? pick(random, running) : undefined;
    if (!node) return;
    if (kind < 0.4) {
      counts.freezes += 1;
      node.pause();
      later(() => Promise.resolve(node.state === 'paused' && node.resume()));
    } else {
      counts.kills += 1;
      // In the middle of writing, and of being written to.
      burst(node.host, pick(random, without(hosts, node.host)));
      const [writer] = running.filter((other) => other !== node);
      if (writer) burst(writer.host, node.host);
      await world.passTime(random.fraction() ** 4 * killWithinMs);
      await node.kill();
      // At once, or after a while.
      if (random.fraction() < 0.3) await node.host.start({ awaitReady: false });
      else later(() => node.host.start({ awaitReady: false }));
    }
  }

  async function divide(): Promise<void> {
    counts.partitions += 1;
    isDivided = true;
    const sides = hosts.map((host) => [host, random.fraction() < 0.5] as const);
    const side = (which: boolean): readonly Host[] => sides.flatMap(([host, is]) => (is === which ? [host] : []));
    const heal: Undo = await world.partition([side(true), side(false)]);
    later(async () => {
      await heal();
      isDivided = false;
    });
  }

  async function healDue(untilMs: number): Promise<void> {
    for (const entry of due.filter(({ atMs }) => atMs <= untilMs)) {
      due.splice(due.indexOf(entry), 1);
      await entry.heal();
    }
  }

  return {
    async step(): Promise<void> {
      await healDue(world.nowMs());
      if (world.nowMs() < nextMs) return;
      nextMs = world.nowMs() + (0.5 + random.fraction()) * turmoil.disturbEveryMs;
      await disturb();
    },
    end: () => healDue(Infinity),
  };
}

interface Conversation {
  readonly own: readonly Known[];
  readonly others: readonly Known[];
  readonly isDelivered: boolean;
}

/** By node and by whom it talks with. */
type Histories = ReadonlyMap<WorldNode, ReadonlyMap<WorldNode, Conversation>>;

async function untilAgreed(
  world: World,
  nodes: readonly WorldNode[],
  written: readonly Written[],
  deadlineMs: number,
): Promise<Histories> {
  await world.waitUntil('all are ready', () => nodes.every((node) => node.record.ready), deadlineMs);
  const endMs = world.nowMs() + deadlineMs;
  for (;;) {
    const histories = await readHistories(nodes, written.length);
    const waiting = nodes.flatMap((node) =>
      nodes
        .filter((other) => histories.get(node)?.get(other)?.isDelivered === false)
        .map((other) => `${node.name}→${other.name}`),
    );
    if (waiting.length === 0) return histories;
    if (world.nowMs() > endMs) throw new Error(`not delivered within ${deadlineMs} ms: ${waiting.join(' ')}`);
    await world.passTime(lookEveryMs);
  }
}

async function readHistories(nodes: readonly WorldNode[], limit: number): Promise<Histories> {
  const read = async (node: WorldNode, other: WorldNode): Promise<readonly [WorldNode, Conversation]> => {
    const all = await node.history(other.peerId, limit);
    const ofAuthor = (peerId: string): readonly Known[] =>
      all.filter(({ from }) => from === peerId).map(({ messageId, from, to, text }) => ({ messageId, from, to, text }));
    const isDelivered = all.every(({ from, state }) => from !== node.peerId || state === 'delivered' || state === 'read');
    return [other, { own: ofAuthor(node.peerId), others: ofAuthor(other.peerId), isDelivered }];
  };
  const entries = nodes.map(async (node) => {
    const others = nodes.filter((other) => other !== node);
    return [node, new Map(await Promise.all(others.map((other) => read(node, other))))] as const;
  });
  return new Map(await Promise.all(entries));
}

/** What each wrote is, at the other end, the same messages in the same order, and nothing else. */
function expectHistoriesAgree(nodes: readonly WorldNode[], histories: Histories): void {
  for (const node of nodes) {
    for (const other of nodes) {
      if (other === node) continue;
      const own = histories.get(node)?.get(other)?.own;
      expect(histories.get(other)?.get(node)?.others, `what ${node.name} wrote to ${other.name}`).toEqual(own);
      expect(new Set(own?.map(({ messageId }) => messageId)).size).toBe(own?.length);
    }
  }
}

/** In the order in which they were written. */
function expectAcceptedArrived(
  nodes: readonly WorldNode[],
  histories: Histories,
  accepted: readonly Written[],
  peerIds: ReadonlyMap<Host, string>,
): void {
  const nodeOf = new Map(nodes.map((node) => [node.host, node]));
  for (const from of nodes) {
    for (const to of nodes) {
      if (from === to) continue;
      const expected = accepted.filter((message) => message.from === from.host && message.to === to.host);
      const arrived = histories.get(nth([nodeOf.get(to.host) ?? to], 0))?.get(from)?.others ?? [];
      const wanted = new Set(expected.map(({ messageId }) => messageId));
      expect(
        arrived.filter(({ messageId }) => wanted.has(messageId)),
        `what ${to.name} has of what ${from.name} was told to be kept`,
      ).toEqual(
        expected.map(({ messageId, text }) => ({
          messageId,
          from: peerIds.get(from.host),
          to: peerIds.get(to.host),
          text,
        })),
      );
    }
  }
}

/** Over all processes of a profile together. */
function countToldTwice(world: World): number {
  const told = world.nodes.flatMap(({ record }) =>
    record.messages.map(({ from, to, messageId }) => `${from} to ${to}: ${messageId}`),
  );
  return told.length - new Set(told).size;
}

function runningOn(world: World, hosts: readonly Host[]): readonly WorldNode[] {
  return world.nodes.filter((node) => node.state === 'running' && hosts.includes(node.host));
}

function without(hosts: readonly Host[], one: Host): readonly Host[] {
  return hosts.filter((host) => host !== one);
}

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  return nth(items, Math.floor(random.fraction() * items.length));
}

function figure(name: string, value: number, limit?: number): Figure {
  return { name, value, unit: 'count', ...(limit !== undefined && { limit }) };
}

/** The one of the lab, where time is real. test/sim/messages.test.ts runs longer ones on virtual time. */
export const messagesInTurmoil: Scenario = {
  id: 'S-MESSAGES',
  title:
    '20 hosts write to one another through loss, kills, freezes and partitions: each accepted message arrives once, in order',
  // The other world has more of it, in test/sim/messages.test.ts.
  worlds: ['lab'],
  run: (world) =>
    withstand(world, {
      seed: 'turmoil',
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
