/**
 * Whether the fault may be our own: what we hear of others and of ourselves says whether silence may be held against a peer (rules
 * DOUBT-1, DOUBT-2). What follows for that peer is left to `failure-detector.ts`.
 */
import type { Clock, Random } from '../../ports.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';

export interface SelfHealth {
  /** Any datagram of a peer, with a right signature. */
  heard(peerId: string): void;
  /** Our own multicast came back. */
  heardSelf(): void;
  /** Whether we may say that the peer is gone. @param askedAtMs when its first question went out, monotonic */
  canJudge(peerId: string, askedAtMs: number): boolean;
  /** Whether silence may count against anybody. */
  mayExpire(): boolean;
  /** Asks another peer, to know whether answers reach us at all. One at a time, however many are silent. */
  askWitness(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Pick<ExpiringRegistry, 'list' | 'size'>;
  /** Whether there is an adapter on which others could be heard, and we listen. */
  readonly isConnected: () => boolean;
  readonly isAsking: (peerId: string) => boolean;
  /** Asks that peer whether it is here. */
  readonly ask: (peerId: string) => void;
}

type Options = Pick<PresenceOptions, 'maxBeaconIntervalMs' | 'stallMs' | 'probeCount' | 'probeGapMs'>;

/** What comes in so soon after the first question was sent may have been on its way when the network failed. */
const onItsWayMs = 500;

export function createSelfHealth({ clock, random, registry, isConnected, isAsking, ask }: Deps, options: Options): SelfHealth {
  /** The peer heard last, and when any other than it was. */
  let last = { peerId: '', atMs: -Infinity };
  let otherThanLastMs = -Infinity;
  let selfHeardMs = -Infinity;
  let nextWitnessMs = -Infinity;

  return {
    heard(peerId) {
      if (last.peerId !== peerId) otherThanLastMs = last.atMs;
      last = { peerId, atMs: clock.monotonicMs() };
    },
    heardSelf: () => void (selfHeardMs = clock.monotonicMs()),
    /**
     * Only a node that hears another peer, or at least itself when there is no other, may say that a peer is gone. When all fall silent
     * at once it is more likely us; then they expire in their time, if we hear ourselves.
     */
    canJudge(peerId, askedAtMs) {
      if (!isConnected()) return false;
      const anotherHeardMs = last.peerId === peerId ? otherThanLastMs : last.atMs;
      return anotherHeardMs >= askedAtMs + onItsWayMs || (registry.size === 1 && selfHeardMs >= askedAtMs);
    },
    mayExpire: () =>
      isConnected() && clock.monotonicMs() - Math.max(last.atMs, selfHeardMs) <= options.maxBeaconIntervalMs + options.stallMs,
    askWitness() {
      if (!isConnected() || clock.monotonicMs() < nextWitnessMs) return;
      nextWitnessMs = clock.monotonicMs() + options.probeCount * options.probeGapMs;
      const witnesses = registry.list().filter(({ peerId, presence }) => presence === 'online' && !isAsking(peerId));
      const witness = witnesses[Math.floor(random.fraction() * witnesses.length)];
      if (witness) ask(witness.peerId);
    },
  };
}
