/**
 * Judges whether our own network works, from the peers and the own beacons that we hear (rules
 * DOUBT-1, DOUBT-2). `failure-detector.ts` decides about the silent peer.
 */
import type { Clock, Random } from '../../ports.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';

export interface SelfHealth {
  /** Records a datagram of a peer with a valid signature. */
  heard(peerId: string): void;
  /** Records that our own multicast came back. */
  heardSelf(): void;
  /**
   * True if we may declare the peer gone.
   * @param askedAtMs when its probe began, monotonic milliseconds
   */
  canJudge(peerId: string, askedAtMs: number): boolean;
  /** True if a peer other than that one was heard since then. @param sinceMs monotonic */
  heardAnother(peerId: string, sinceMs: number): boolean;
  /** True if silence may expire a peer. */
  mayExpire(): boolean;
  /**
   * Probes one more peer as a witness, to learn if any answer reaches us. At most one witness at a
   * time.
   */
  askWitness(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Pick<ExpiringRegistry, 'list' | 'size'>;
  /** True if there is an adapter to hear peers on, and we listen. */
  readonly isConnected: () => boolean;
  readonly isAsking: (peerId: string) => boolean;
  /** Probes that peer. */
  readonly ask: (peerId: string) => void;
}

type Options = Pick<PresenceOptions, 'maxBeaconIntervalMs' | 'stallMs' | 'probeCount' | 'probeGapMs'>;

/**
 * A datagram that arrives this soon after the first PING may have been in transit when the network
 * failed.
 */
const onItsWayMs = 500;

export function createSelfHealth({ clock, random, registry, isConnected, isAsking, ask }: Deps, options: Options): SelfHealth {
  /** The peer heard last, and the time. `otherThanLastMs` is the last time of any other peer. */
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
     * A node may declare a peer gone only if it hears another peer. With a single peer, hearing its
     * own beacon is enough. If all peers fall silent at once, the fault is probably ours. They then
     * expire in time, provided that we hear ourselves.
     */
    canJudge(peerId, askedAtMs) {
      if (!isConnected()) return false;
      return heardAnother(peerId, askedAtMs + onItsWayMs) || (registry.size === 1 && selfHeardMs >= askedAtMs);
    },
    heardAnother,
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

  function heardAnother(peerId: string, sinceMs: number): boolean {
    return (last.peerId === peerId ? otherThanLastMs : last.atMs) >= sinceMs;
  }
}
