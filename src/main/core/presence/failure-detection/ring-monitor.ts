/**
 * Each node keeps an eye on its two neighbours in the ring of sorted peerIds, whatever the size of the network: a crash is noticed by two
 * others within seconds, at a cost that does not grow (rules BUDDY-1 to BUDDY-4).
 */
import { pause } from '../../lib/delay.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import type { PresenceOptions } from '../options.ts';

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly ownPeerId: string;
  /** Those who are here and answer: no use in asking others. */
  readonly peerIds: () => readonly string[];
  readonly ask: (peerId: string) => void;
}

export function createRingMonitor({ clock, random, ownPeerId, peerIds, ask }: Deps, options: PresenceOptions): Service {
  return {
    name: 'ring-monitor',
    async run({ signal, ready }) {
      ready();
      while (!signal.aborted) {
        // Drawn anew each time, so that the two ring neighbours of a peer do not ask in step.
        await pause(clock, options.ringIntervalMs * (1 - ringJitter * random.fraction()), signal);
        if (signal.aborted || options.isPassive()) continue;
        for (const peerId of ringNeighbours(ownPeerId, peerIds())) ask(peerId);
      }
    },
  };
}

/** A neighbour interval is up to this share shorter. */
const ringJitter = 0.2;

/** The next lower and the next higher peerId, around the ring; one peer is both. */
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
