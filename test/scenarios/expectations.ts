/**
 * The waits and questions of scenarios. Built on the primitives of the world, so that they mean the
 * same in both.
 */
import { expect } from 'vitest';
import type { Figure } from './figures.ts';
import type { Host, StartOptions, World, WorldNode } from './world.ts';

/** A node beacons at least this often in a small network: T = 5 s and 20 % jitter. */
export const slowestBeaconMs = 6_000;
/** After this time the burst of a node that starts is over. */
const settleMs = 3_000;
/** A peer expires this long after it was last heard. */
export const expiryMs = 35_000;
/** Goal for others to notice a crash, a pulled cable or the like (p95). */
export const crashSeenGoalMs = 5_000;
/** Time until all lists are correct again after a fault ended. */
export const healedMs = 10_000;
/** A change of adapters is applied within this time. */
export const followMs = 5_000;
/** Time until every silent peer has expired, with slack for a slow machine. */
export const pastExpiryMs = expiryMs + 2_000;
/** Time for hosts to find each other: twice a burst, with slack for a busy machine. */
export const findDeadlineMs = 10_000;
/**
 * Time for fifty hosts to probe each other all at once. It is asked of virtual time. Processes that
 * share two processors print what they took.
 */
export const onlineDeadlineMs: Record<World['kind'], number> = { sim: 40_000, netns: 120_000 };
/** Poll interval where there is no event to wait for. */
const askAgainMs = 100;

/** A figure for a duration. The limit is the longest time that a peer may be shown wrongly. */
export function promptly(name: string, value: number, goalMs: number): Figure {
  return { name, value, unit: 'ms', goal: goalMs, limit: Math.max(goalMs, expiryMs) };
}

/** The host or node at that index, where the compiler cannot know that it exists. */
export function nth<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
}

export async function startAll(hosts: readonly Host[], options?: StartOptions): Promise<readonly WorldNode[]> {
  return Promise.all(hosts.map((host) => host.start(options)));
}

export function runningNodes(world: World): readonly WorldNode[] {
  return world.nodes.filter((node) => node.state === 'running');
}

/** True if the node lists all of the others, itself left out. */
export function listsAll(node: WorldNode, others: readonly WorldNode[]): boolean {
  return others.every((other) => other === node || node.record.peers.has(other.peerId));
}

export function missing(nodes: readonly WorldNode[]): string {
  const gaps = nodes.flatMap((node) => {
    const unseen = nodes.filter((other) => !listsAll(node, [other])).map((other) => other.name);
    return unseen.length === 0 ? [] : [`${node.name} misses ${unseen.join(' ')}`];
  });
  return gaps.join('; ');
}

/** @returns how long it took, in milliseconds */
export function untilAllSeeAll(world: World, nodes: readonly WorldNode[], deadlineMs = findDeadlineMs): Promise<number> {
  return world.waitUntil(
    () => `all ${nodes.length} see each other: ${missing(nodes)}`,
    () => nodes.every((node) => listsAll(node, nodes)),
    deadlineMs,
  );
}

/** Asserts that every node lists the others and no other peer. */
export function expectExactly(nodes: readonly WorldNode[]): void {
  const byName = (ids: Iterable<string>): readonly string[] => [...ids].toSorted();
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node).map((other) => other.peerId);
    expect(byName(node.record.peers.keys()), `peers that ${node.name} lists`).toEqual(byName(others));
  }
}

/** When `node` first reported that the other joined, at `sinceMs` or later. */
export function joinedAtMs(node: WorldNode, other: WorldNode, sinceMs: number): number | undefined {
  return firstAtMs(node, sinceMs, (event) => event.event === 'peer-joined' && event.peer.peerId === other.peerId);
}

export function leftAtMs(node: WorldNode, other: WorldNode, sinceMs: number): number | undefined {
  return firstAtMs(node, sinceMs, (event) => event.event === 'peer-left' && event.peerId === other.peerId);
}

type Emitted = WorldNode['record']['events'][number];

function firstAtMs(node: WorldNode, sinceMs: number, matches: (event: Emitted['event']) => boolean): number | undefined {
  return node.record.events.find(({ atMs, event }) => atMs >= sinceMs && matches(event))?.atMs;
}

/** All departures reported since then, as `h1: h2 expired`. */
export function departures(nodes: readonly WorldNode[], sinceMs: number): readonly string[] {
  return nodes.flatMap((node) =>
    node.record.events.flatMap(({ atMs, event }) =>
      atMs >= sinceMs && event.event === 'peer-left' ? [`${node.name}: ${event.name} ${event.reason}`] : [],
    ),
  );
}

/** How often the node reported that the other joined. */
export function countJoins(node: WorldNode, other: WorldNode): number {
  return node.record.events.filter(({ event }) => event.event === 'peer-joined' && event.peer.peerId === other.peerId).length;
}

export function hasHealth(node: WorldNode, code: string): boolean {
  return node.record.health.some((entry) => entry.code === code);
}

/** @returns how long it took, in milliseconds */
export function untilHealth(world: World, node: WorldNode, code: string, present: boolean, deadlineMs: number): Promise<number> {
  return world.waitUntil(
    `${node.name} ${present ? 'reports' : 'no longer reports'} ${code}`,
    () => hasHealth(node, code) === present,
    deadlineMs,
  );
}

/** When the node last heard the other, on the wall clock. */
export async function lastSeenMs(node: WorldNode, other: WorldNode): Promise<number> {
  const found = (await node.askPeers()).find((peer) => peer.peerId === other.peerId);
  return found?.lastSeenMs ?? Number.NEGATIVE_INFINITY;
}

/**
 * Waits until the node hears the other again. It polls, since there is no event for that.
 *
 * @param before the value of `lastSeenMs` while the other was silent
 * @returns how long it took, in milliseconds
 */
export async function untilHeardAgain(
  world: World,
  node: WorldNode,
  other: WorldNode,
  before: number,
  deadlineMs: number,
): Promise<number> {
  const startedMs = world.nowMs();
  while ((await lastSeenMs(node, other)) <= before) {
    if (world.nowMs() - startedMs > deadlineMs)
      throw new Error(`${node.name} did not hear ${other.name} again within ${deadlineMs} ms`);
    await world.passTime(askAgainMs);
  }
  return world.nowMs() - startedMs;
}

/** How long after `sinceMs` each of `nodes` reported that the other left. */
export function leftAfterMs(nodes: readonly WorldNode[], other: WorldNode, sinceMs: number): readonly number[] {
  return nodes.map((node) => (leftAtMs(node, other, sinceMs) ?? Number.NaN) - sinceMs);
}

/**
 * Waits until all of `nodes` reported that each of the others left.
 * @returns the time of each report after the start, in milliseconds
 */
export async function untilGone(
  world: World,
  nodes: readonly WorldNode[],
  gone: readonly WorldNode[],
  sinceMs: number,
  deadlineMs = pastExpiryMs,
): Promise<readonly number[]> {
  const notYet = (): readonly string[] =>
    gone.flatMap((one) =>
      nodes.filter((node) => leftAtMs(node, one, sinceMs) === undefined).map((node) => `${node.name} ${one.name}`),
    );
  await world.waitUntil(
    () => `these do not know yet that those left: ${notYet().join(', ')}`,
    () => notYet().length === 0,
    deadlineMs,
  );
  return gone.flatMap((one) => leftAfterMs(nodes, one, sinceMs));
}

/** The presence of the other at that node; undefined if not listed. */
export function presenceOf(node: WorldNode, other: WorldNode): string | undefined {
  return node.record.peers.get(other.peerId)?.presence;
}

/** Every presence or reason for leaving that the node showed for the other since then. */
export function presencesShown(node: WorldNode, other: WorldNode, sinceMs: number): readonly string[] {
  return node.record.events.flatMap(({ atMs, event }) => {
    if (atMs < sinceMs) return [];
    if (event.event === 'peer-left') return event.peerId === other.peerId ? [event.reason] : [];
    if (event.event !== 'peer-joined' && event.event !== 'peer-updated') return [];
    return event.peer.peerId === other.peerId ? [event.peer.presence] : [];
  });
}

/** Violations of the rules that every event must obey. */
export function violationsOf(nodes: readonly WorldNode[]): readonly string[] {
  return nodes.flatMap(({ record }) => record.violations);
}

export function areAllOnline(nodes: readonly WorldNode[]): boolean {
  return nodes.every((node) => nodes.every((other) => other === node || presenceOf(node, other) === 'online'));
}

/**
 * Waits until every node shows each of the others as online.
 * @returns how long it took, in milliseconds
 */
export function untilAllOnline(world: World, nodes: readonly WorldNode[], deadlineMs: number): Promise<number> {
  const isOnline = (node: WorldNode, other: WorldNode): boolean => node === other || presenceOf(node, other) === 'online';
  const wrong = (): readonly string[] =>
    nodes.flatMap((node) =>
      nodes
        .filter((other) => !isOnline(node, other))
        .map((other) => `${node.name} has ${other.name} ${presenceOf(node, other) ?? 'not at all'}`),
    );
  return world.waitUntil(
    () => `all ${nodes.length} see each other online: ${wrong().slice(0, 20).join(', ')}`,
    () => areAllOnline(nodes),
    deadlineMs,
  );
}

/** Starts a node on every host without one, and waits until all have settled. */
export async function fillUp(world: World): Promise<void> {
  const taken = new Set(runningNodes(world).map(({ host }) => host));
  await Promise.all(world.hosts.filter((host) => !taken.has(host)).map((host) => host.start()));
  await untilAllSeeAll(world, runningNodes(world));
  // A node repeats its first beacon three times, so wait for all.
  await world.passTime(settleMs);
}
