/**
 * The way of a datagram from the sockets to what it means: opened if there is a team key, let through by flow control, checked, and
 * handed on (rules TEAM-1, FLOW-2, FLOW-3, FLOW-6). Each step works in its own file; what a datagram means is in `dispatch.ts`.
 */
import type { Clock, Envelope, Identity, Signatures } from '../../ports.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import { createInboundQueue } from './inbound-queue.ts';
import type { PresenceOptions } from '../options.ts';
import { createAuthenticator, type Received, type AuthenticatorCounters } from './authenticate.ts';
import { createReplayWindows } from './replay-window.ts';
import type { PresenceTransport } from '../net/transport.ts';
import { createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';

export interface InboundPipeline {
  /** A datagram came out of a socket. */
  hear(bytes: Uint8Array, source: Arrival): void;
  /** Forgets what waits. */
  clear(): void;
  counters(): InboundCounters;
}

export interface InboundCounters extends AuthenticatorCounters {
  /** Not sealed with our team's key, if we use one. */
  readonly otherTeam: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued: number;
}

interface Deps {
  readonly clock: Clock;
  readonly identity: Identity;
  readonly signatures: Signatures;
  /** Present if we use a team key. */
  readonly envelope?: Envelope | undefined;
  /** Of this start of ours. */
  readonly incarnation: number;
  readonly registry: Pick<ExpiringRegistry, 'get' | 'peerIdOf'>;
  readonly sockets: Pick<PresenceTransport, 'isOwnEndpoint' | 'noteLoopback'>;
  /** From the first `ready` on, and not while suspended or leaving. */
  readonly isListening: () => boolean;
  /** Something with a right signature came in, our own multicast included. */
  readonly onHeard: () => void;
  /** New, and with a peer's right signature; after `onHeard`. */
  readonly onReceived: (received: Received) => void;
  /** The same datagram of a peer once more. */
  readonly onRepeated: (repeated: Received) => void;
  /** Our own multicast came back. */
  readonly onLoopback: () => void;
  /** Another process signs with our key, and started after us. */
  readonly onOwnKeyHeard: (from: Received) => void;
}

export function createInboundPipeline(deps: Deps, options: PresenceOptions): InboundPipeline {
  const { clock, identity, registry, sockets, incarnation } = deps;
  const sealedFrom = createTokenBuckets(burstOf(options.maxSealedPerSourcePerSecond), options.maxSources);
  const sealedFromAll = createTokenBucket(burstOf(options.maxSealedPerSecond));
  let otherTeam = 0;
  let unopened = 0;

  const authenticator = createAuthenticator({
    signatures: deps.signatures,
    replayWindows: createReplayWindows({ maxWindows: options.maxReplayWindows }),
    ownPeerId: identity.peerId,
    isCurrent: (peerId, sequence) => registry.get(peerId)?.sequence === sequence,
    onReceived: receive,
    onOwn: receiveOwn,
    onRepeated: deps.onRepeated,
  });
  const queue = createInboundQueue({ clock, knownPeerOf, handle: authenticator.handle }, options);

  return {
    hear,
    clear: queue.clear,
    counters: () => ({
      ...authenticator.counters(),
      otherTeam,
      dropped: { ...queue.drops, unopened },
      queued: queue.length,
    }),
  };

  function burstOf(perSecond: number): { readonly perSecond: number; readonly burst: number } {
    return { perSecond, burst: perSecond * options.burstSeconds };
  }

  /** Nobody joins before we are ready: the burst that makes us so finds the peers that speak earlier. */
  function hear(bytes: Uint8Array, source: Arrival): void {
    if (!deps.isListening()) return;
    const opened = deps.envelope ? openEnvelope(bytes, source, deps.envelope) : bytes;
    if (opened) queue.offer(opened, source);
  }

  /** Before all else: a sender without the team's key does not exist for us. */
  function openEnvelope(bytes: Uint8Array, { address }: Arrival, envelope: Envelope): Uint8Array | undefined {
    const nowMs = clock.monotonicMs();
    if (bytes.length > options.maxDatagramBytes || !sealedFrom.take(address, nowMs) || !sealedFromAll.take(nowMs)) {
      unopened += 1;
      return undefined;
    }
    const opened = envelope.open(bytes);
    if (!opened) otherTeam += 1;
    return opened;
  }

  /**
   * For flow control only, which comes before the signature: cheap, and proves nothing. Both the key and the address must be known, or
   * anybody could use up what a peer may send by naming its key.
   */
  function knownPeerOf(publicKey: Uint8Array, source: Arrival): string | undefined {
    if (sameBytes(publicKey, identity.publicKey)) return sockets.isOwnEndpoint(source) ? identity.peerId : undefined;
    const peerId = registry.peerIdOf(publicKey);
    if (peerId === undefined) return undefined;
    const isItsAddress = registry
      .get(peerId)
      ?.addresses.some(({ address, port }) => address === source.address && port === source.port);
    return isItsAddress ? peerId : undefined;
  }

  function receive(received: Received): void {
    // What waited in the queue while we said goodbye must not enter anybody, nor us at others.
    if (!deps.isListening()) return;
    deps.onHeard();
    deps.onReceived(received);
  }

  function receiveOwn(received: Received): void {
    if (received.incarnation > incarnation) {
      // A lower one may be our own past, played again: the copy that started first is told.
      deps.onOwnKeyHeard(received);
    } else if (received.incarnation === incarnation && sockets.noteLoopback(received.source)) {
      deps.onHeard();
      deps.onLoopback();
    }
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
