/** What scenarios wait for and ask, said once: built on the world's few primitives, so that it means the same in both worlds. */
import { expect } from 'vitest';
import type { Host, StartOptions, World, WorldNode } from './world.ts';

/** A node is heard at least this often in a small network: T = 5 s and 20 % jitter. */
export const slowestBeaconMs = 6_000;
/** A peer is never listed longer than this after it was last heard. */
export const expiryMs = 35_000;
/** A change of the adapters is followed within this. */
export const followMs = 5_000;
/** After which everybody who falls silent has been noticed, with room for a slow machine. */
export const pastExpiryMs = expiryMs + 2_000;
/** For hosts that find each other: the bursts' end, twice over, and room for a busy machine. */
export const findDeadlineMs = 10_000;
/** Between two questions, where there is no event to wait for. */
const askAgainMs = 100;

/** Exactly this host or node, where the compiler cannot know that there are so many. */
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

/** Whether the node lists all of the others, itself left out. */
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

/** Every node lists the others and nobody else. */
export function expectExactly(nodes: readonly WorldNode[]): void {
  const byName = (ids: Iterable<string>): readonly string[] => [...ids].toSorted();
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node).map((other) => other.peerId);
    expect(byName(node.record.peers.keys()), `who ${node.name} lists`).toEqual(byName(others));
  }
}

/** When `node` first said, at that time or later, that the other had joined. */
export function joinedAtMs(node: WorldNode, other: WorldNode, sinceMs: number): number | undefined {
  return firstAtMs(node, sinceMs, (event) => event.event === 'peer-joined' && event.peer.peerId === other.peerId);
}

export function leftAtMs(node: WorldNode, other: WorldNode, sinceMs: number): number | undefined {
  return firstAtMs(node, sinceMs, (event) => event.event === 'peer-left' && event.peerId === other.peerId);
}

type Told = WorldNode['record']['events'][number];

function firstAtMs(node: WorldNode, sinceMs: number, matches: (event: Told['event']) => boolean): number | undefined {
  return node.record.events.find(({ atMs, event }) => atMs >= sinceMs && matches(event))?.atMs;
}

/** Everything that was said of somebody's leaving since then: `h1: h2 expired`. */
export function departures(nodes: readonly WorldNode[], sinceMs: number): readonly string[] {
  return nodes.flatMap((node) =>
    node.record.events.flatMap(({ atMs, event }) =>
      atMs >= sinceMs && event.event === 'peer-left' ? [`${node.name}: ${event.name} ${event.reason}`] : [],
    ),
  );
}

/** How often the node said that the other had joined. */
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
 * Waits until the node hears the other again: there is no event for that, so it is asked.
 *
 * @param before what `lastSeenMs` gave while nothing could be heard
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
