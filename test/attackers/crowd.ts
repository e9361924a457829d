/** Thousands of peers with right keys that answer like peers: everything about them is valid but that they are one computer. */
import { createFalsePeers, type FalsePeer } from './false-peer.ts';
import { sendAtRate, type AttackSetup } from './attack-setup.ts';

export interface CrowdOrder {
  readonly durationMs: number;
  readonly peers: number;
  /** New ones, and as many beacons of those who came. */
  readonly peersPerSecond: number;
}

/** @returns how many there were, and how many HELLOs they were sent */
export async function crowd(
  setup: AttackSetup,
  { durationMs, peers, peersPerSecond }: CrowdOrder,
): Promise<Readonly<Record<'came' | 'hellos', number>>> {
  const falsePeers = createFalsePeers(setup);
  const came: FalsePeer[] = [];
  await sendAtRate(setup, { durationMs, datagramsPerSecond: peersPerSecond }, (index) => {
    if (came.length < peers) {
      const name = `crowd ${came.length}`;
      came.push(falsePeers.add(name, { name, host: '', note: '' }, came.length % setup.sources.length));
    }
    came[index % came.length]?.beacon();
  });
  return { came: came.length, hellos: falsePeers.asked.get('hello') ?? 0 };
}
