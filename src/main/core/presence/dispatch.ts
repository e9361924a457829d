/**
 * Acts on each authenticated datagram: lists, answers and removes peers (rules HS-1 to HS-14, BYE-2,
 * PROBE-3, PROBE-8, CALL-1). Handshake, failure detection, peer exchange and call requests work in
 * files of their own.
 */
import type { Endpoint } from '../ports.ts';
import type { CallRequests } from './discovery/call-requests.ts';
import type { PathValidation } from './discovery/path-validation.ts';
import type { PeerExchange } from './discovery/peer-exchange.ts';
import type { AddressCredit } from './net/address-credit.ts';
import { recipientTag } from './wire/datagram.ts';
import { formatEndpoint } from '../lib/endpoint.ts';
import type { ExpiringRegistry } from './registry/registry.ts';
import type { Handshakes, HandshakeCandidate } from './discovery/handshake.ts';
import type { FailureDetector } from './failure-detection/failure-detector.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import type { Received } from './inbound/authenticate.ts';
import type { ReplayWindows } from './inbound/replay-window.ts';
import type { Outbound } from './net/outbound.ts';
import type { PeerDatagrams } from './net/peer-datagrams.ts';
import type { RoomListener } from './room-channel.ts';

type RoomDatagram = Extract<Received, { kind: 'ask' | 'heads' }>;

export interface Dispatch {
  receive(received: Received): void;
  /**
   * Handles a repeat of the current beacon of a peer or candidate: from a second address, or
   * replayed by an attacker. Also handles a datagram of an earlier incarnation.
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
  readonly callRequests: Pick<CallRequests, 'received' | 'answered'>;
  /** The handshakes of peers whose incarnation went back. */
  readonly earlierHandshakes: Handshakes;
  readonly replayWindows: Pick<ReplayWindows, 'isEarlier' | 'startOver'>;
  readonly credit: Pick<AddressCredit, 'answered'>;
  readonly send: Pick<PeerDatagrams, 'helloAck' | 'pong'>;
  readonly outbound: Pick<Outbound, 'toPeer'>;
  readonly rooms: RoomListener | undefined;
}

export function createDispatch(deps: Deps): Dispatch {
  const { registry, handshakes, failureDetector, peerExchange, pathValidation, callRequests, outbound } = deps;
  const { earlierHandshakes, replayWindows, credit, send, ownTag, incarnation } = deps;
  const count = { unexpected: 0, misdirected: 0, refusedPeers: 0 };

  return {
    receive(received) {
      failureDetector.heard(received.peerId);
      noteSignOfLife(received);
      if ('to' in received && !isForUs(received.to)) count.misdirected += 1;
      else act(received);
      // Last, since an answer needs the credit of that address more than our question does.
      validatePath(received);
    },
    receiveRepeated(repeated) {
      if (replayWindows.isEarlier(repeated.peerId, repeated.incarnation)) return onEarlierIncarnation(repeated);
      if (repeated.kind === 'beacon') handshakes.heardAlso(repeated);
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
        const candidate = handshakes.acknowledged(received);
        if (candidate) enterProved(candidate);
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
        return callRequests.received(received);
      case 'ask':
      case 'heads':
        return tellRooms(deps, received);
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
    }
  }

  function validatePath({ peerId, incarnation: its, source }: Received): void {
    const known = registry.get(peerId);
    if (known?.incarnation === its && !hasAddress(known, source)) pathValidation.ask(known, source);
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
    const known = registry.get(hello.peerId);
    // Our incarnation is in every beacon, so the HELLO of a stranger proves neither its freshness
    // nor its address. A listed peer has proved both.
    if (known?.incarnation === hello.incarnation && isProvedAt(known, hello.source)) send.helloAck(hello, hello.nonce, true);
    else if (registry.accepts(hello.peerId)) handshakes.greeted(hello, hello.nonce);
    else count.refusedPeers += 1;
  }

  /**
   * Answers listed peers only. An unknown sender learns nothing. An address that is not proved gets
   * no more than came from it: both ends may ask each other there, and one has to answer first.
   */
  function onPing(ping: Extract<Received, { kind: 'ping' }>): void {
    const known = registry.get(ping.peerId);
    if (known?.incarnation !== ping.incarnation) return void (count.unexpected += 1);
    send.pong(ping, known.announcement.unicastPort, isProvedAt(known, ping.source));
    failureDetector.onPing(ping);
    if (ping.wantsBeacon) deps.rooms?.onWantsBeacon(ping.peerId);
  }

  function onAskPeers(question: Extract<Received, { kind: 'ask-peers' }>): void {
    const known = registry.get(question.peerId);
    if (known?.presence !== 'online') return;
    const endpoints = peerExchange.peersFor(known);
    outbound.toPeer({ kind: 'peers', to: recipientTag(question.publicKey), nonce: question.nonce, endpoints }, known);
  }

  /** Handles a PONG: fresh, and proof of both directions. */
  function onPong(pong: Extract<Received, { kind: 'pong' }>): void {
    if (callRequests.answered(pong)) return;
    const address = pathValidation.answered(pong.peerId, pong.nonce);
    const known = registry.get(pong.peerId);
    if (!address && !failureDetector.onPong(pong)) count.unexpected += 1;
    else if (known?.incarnation === pong.incarnation) {
      if (address) registry.noteAddress(pong.peerId, address);
      if (address ?? hasAddress(known, pong.source)) credit.answered(address ?? pong.source);
      registry.setPresence(pong.peerId, 'online', address ?? pong.source);
    }
  }

  /**
   * Handles a datagram of an incarnation before the latest. It is a recording, unless the peer lost
   * its file and its clock was set back. Then it answers our nonce.
   */
  function onEarlierIncarnation(received: Received): void {
    if ('to' in received && !isForUs(received.to)) return;
    if (received.kind === 'beacon') earlierHandshakes.heard(received);
    else if (received.kind === 'hello' && received.echoedIncarnation === incarnation)
      earlierHandshakes.greeted(received, received.nonce);
    else if (received.kind === 'hello-ack') {
      const candidate = earlierHandshakes.acknowledged(received);
      if (!candidate) return;
      replayWindows.startOver(received.peerId, received.incarnation, received.sequence);
      enterProved(candidate);
    }
  }

  function enterProved(candidate: HandshakeCandidate): void {
    credit.answered(candidate.source);
    handshakes.settle(candidate.peerId);
    enter(candidate, 'online');
  }

  function enter(candidate: HandshakeCandidate, presence: 'online' | 'one-way'): void {
    const isProof = presence === 'online';
    if (registry.see({ ...candidate, presence, isProof }) === 'refused') count.refusedPeers += 1;
  }

  function isForUs(to: Uint8Array): boolean {
    return to.every((byte, index) => byte === ownTag[index]);
  }
}

/** True if the peer answered us from there. A one-way peer did not, or no longer does. */
function isProvedAt({ presence, addresses }: PeerRecord, source: Endpoint): boolean {
  return presence !== 'one-way' && addresses.some(({ address }) => address === source.address);
}

function hasAddress({ addresses }: PeerRecord, source: Endpoint): boolean {
  return addresses.some((address) => formatEndpoint(address) === formatEndpoint(source));
}

/** Only of a peer that proved this incarnation, and that hears us. */
function tellRooms({ registry, rooms }: Pick<Deps, 'registry' | 'rooms'>, received: RoomDatagram): void {
  const { peerId, incarnation } = received;
  const known = registry.get(peerId);
  if (known?.incarnation !== incarnation || known.presence === 'one-way') return;
  if (received.kind === 'ask') rooms?.onAsk(peerId, received);
  else rooms?.onHeads(peerId, received.heads);
}
