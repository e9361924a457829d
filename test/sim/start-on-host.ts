/** A node on a simulated host whose adapters, or whose sockets, the test made itself. */
import type { Udp } from '../../src/main/core/ports.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import type { SimHost } from '../fakes/sim-lan.ts';
import type { Host } from '../scenarios/world.ts';
import { createSimNode, type SimNode } from './sim-node.ts';
import type { SimWorld } from './sim-world.ts';

/** @param given.identity nodes with the same one share a key */
export async function startOnHost(
  world: SimWorld,
  simHost: SimHost,
  { identity = simHost.name, udp = simHost.udp }: { readonly identity?: string; readonly udp?: Udp } = {},
): Promise<SimNode> {
  const node = createSimNode(
    {
      clock: world.clock,
      random: createSeededRandom(simHost.name),
      identity: world.signatures.identity(identity),
      signatures: world.signatures,
      simHost: { ...simHost, udp },
      host: { name: simHost.name } as Host,
      isDeaf: () => false,
      waitUntil: world.waitUntil,
    },
    { name: simHost.name, incarnation: world.clock.wallMs() },
  );
  await world.passTime(6_000);
  return node;
}
