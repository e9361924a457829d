/**
 * Probes our two neighbours in the ring of sorted peer IDs (rules BUDDY-1 to BUDDY-4). So two nodes
 * notice each crash within seconds, and the cost does not grow with the network.
 */
import { pause } from '../../lib/delay.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import type { PresenceOptions } from '../options.ts';

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly ownPeerId: string;
  /** Peer IDs of listed peers that are not one-way. A one-way peer answers no probe. */
  readonly peerIds: () => readonly string[];
  readonly ask: (peerId: string) => void;
}

export function createRingMonitor({ clock, random, ownPeerId, peerIds, ask }: Deps, options: PresenceOptions): Service {
  return {
    name: 'ring-monitor',
    async run({ signal, ready }) {
      ready();
      while (!signal.aborted) {
        // Jitter keeps the two neighbours of a peer from probing it at the same time.
        await pause(clock, options.ringIntervalMs * (1 - ringJitter * random.fraction()), signal);
        if (signal.aborted || options.isPassive()) continue;
        for (const peerId of ringNeighbours(ownPeerId, peerIds())) ask(peerId);
      }
    },
  };
}

/** The interval is shortened by up to this share. */
const ringJitter = 0.2;

/**
 * The next lower and the next higher peer ID in the ring. A single peer is both, and named once.
 */
export function ringNeighbours(ownPeerId: string, peerIds: readonly string[]): readonly string[] {
  let lowest: string | undefined;
  let highest: string | undefined;
  let below: string | undefined;
  let above: string | undefined;
  for (const peerId of peerIds) {
    if (lowest === undefined || peerId < lowest) lowest = peerId;
    if (highest === undefined || peerId > highest) highest = peerId;
    if (peerId < ownPeerId && (below === undefined || peerId > below)) below = peerId;
    if (peerId > ownPeerId && (above === undefined || peerId < above)) above = peerId;
  }
  const neighbours = new Set([below ?? highest, above ?? lowest]);
  neighbours.delete(undefined);
  return [...neighbours] as readonly string[];
}
