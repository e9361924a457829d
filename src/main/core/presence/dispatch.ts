/**
 * Acts on each authenticated datagram: lists, answers and removes peers (rules HS-1 to HS-9, BYE-2,
 * PROBE-3, CALL-1). Handshake, failure detection and peer exchange work in their own files.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Endpoint } from '../ports.ts';
import type { PathValidation } from './discovery/path-validation.ts';
import type { PeerExchange } from './discovery/peer-exchange.ts';
import type { Announcement } from './wire/announcement.ts';
import { recipientTag } from './wire/datagram.ts';
import { formatEndpoint } from '../lib/endpoint.ts';
import type { ExpiringRegistry } from './registry/registry.ts';
import type { Handshakes, HandshakeCandidate } from './discovery/handshake.ts';
import type { FailureDetector } from './failure-detection/failure-detector.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import type { Received } from './inbound/authenticate.ts';
import type { Outbound } from './net/outbound.ts';

export interface Dispatch {
  receive(received: Received): void;
  /**
   * Handles a repeat of a peer's current beacon: from a second adapter, or replayed by an attacker.
   */
  receiveRepeated(repeated: Received): void;
  /** Lists a peer that we hear, and that does not hear us. */
  enterOneWay(candidate: HandshakeCandidate): void;
  counters(): DispatchCounters;
}

export interface DispatchCounters {
  /** Answers without a pending question of ours, and PINGs of peers that are not listed. */
  readonly unexpected: number;
  /** Datagrams for another node, or for an earlier incarnation of ours. */
  readonly misdirected: number;
  /** Candidates refused because the registry was full. */
  readonly refusedPeers: number;
}

interface Deps {
  readonly ownTag: Uint8Array;
  readonly incarnation: number;
  readonly registry: ExpiringRegistry;
  readonly handshakes: Handshakes;
  readonly failureDetector: FailureDetector;
  readonly peerExchange: PeerExchange;
  readonly pathValidation: PathValidation;
  readonly outbound: Outbound;
  readonly announcement: () => Announcement;
  /** A peer that is here cannot call us, and asks us to call it (rule CALL-8). */
  readonly onCallMe: (peerId: PeerId) => void;
}

export function createDispatch(deps: Deps): Dispatch {
  const { registry, handshakes, failureDetector, peerExchange, pathValidation, outbound, ownTag, incarnation } = deps;
  const count = { unexpected: 0, misdirected: 0, refusedPeers: 0 };

  return {
    receive(received) {
      failureDetector.heard(received.peerId);
      noteSignOfLife(received);
      if ('to' in received && !isForUs(received.to)) count.misdirected += 1;
      else act(received);
    },
    receiveRepeated(repeated) {
      const known = registry.get(repeated.peerId);
      if (repeated.kind !== 'beacon' || known?.sequence !== repeated.sequence) return;
      if (known.incarnation !== repeated.incarnation) return;
      if (hasAddress(known, repeated.source)) registry.noteAddress(repeated.peerId, repeated.source);
      else pathValidation.ask(known, repeated.source);
    },
    enterOneWay: (candidate) => enter(candidate, 'one-way'),
    counters: () => ({ ...count }),
  };

  function act(received: Received): void {
    switch (received.kind) {
      case 'beacon':
        return onBeacon({ ...received, announcement: received.announcement });
      case 'hello':
        return onHello(received);
      case 'hello-ack': {
        const candidate = handshakes.acknowledged(received.peerId, received.incarnation, received.nonce);
        if (candidate) enter({ ...candidate, source: received.source }, 'online');
        else count.unexpected += 1;
        return;
      }
      case 'goodbye':
        handshakes.settle(received.peerId);
        registry.remove(received.peerId, 'goodbye');
        return;
      case 'ping':
        return onPing(received);
      case 'pong':
        return onPong(received);
      case 'suspect':
        return failureDetector.onSuspect(received);
      case 'ask-peers':
        return onAskPeers(received);
      case 'peers':
        return peerExchange.introduced(received.peerId, received.nonce, received.endpoints);
      case 'call-me':
        if (registry.get(received.peerId)?.presence === 'online') deps.onCallMe(received.peerId);
        return;
    }
  }

  /** Any datagram of a peer ends a suspicion. Only an answer proves that the peer hears us. */
  function noteSignOfLife(received: Received): void {
    const known = registry.get(received.peerId);
    if (known?.incarnation !== received.incarnation || received.kind === 'goodbye') return;
    const presence = known.presence === 'suspect' ? 'online' : known.presence;
    if (hasAddress(known, received.source)) {
      registry.see({ ...received, presence });
    } else {
      // The peer lives. A PING decides if it has this address, or an attacker replays its datagram.
      registry.see({ ...received, presence, source: { ...known.lastAddress, via: received.source.via } });
      pathValidation.ask(known, received.source);
    }
  }

  function onBeacon(candidate: HandshakeCandidate): void {
    const known = registry.get(candidate.peerId);
    if (known?.incarnation !== candidate.incarnation || known.presence === 'one-way') handshakes.heard(candidate);
  }

  function onHello(hello: Extract<Received, { kind: 'hello' }>): void {
    if (hello.echoedIncarnation !== incarnation) {
      count.misdirected += 1;
      return;
    }
    // Answer before listing: the peer waits for it, and emitting to our listeners takes longer.
    if (registry.accepts(hello.peerId)) {
      const port = hello.announcement.unicastPort;
      outbound.unicast({ kind: 'hello-ack', to: recipientTag(hello.publicKey), nonce: hello.nonce }, { ...hello.source, port });
    }
    enter(hello, 'online');
  }

  /**
   * Answers listed peers only. An unknown sender learns nothing, and cannot direct datagrams to an
   * address of its choice.
   */
  function onPing(ping: Extract<Received, { kind: 'ping' }>): void {
    const known = registry.get(ping.peerId);
    if (known?.incarnation !== ping.incarnation) {
      count.unexpected += 1;
      return;
    }
    const destination = { ...ping.source, port: known.announcement.unicastPort };
    outbound.unicast({ kind: 'pong', to: recipientTag(ping.publicKey), nonce: ping.nonce }, destination);
    if (ping.wantsBeacon) outbound.unicast({ kind: 'beacon', announcement: deps.announcement() }, destination);
    failureDetector.onPing(ping);
  }

  function onAskPeers(question: Extract<Received, { kind: 'ask-peers' }>): void {
    const known = registry.get(question.peerId);
    if (known?.presence !== 'online') return;
    const endpoints = peerExchange.peersFor(known);
    outbound.toPeer({ kind: 'peers', to: recipientTag(question.publicKey), nonce: question.nonce, endpoints }, known);
  }

  /** Handles a PONG: fresh, and proof of both directions. */
  function onPong(pong: Extract<Received, { kind: 'pong' }>): void {
    const address = pathValidation.answered(pong.peerId, pong.nonce);
    const known = registry.get(pong.peerId);
    if (!address && !failureDetector.onPong(pong)) count.unexpected += 1;
    else if (known?.incarnation === pong.incarnation) {
      if (address) registry.noteAddress(pong.peerId, address);
      registry.setPresence(pong.peerId, 'online');
    }
  }

  function enter(candidate: HandshakeCandidate, presence: 'online' | 'one-way'): void {
    if (presence === 'online') handshakes.settle(candidate.peerId);
    if (registry.see({ ...candidate, presence }) === 'refused') count.refusedPeers += 1;
  }

  function isForUs(to: Uint8Array): boolean {
    return to.every((byte, index) => byte === ownTag[index]);
  }
}

function hasAddress({ addresses }: PeerRecord, source: Endpoint): boolean {
  return addresses.some((address) => formatEndpoint(address) === formatEndpoint(source));
}
