/**
 * Messages in `#everyone`, and their way: when each node told of it, and one identical
 * history on all. rooms.ts and room-faults.ts use it.
 */
import { expect } from 'vitest';
import * as z from 'zod';
import type { SeededRandom } from '../fakes/seeded-random.ts';
import { nth } from './expectations.ts';
import { percentile, type Figure } from './figures.ts';
import type { World, WorldNode } from './world.ts';

export const everyone = '#everyone';

export interface Said {
  readonly author: WorldNode;
  readonly text: string;
  readonly messageId: string;
  /** On the clock of the world, when the user said it. */
  readonly atMs: number;
}

export interface Pace {
  readonly count: number;
  /** Mean time between two messages, in milliseconds. */
  readonly gapMs: number;
  /** Each message waits for room on the processors, so that the pace is at most that. */
  readonly whenFree?: boolean;
}

/** Messages read per history: more than any of these scenarios says. */
const historyLimit = 5_000;
const lookEveryMs = 250;
/** Far more than a busy machine takes to persist. */
const sayDeadlineMs = 20_000;

const roomCountersSchema = z.object({
  logs: z.number(),
  askedFor: z.number(),
  repairedByMulticast: z.number(),
  repairedByUnicast: z.number(),
  relayed: z.number(),
  missing: z.number(),
});
type RoomCounters = z.infer<typeof roomCountersSchema>;
const countersSchema = z.looseObject({ rooms: z.record(z.string(), roomCountersSchema) });

/** Random authors say that many messages. @returns them in the order in which they were said */
export async function talk(
  world: World,
  authors: readonly WorldNode[],
  random: SeededRandom,
  pace: Pace,
): Promise<readonly Said[]> {
  const saying: Promise<Said>[] = [];
  let dueMs = world.nowMs();
  for (let index = 0; index < pace.count; index += 1) {
    const author = nth(authors, Math.floor(random.fraction() * authors.length));
    saying.push(sayAt(world, author, `${index} by ${author.name}`));
    // To the plan, so that a busy machine does not slow the pace down, unless it shall.
    dueMs += pace.gapMs;
    if (dueMs > world.nowMs()) await world.passTime(dueMs - world.nowMs());
    if (!pace.whenFree) continue;
    await world.untilProcessorsAreFree?.();
    dueMs = world.nowMs();
  }
  return settled(world, saying);
}

/** One message of each. */
export function eachSays(world: World, authors: readonly WorldNode[], text: string): Promise<readonly Said[]> {
  return settled(
    world,
    authors.map((author) => sayAt(world, author, `${text} ${author.name}`)),
  );
}

async function sayAt(world: World, author: WorldNode, text: string): Promise<Said> {
  const atMs = world.nowMs();
  const messageId = await author.say(everyone, text);
  return { author, text, messageId, atMs };
}

/** Virtual time has to pass for that. */
async function settled(world: World, saying: readonly Promise<Said>[]): Promise<readonly Said[]> {
  let openCount = saying.length;
  const noted = saying.map((one) => one.catch(() => undefined).then(() => (openCount -= 1)));
  await world.waitUntil(
    () => `authors persist what they say: ${openCount} are not done`,
    () => openCount === 0,
    sayDeadlineMs,
  );
  await Promise.all(noted);
  return Promise.all(saying);
}

/** When each node told first of each message that another said, on the clock of the world. */
export function toldAtMs(node: WorldNode): ReadonlyMap<string, number> {
  return new Map(
    node.record.events.flatMap(({ atMs, event }) => {
      const isOfRoom = event.event === 'message' && 'late' in event.message;
      return isOfRoom ? [[event.message.messageId, atMs] as const] : [];
    }),
  );
}

/**
 * Waits until each of the nodes told of all that the others said.
 * @returns how long it took, in milliseconds
 */
export function untilTold(world: World, nodes: readonly WorldNode[], said: readonly Said[], deadlineMs: number): Promise<number> {
  const waits = nodes.map((node) => ({
    node,
    missing: new Set(said.filter(({ author }) => author !== node).map(({ messageId }) => messageId)),
    read: 0,
  }));
  const isComplete = (wait: (typeof waits)[number]): boolean => {
    const { roomMessages } = wait.node.record;
    for (; wait.read < roomMessages.length; wait.read += 1) wait.missing.delete(nth(roomMessages, wait.read).messageId);
    return wait.missing.size === 0;
  };
  return world.waitUntil(
    () => `all have what was said: ${describeMissing(waits)}`,
    () => waits.filter((wait) => !isComplete(wait)).length === 0,
    deadlineMs,
  );
}

function describeMissing(waits: readonly { readonly node: WorldNode; readonly missing: ReadonlySet<string> }[]): string {
  const behind = waits.filter(({ missing }) => missing.size > 0);
  return behind.map(({ node, missing }) => `${node.name} misses ${missing.size}`).join(', ');
}

/**
 * Asserts one identical end of the history on all: each message once, those of one author in the
 * order in which they were said.
 */
export async function expectOneHistory(nodes: readonly WorldNode[], said: readonly Said[]): Promise<void> {
  const ids = await expectSameEnd(nodes, said.length);
  expect(ids.toSorted()).toEqual(idsOf(said).toSorted());
  expectAuthorsOrder(ids, said);
}

/**
 * Asserts that the last `count` messages are the same on all, in the same order.
 * @returns their IDs
 */
export async function expectSameEnd(nodes: readonly WorldNode[], count: number): Promise<readonly string[]> {
  const histories = await Promise.all(nodes.map((node) => node.roomHistory(everyone, count)));
  const [first = []] = histories.map(idsOf);
  for (const [index, history] of histories.entries())
    expect(idsOf(history), `the history of ${nth(nodes, index).name}`).toEqual(first);
  return first;
}

/** Asserts that the messages of each author are in the order in which they were said. */
export function expectAuthorsOrder(ids: readonly string[], said: readonly Said[]): void {
  const authors = new Map(said.map(({ messageId, author }) => [messageId, author]));
  for (const author of new Set(authors.values()))
    expect(
      ids.filter((messageId) => authors.get(messageId) === author),
      `in the order of ${author.name}`,
    ).toEqual(idsOf(said.filter((one) => one.author === author)));
}

function idsOf(messages: readonly { readonly messageId: string }[]): readonly string[] {
  return messages.map(({ messageId }) => messageId);
}

/**
 * Waits until the nodes hold all that was said, whether they told of it or not. It polls, since
 * what the own log of a node lacked comes without an event.
 *
 * @returns how long it took, in milliseconds
 */
export async function untilHeld(
  world: World,
  nodes: readonly WorldNode[],
  said: readonly Said[],
  deadlineMs: number,
): Promise<number> {
  const startedMs = world.nowMs();
  for (;;) {
    const histories = await Promise.all(nodes.map((node) => node.roomHistory(everyone, historyLimit)));
    const held = histories.map((history) => new Set(idsOf(history)));
    const behind = nodes.filter((_, index) => said.some(({ messageId }) => held[index]?.has(messageId) !== true));
    if (behind.length === 0) return world.nowMs() - startedMs;
    if (world.nowMs() - startedMs > deadlineMs)
      throw new Error(`not all is held within ${deadlineMs} ms by ${behind.map(({ name }) => name).join(', ')}`);
    await world.passTime(lookEveryMs);
  }
}

/** How long each delivery to one node took, and until all nodes had each message. */
export function deliveryTimes(
  nodes: readonly WorldNode[],
  said: readonly Said[],
): { readonly toOneMs: readonly number[]; readonly toAllMs: readonly number[] } {
  const told = new Map(nodes.map((node) => [node, toldAtMs(node)]));
  const perMessage = said.map(({ author, messageId, atMs }) =>
    nodes.filter((node) => node !== author).map((node) => (told.get(node)?.get(messageId) ?? Number.NaN) - atMs),
  );
  return { toOneMs: perMessage.flat(), toAllMs: perMessage.map((times) => Math.max(...times)) };
}

export interface DeliveryGoals {
  /** The 99th percentile of the deliveries to one node. */
  readonly oneP99Ms?: number;
  /** The 95th percentile until all have it. */
  readonly allP95Ms?: number;
  /** The longest wait of all. */
  readonly longestMs?: number;
}

export function deliveryFigures(nodes: readonly WorldNode[], said: readonly Said[], goals: DeliveryGoals): readonly Figure[] {
  const { toOneMs, toAllMs } = deliveryTimes(nodes, said);
  const figure = (name: string, value: number, goal: number | undefined): Figure => ({
    name,
    value,
    unit: 'ms',
    ...(goal !== undefined && { goal }),
  });
  return [
    figure('delivered to one p50', percentile(toOneMs, 0.5), undefined),
    figure('delivered to one p95', percentile(toOneMs, 0.95), undefined),
    figure('delivered to one p99', percentile(toOneMs, 0.99), goals.oneP99Ms),
    figure('until all have it p50', percentile(toAllMs, 0.5), undefined),
    figure('until all have it p95', percentile(toAllMs, 0.95), goals.allP95Ms),
    figure('until all have it max', percentile(toAllMs, 1), goals.longestMs),
  ];
}

/** The counters of a node's diagnostics for `#everyone`. */
export async function countersOf(node: WorldNode): Promise<RoomCounters> {
  const counters = countersSchema.parse(await node.diagnostics()).rooms[everyone];
  if (!counters) throw new Error(`${node.name} is not in ${everyone}`);
  return counters;
}

/** The sums of the counters of all nodes for `#everyone`. */
export async function countersOfAll(nodes: readonly WorldNode[]): Promise<RoomCounters> {
  const all = await Promise.all(nodes.map(countersOf));
  const sum = (value: (counters: RoomCounters) => number): number => all.reduce((total, counters) => total + value(counters), 0);
  return {
    logs: sum(({ logs }) => logs),
    askedFor: sum(({ askedFor }) => askedFor),
    repairedByMulticast: sum(({ repairedByMulticast }) => repairedByMulticast),
    repairedByUnicast: sum(({ repairedByUnicast }) => repairedByUnicast),
    relayed: sum(({ relayed }) => relayed),
    missing: sum(({ missing }) => missing),
  };
}
