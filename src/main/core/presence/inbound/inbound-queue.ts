/**
 * Flow control before the costly signature check, so that a flood cannot starve the process (rules
 * FLOW-1 to FLOW-5, FLOW-9, FLOW-10). Known peers go first and have token buckets of their own. Every dropped
 * datagram is counted.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import { looksSealed, peekPublicKey } from '../wire/datagram.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';

/**
 * `sealed`: encrypted with a team key, and we have none · the others are named after the limit that
 * they hit.
 */
export type DropReason =
  | 'oversized'
  | 'foreign'
  | 'sealed'
  | 'peer-rate'
  | 'known-rate'
  | 'source-rate'
  | 'unknown-rate'
  | 'new-key-rate'
  | 'queue-full';

export interface InboundQueue {
  /** Queues a datagram, or drops and counts it. The queue keeps `bytes` until it handles them. */
  offer(bytes: Uint8Array, source: Arrival): void;
  readonly drops: Readonly<Record<DropReason, number>>;
  readonly length: number;
  /** Drops all waiting datagrams. */
  clear(): void;
}

type Options = Pick<
  PresenceOptions,
  | 'maxDatagramBytes'
  | 'maxQueued'
  | 'datagramsPerTurn'
  | 'maxPeers'
  | 'maxPerPeerPerSecond'
  | 'maxKnownPerSecond'
  | 'maxKnownBurst'
  | 'maxPerSourcePerSecond'
  | 'maxUnknownPerSecond'
  | 'burstSeconds'
  | 'maxSources'
>;

interface Deps {
  readonly clock: Clock;
  /**
   * The peer ID that a key and an address seem to belong to: a listed peer, or ourselves.
   * Unverified and cheap.
   */
  readonly knownPeerOf: (publicKey: Uint8Array, source: Arrival) => string | undefined;
  /** True if an unlisted key may have its signature checked. Unverified and cheap. */
  readonly mayCheck: (publicKey: Uint8Array, source: Arrival) => boolean;
  readonly handle: (bytes: Uint8Array, source: Arrival) => void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly source: Arrival;
}

export function createInboundQueue({ clock, knownPeerOf, mayCheck, handle }: Deps, options: Options): InboundQueue {
  const known: Waiting[] = [];
  const unknown: Waiting[] = [];
  const drops: Record<DropReason, number> = {
    oversized: 0,
    foreign: 0,
    sealed: 0,
    'peer-rate': 0,
    'known-rate': 0,
    'source-rate': 0,
    'unknown-rate': 0,
    'new-key-rate': 0,
    'queue-full': 0,
  };
  const perPeer = createTokenBuckets(rateOf(options.maxPerPeerPerSecond), options.maxPeers + 1);
  const perKnownSource = createTokenBuckets(rateOf(options.maxPerPeerPerSecond), options.maxSources);
  const allKnown = createTokenBucket({ perSecond: options.maxKnownPerSecond, burst: options.maxKnownBurst });
  const perSource = createTokenBuckets(rateOf(options.maxPerSourcePerSecond), options.maxSources);
  const allUnknown = createTokenBucket(rateOf(options.maxUnknownPerSecond));
  let cancelTurn: Unsubscribe | undefined;

  return {
    offer(bytes, source) {
      const reason = admit(bytes, source);
      if (reason) drops[reason] += 1;
      else cancelTurn ??= clock.setTimer(takeTurn, 0);
    },
    drops,
    get length() {
      return known.length + unknown.length;
    },
    clear() {
      cancelTurn?.();
      cancelTurn = undefined;
      known.length = 0;
      unknown.length = 0;
    },
  };

  function admit(bytes: Uint8Array, source: Arrival): DropReason | undefined {
    if (bytes.length > options.maxDatagramBytes) return 'oversized';
    const publicKey = peekPublicKey(bytes);
    if (!publicKey) return looksSealed(bytes) ? 'sealed' : 'foreign';
    const nowMs = clock.monotonicMs();
    const peerId = knownPeerOf(publicKey, source);
    if (peerId !== undefined) {
      if (!perPeer.take(peerId, nowMs)) return 'peer-rate';
      // An address with many keys may not use the half that is kept for the others.
      const reserve = perKnownSource.take(source.address, nowMs) ? 0 : options.maxKnownBurst / 2;
      if (!allKnown.take(nowMs, reserve)) return 'known-rate';
      return enqueue(known, bytes, source);
    }
    if (!perSource.take(source.address, nowMs)) return 'source-rate';
    if (!mayCheck(publicKey, source)) return 'new-key-rate';
    if (!allUnknown.take(nowMs)) return 'unknown-rate';
    return enqueue(unknown, bytes, source);
  }

  function enqueue(lane: Waiting[], bytes: Uint8Array, source: Arrival): DropReason | undefined {
    if (lane.length >= options.maxQueued) return 'queue-full';
    lane.push({ bytes, source });
    return undefined;
  }

  function takeTurn(): void {
    cancelTurn = undefined;
    const batch = known.splice(0, options.datagramsPerTurn);
    batch.push(...unknown.splice(0, options.datagramsPerTurn - batch.length));
    for (const { bytes, source } of batch) handle(bytes, source);
    if (known.length + unknown.length > 0) cancelTurn ??= clock.setTimer(takeTurn, 0);
  }

  function rateOf(perSecond: number): { perSecond: number; burst: number } {
    return { perSecond, burst: perSecond * options.burstSeconds };
  }
}
