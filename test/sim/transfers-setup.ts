/**
 * Two people who see each other, with disks, for the tests of transfers on the simulated network.
 */
import type { StoredTransfer } from '../../src/main/core/transfers/ports.ts';
import type { TransfersArea } from '../../src/main/core/transfers/transfers.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { nth } from '../scenarios/expectations.ts';
import type { SimWorldHost } from './sim-host.ts';
import type { SimNode } from './sim-node.ts';
import type { SimWorld } from './sim-world.ts';

export const mebibyte = 1_048_576;

export async function meet(world: SimWorld, names: readonly string[] = ['ana', 'bo']): Promise<readonly SimNode[]> {
  for (const name of names) await (await world.addHost()).start({ name });
  await untilAllSee(world, world.nodes);
  return world.nodes;
}

export function untilAllSee(world: SimWorld, nodes: readonly SimNode[]): Promise<number> {
  const isSeen = (): boolean => nodes.every(({ hallway }) => hallway.presence.peers().length >= nodes.length - 1);
  return world.waitUntil('all see each other', isSeen, 60_000);
}

export function transfersOf({ hallway }: SimNode): TransfersArea {
  if (!hallway.transfers) throw new Error('this node takes no files');
  return hallway.transfers;
}

/** Bytes that no two chunks share. */
export function sampleBytes(sizeBytes: number, seed: string): Uint8Array {
  return new Uint8Array(createSeededRandom(seed).bytes(sizeBytes));
}

/** Far quicker than a comparison by the test runner. */
export function isSame(bytes: Uint8Array | undefined, others: Uint8Array): boolean {
  return bytes !== undefined && Buffer.compare(bytes, others) === 0;
}

export function hostOf(world: SimWorld, node: SimNode): SimWorldHost {
  return nth(
    world.hosts.filter(({ name }) => name === node.host.name),
    0,
  );
}

/** Settles a promise while virtual time passes. */
export async function settle<Result>(world: SimWorld, what: string, acting: Promise<Result>): Promise<Result> {
  let isSettled = false;
  const result = acting.finally(() => (isSettled = true));
  await world.waitUntil(what, () => isSettled, 60_000);
  return result;
}

export async function offer(world: SimWorld, from: SimNode, to: SimNode, paths: readonly string[]): Promise<StoredTransfer> {
  const result = await settle(world, 'the offer is made', transfersOf(from).send(to.peerId, paths));
  if (!result.ok) throw new Error(result.code);
  return result.transfer;
}

export async function untilState(
  world: SimWorld,
  node: SimNode,
  transferId: string,
  state: StoredTransfer['state'],
  deadlineMs = 60_000,
): Promise<StoredTransfer> {
  const find = (): StoredTransfer | undefined => node.hallway.transfers?.get(transferId);
  const describe = (): string => `${node.name} has it ${state}, not ${find()?.state} ${find()?.code ?? ''}`;
  await world.waitUntil(describe, () => find()?.state === state, deadlineMs);
  const transfer = find();
  if (!transfer) throw new Error('unknown transfer');
  return transfer;
}

/** The receiver gets the offer and accepts it. */
export async function accept(world: SimWorld, node: SimNode, transferId: string): Promise<void> {
  await untilState(world, node, transferId, 'offered');
  const result = await settle(world, 'it is accepted', transfersOf(node).accept(transferId));
  if (!result.ok) throw new Error(result.code);
}
