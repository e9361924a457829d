/**
 * Probes our two neighbours in the ring of sorted peer IDs (rules BUDDY-1 to BUDDY-5). So two nodes
 * notice each crash within seconds, and the cost does not grow with the network. Past a neighbour
 * that does not answer it probes the next ones at once: they may have died with it.
 */
import { pause } from '../../lib/delay.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Service } from '../../lib/supervise.ts';
import { createTokenBucket } from '../../lib/token-bucket.ts';
import type { PresenceOptions } from '../options.ts';

/** The interval is shortened by up to this share. */
const ringJitter = 0.2;
/**
 * Neighbours probed in one direction. More would cost a large network a storm of PINGs while its
 * switch is off, and so many neighbours hardly ever die together.
 */
const maxReach = 16;
/**
 * Probes past silent neighbours: all of one crash at once, then few. Where PINGs go unanswered for
 * want of processor, more of them would only make it worse.
 */
const probesPast = { perSecond: 2, burst: 2 * maxReach } as const;

export interface RingMonitor extends Service {
  /** Call when a PING of that peer goes unanswered, and our network works. */
  unanswered(peerId: string): void;
  /** True if we probe that peer as a neighbour. */
  isNeighbour(peerId: string): boolean;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly ownPeerId: string;
  /** Peer IDs of listed peers that are not one-way. A one-way peer answers no probe. */
  readonly peerIds: () => readonly string[];
  /** True if the current probe of that peer has a PING without an answer. */
  readonly isUnanswered: (peerId: string) => boolean;
  /** @param isNext true if a neighbour before it is silent, so that it may be too */
  readonly ask: (peerId: string, isNext: boolean) => void;
}

export function createRingMonitor(
  { clock, random, ownPeerId, peerIds, isUnanswered, ask }: Deps,
  options: Pick<PresenceOptions, 'ringIntervalMs' | 'isPassive'>,
): RingMonitor {
  let neighbours: ReadonlySet<string> = new Set();
  const past = createTokenBucket(probesPast);

  return {
    name: 'ring-monitor',
    async run({ signal, ready }) {
      ready();
      while (!signal.aborted) {
        // Jitter keeps the two neighbours of a peer from probing it at the same time.
        await pause(clock, options.ringIntervalMs * (1 - ringJitter * random.fraction()), signal);
        if (signal.aborted || options.isPassive()) continue;
        const next = new Set(ringNeighbours(ownPeerId, peerIds(), () => false));
        neighbours = new Set(findNeighbours().filter((peerId) => next.has(peerId) || mayProbe(peerId)));
        for (const peerId of neighbours) ask(peerId, false);
      }
    },
    unanswered(peerId) {
      if (!neighbours.has(peerId)) return;
      const before = neighbours;
      neighbours = new Set(findNeighbours().filter((next) => before.has(next) || mayProbe(next)));
      for (const next of neighbours) if (!before.has(next)) ask(next, true);
    },
    isNeighbour: (peerId) => neighbours.has(peerId),
  };

  function findNeighbours(): readonly string[] {
    return ringNeighbours(ownPeerId, peerIds(), isUnanswered);
  }

  /** A probe that goes on already costs nothing more. */
  function mayProbe(peerId: string): boolean {
    return isUnanswered(peerId) || past.take(clock.monotonicMs());
  }
}

/**
 * The next lower and the next higher peer ID in the ring, and those beyond a silent one. A single
 * peer is both, and named once.
 */
export function ringNeighbours(
  ownPeerId: string,
  peerIds: readonly string[],
  isSilent: (peerId: string) => boolean,
): readonly string[] {
  const sorted = peerIds.toSorted();
  const above = sorted.filter((peerId) => peerId > ownPeerId);
  const below = sorted.filter((peerId) => peerId < ownPeerId);
  const upwards = [...above, ...below];
  return [...new Set([upwards, upwards.toReversed()].flatMap((direction) => untilOneAnswers(direction, isSilent)))];
}

/** The first peers of a direction. Doubling the reach passes many that died together in few steps. */
function untilOneAnswers(direction: readonly string[], isSilent: (peerId: string) => boolean): readonly string[] {
  let reach = 1;
  while (reach < maxReach && reach < direction.length && direction.slice(0, reach).every(isSilent)) reach *= 2;
  return direction.slice(0, reach);
}
