/**
 * Leads a datagram from the sockets to dispatch (rules TEAM-1, FLOW-2, FLOW-3, FLOW-6, FLOW-9 to
 * FLOW-11). It opens sealed datagrams, applies flow control and authenticates. Each step has its own
 * file; `dispatch.ts` acts on the datagram.
 */
import type { Clock, Envelope, Identity, Signatures } from '../../ports.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { ExpiringRegistry } from '../registry/registry.ts';
import { createInboundQueue } from './inbound-queue.ts';
import type { PresenceOptions } from '../options.ts';
import { createNewKeys } from './new-keys.ts';
import { looksLikeBlock } from '../wire/datagram.ts';
import { createAuthenticator, type Received, type AuthenticatorCounters } from './authenticate.ts';
import type { AddressCredit } from '../net/address-credit.ts';
import type { ReplayWindows } from './replay-window.ts';
import type { PresenceTransport } from '../net/transport.ts';
import { createWrongSignatures } from './wrong-signatures.ts';
import { createTokenBucket, createTokenBuckets } from '../../lib/token-bucket.ts';

export interface InboundPipeline {
  /** Takes a datagram from a socket. */
  hear(bytes: Uint8Array, source: Arrival): void;
  /** Drops all waiting datagrams. */
  clear(): void;
  counters(): InboundCounters;
}

export interface InboundCounters extends AuthenticatorCounters {
  /** Datagrams that are not sealed with our team key, if we use one. */
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
  /** Our incarnation. */
  readonly incarnation: number;
  readonly registry: Pick<ExpiringRegistry, 'get' | 'peerIdOf'>;
  readonly sockets: Pick<PresenceTransport, 'isOwnEndpoint' | 'noteLoopback'>;
  readonly replayWindows: ReplayWindows;
  readonly credit: Pick<AddressCredit, 'received'>;
  /** True after the first `ready`, unless suspended or leaving. */
  readonly isListening: () => boolean;
  /** Called for each datagram with a valid signature, our own multicast included. */
  readonly onHeard: () => void;
  /** Called for each new datagram of a peer, after `onHeard`. */
  readonly onReceived: (received: Received) => void;
  /**
   * Called for what looks like a block of a room, signature unchecked. It has limits of its own
   * (ROOM-82).
   */
  readonly onBlock: (bytes: Uint8Array, source: Arrival) => void;
  /** True if the latest beacon of a candidate came with that sequence. */
  readonly isCandidate: (peerId: string, sequence: number) => boolean;
  /** Called for a repeat of a current beacon, and for a datagram of an earlier incarnation. */
  readonly onRepeated: (repeated: Received) => void;
  /** Called when our own multicast came back. */
  readonly onLoopback: () => void;
  /** Called when another process signs with our key, and started after us. */
  readonly onOwnKeyHeard: (from: Received) => void;
}

/**
 * Datagrams of earlier incarnations that are checked per second: of one peer, and of all. A peer
 * whose incarnation went back is heard by the first few, and recordings cost little (HS-13).
 */
const earlierPerPeer = { perSecond: 1, burst: 8 } as const;
const earlierInAll = { perSecond: 20, burst: 100 } as const;

export function createInboundPipeline(deps: Deps, options: PresenceOptions): InboundPipeline {
  const { clock, identity, registry, sockets, incarnation } = deps;
  const sealedFrom = createTokenBuckets(burstOf(options.maxSealedPerSourcePerSecond), options.maxSources);
  const sealedFromAll = createTokenBucket(burstOf(options.maxSealedPerSecond));
  const earlierOf = createTokenBuckets(earlierPerPeer, options.maxSources);
  const earlierOfAll = createTokenBucket(earlierInAll);
  const newKeys = createNewKeys({ clock }, options);
  const wrongSignatures = createWrongSignatures({ clock }, options);
  let otherTeam = 0;
  let unopened = 0;

  const authenticator = createAuthenticator({
    signatures: deps.signatures,
    replayWindows: deps.replayWindows,
    ownPeerId: identity.peerId,
    isCurrent: (peerId, sequence) => registry.get(peerId)?.sequence === sequence || deps.isCandidate(peerId, sequence),
    mayCheckEarlier: (peerId) => earlierOf.take(peerId, clock.monotonicMs()) && earlierOfAll.take(clock.monotonicMs()),
    onWrongSignature,
    onReceived: receive,
    onOwn: receiveOwn,
    onRepeated: deps.onRepeated,
  });
  const queue = createInboundQueue({ clock, knownPeerOf, mayCheck, handle }, options);

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

  /**
   * Ignores datagrams until we are ready. The burst at the start makes those peers answer again.
   */
  function hear(bytes: Uint8Array, source: Arrival): void {
    if (!deps.isListening()) return;
    const opened = deps.envelope ? openEnvelope(bytes, source, deps.envelope) : bytes;
    if (!opened) return;
    if (looksLikeBlock(opened)) deps.onBlock(opened, source);
    else queue.offer(opened, source);
  }

  function handle(bytes: Uint8Array, source: Arrival): void {
    deps.credit.received(source, bytes.length);
    authenticator.handle(bytes, source);
  }

  /** Opens the seal before any other step: a sender without our team key must not cost more. */
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
   * For flow control only, which precedes the signature check: cheap, and no proof. It takes both
   * the key and the address. A key alone would let an attacker use up the rate of its owner.
   */
  function knownPeerOf(publicKey: Uint8Array, source: Arrival): string | undefined {
    if (sameBytes(publicKey, identity.publicKey)) return sockets.isOwnEndpoint(source) ? identity.peerId : undefined;
    const peerId = listedAt(publicKey, source);
    return peerId === undefined || wrongSignatures.isDistrusted(peerId) ? undefined : peerId;
  }

  function listedAt(publicKey: Uint8Array, source: Arrival): string | undefined {
    const peerId = registry.peerIdOf(publicKey);
    if (peerId === undefined) return undefined;
    const isItsAddress = registry
      .get(peerId)
      ?.addresses.some(({ address, port }) => address === source.address && port === source.port);
    return isItsAddress ? peerId : undefined;
  }

  /** Ignores those from other addresses: anyone can send them, and the peer must not suffer. */
  function onWrongSignature(publicKey: Uint8Array, source: Arrival): void {
    const peerId = listedAt(publicKey, source);
    if (peerId !== undefined) wrongSignatures.wrong(peerId);
  }

  /** A listed key at another address is not new. Nor is ours, from a copied profile. */
  function mayCheck(publicKey: Uint8Array, { address }: Arrival): boolean {
    const isFamiliar = registry.peerIdOf(publicKey) !== undefined || sameBytes(publicKey, identity.publicKey);
    return isFamiliar || newKeys.admit(publicKey, address);
  }

  function receive(received: Received): void {
    wrongSignatures.right(received.peerId);
    if (received.kind === 'goodbye') newKeys.forget(received.publicKey);
    // A datagram that waited during our goodbye must not list a peer, nor make a peer list us.
    if (!deps.isListening()) return;
    deps.onHeard();
    deps.onReceived(received);
  }

  function receiveOwn(received: Received): void {
    if (received.incarnation > incarnation) {
      // A lower incarnation may be a replay of our own past. The copy that started first reports
      // it.
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
