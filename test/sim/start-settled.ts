/** Starts nodes on one segment and waits until nothing is left to find out about one another. */
import { untilAllSeeAll } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import type { SimWorld } from './sim-world.ts';

/** Bursts, handshakes and the first round of the ring monitor are over. */
const settledMs = 10_000;

export async function startSettled(world: SimWorld, count: number): Promise<readonly SimNode[]> {
  await world.addHosts(count);
  await Promise.all(world.hosts.map((host) => host.start()));
  await untilAllSeeAll(world, world.nodes);
  await world.passTime(settledMs);
  return world.nodes;
}
