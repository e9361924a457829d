/**
 * Offers of files in rooms on the simulated network: shared by the tests of honest and of lying
 * members.
 */
import type { ShownTransfer } from '../../src/main/core/transfers/transfers.ts';
import type { NamedPreview } from '../../src/shared/contract/transfers.ts';
import type { SimNode } from './sim-node.ts';
import type { SimWorld } from './sim-world.ts';
import { hostOf, sampleBytes, settle, transfersOf, untilState } from './transfers-setup.ts';

export async function offerIn(
  world: SimWorld,
  room: string,
  from: SimNode,
  paths: readonly string[],
  previews: readonly NamedPreview[] = [],
): Promise<ShownTransfer> {
  const result = await settle(world, 'the offer is made', transfersOf(from).sendToRoom(room, paths, previews));
  if (!result.ok) throw new Error(result.code);
  return result.transfer;
}

/** Ana offers one file of random bytes. @returns those bytes, and the ID of the transfer */
export async function offerBytes(
  world: SimWorld,
  room: string,
  from: SimNode,
  sizeBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly transferId: string }> {
  const bytes = sampleBytes(sizeBytes, 'offered');
  world.diskOf(hostOf(world, from)).write('/home/plan.bin', bytes);
  const { transferId } = await offerIn(world, room, from, ['/home/plan.bin']);
  return { bytes, transferId };
}

export function fileOf(world: SimWorld, node: SimNode): Uint8Array | undefined {
  return world.diskOf(hostOf(world, node)).read('/downloads/plan.bin');
}

/** All of them, whatever the states of others. */
export async function untilAll(
  world: SimWorld,
  nodes: readonly SimNode[],
  transferId: string,
  state: ShownTransfer['state'],
  deadlineMs = 120_000,
): Promise<void> {
  const missing = (): readonly SimNode[] => nodes.filter(({ hallway }) => hallway.transfers?.get(transferId)?.state !== state);
  const describe = (): string => {
    const first = missing()[0];
    const found = first?.hallway.transfers?.get(transferId);
    return `${missing().length} are not ${state}: ${first?.name} is ${found?.state} ${found?.code ?? ''}`;
  };
  await world.waitUntil(describe, () => missing().length === 0, deadlineMs);
}

export function keptBy(node: SimNode, transferId: string): unknown {
  return node.hallway.transfers?.get(transferId)?.keptBy;
}

export async function acceptIn(world: SimWorld, nodes: readonly SimNode[], transferId: string): Promise<void> {
  for (const node of nodes) await untilState(world, node, transferId, 'offered');
  const accepting = Promise.all(nodes.map((node) => transfersOf(node).accept(transferId)));
  for (const result of await settle(world, 'they accepted', accepting)) if (!result.ok) throw new Error(result.code);
}
