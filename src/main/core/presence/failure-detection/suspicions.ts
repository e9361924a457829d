/**
 * Handles suspicions from peers (rules BUDDY-2 to BUDDY-4). The suspect refutes it with a beacon;
 * every other node probes the suspect. A suspicion removes no peer. `failure-detector.ts` decides
 * when to send one.
 */
import type { Clock } from '../../ports.ts';
import { recipientTag } from '../wire/datagram.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import type { PresenceOptions } from '../options.ts';
import type { Question } from './prober.ts';
import type { Received } from '../inbound/authenticate.ts';
import { createTokenBucket, type TokenBucket } from '../../lib/token-bucket.ts';

export interface Suspicions {
  onSuspect(suspicion: Extract<Received, { kind: 'suspect' }>): void;
  /** Drops the state of a peer that left. */
  forget(peerId: string): void;
}

interface Deps {
  readonly clock: Clock;
  readonly registry: Pick<ExpiringRegistry, 'get' | 'list'>;
  readonly ownTag: Uint8Array;
  readonly incarnation: number;
  /** Sends a beacon soon, to refute a suspicion. */
  readonly sendBeacon: () => void;
  readonly ask: (peerId: string, question: Question) => void;
}

export function createSuspicions(
  { clock, registry, ownTag, incarnation, sendBeacon, ask }: Deps,
  { suspicionsPerSecond, maxSuspicionBurst }: Pick<PresenceOptions, 'suspicionsPerSecond' | 'maxSuspicionBurst'>,
): Suspicions {
  /** By peer ID of the sender. */
  const buckets = new Map<string, TokenBucket>();

  return {
    onSuspect({ peerId: from, suspect, suspectIncarnation }) {
      if (!registry.get(from) || !mayStillSuspect(from)) return;
      if (sameBytes(suspect, ownTag)) {
        if (suspectIncarnation !== incarnation) return;
        sendBeacon();
        ask(from, 'hears-us');
        return;
      }
      const record = registry.list().find(({ publicKey }) => sameBytes(recipientTag(publicKey), suspect));
      if (record?.incarnation === suspectIncarnation) ask(record.peerId, 'is-here');
    },
    forget: (peerId) => void buckets.delete(peerId),
  };

  function mayStillSuspect(from: string): boolean {
    const bucket = buckets.get(from) ?? createTokenBucket({ perSecond: suspicionsPerSecond, burst: maxSuspicionBurst });
    buckets.set(from, bucket);
    return bucket.take(clock.monotonicMs());
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
