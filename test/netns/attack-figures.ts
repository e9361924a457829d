/** Figures of attacks, read from the nodes that were attacked. */
import { expect } from 'vitest';
import * as z from 'zod';
import { forgedKinds } from '../attackers/reflect.ts';
import { nth } from '../scenarios/expectations.ts';
import type { WorldNode } from '../scenarios/world.ts';
import type { Amplification } from './reflection.ts';
import { attackMs, type Results } from './under-attack.ts';

/** The diagnostics, as far as they are used here. */
const countersSchema = z.object({ counters: z.object({ badSignature: z.number() }) });

/** Per kind of question, the largest of all nodes. */
export function factorsOf(amplification: Amplification, nodes: readonly WorldNode[], forged: readonly string[]): Results {
  return Object.fromEntries(
    forged.map((address, index) => [
      `factor ${forgedKinds[index]}`,
      Math.max(...nodes.map(({ host }) => amplification(host.name, address))),
    ]),
  );
}

/** How often a node showed a peer as online at an address that never answered. */
export function countGhosts(nodes: readonly WorldNode[], forged: readonly string[], sinceMs: number): number {
  const isForged = (shown: string): boolean => forged.some((address) => shown.startsWith(`${address}:`));
  return nodes.flatMap(({ record }) =>
    record.events.filter(
      ({ atMs, event }) =>
        atMs >= sinceMs &&
        (event.event === 'peer-joined' || event.event === 'peer-updated') &&
        event.peer.presence === 'online' &&
        event.peer.addresses.some(isForged),
    ),
  ).length;
}

export async function wrongSignaturesAt(node: WorldNode): Promise<number> {
  return countersSchema.parse(await node.diagnostics()).counters.badSignature;
}

/** An attack far below its rate would prove nothing. */
export function expectRate(results: Results, perSecond: number): void {
  expect((1_000 * (results['sent'] ?? 0)) / attackMs).toBeGreaterThan(perSecond / 2);
}

export function addressOf({ host }: WorldNode): string {
  return nth(host.addressesOf('eth0'), 0);
}

export function listenerOf(node: WorldNode): readonly [string, string] {
  return [addressOf(node), String(node.record.ready?.event.tcpPort)];
}
