/**
 * Presence put together: sockets, watchdog, beaconing, buddies and calls under one supervisor; reception, handshake, liveness and registry,
 * which outlive its restarts. What each datagram means is in `meaning.ts`; how each part works is in its own file.
 */
import { logListenerErrors } from '../lib/listener-errors.ts';
import { pause } from '../lib/delay.ts';
import type { Endpoint, Envelope, InterfaceAddress, Ports } from '../ports.ts';
import { supervise, type Restart } from '../lib/supervise.ts';
import { createAddressProof } from './discovery/address-validation.ts';
import { createAddressRefresh } from './discovery/address-refresh.ts';
import { createBeaconing } from './discovery/beaconing.ts';
import { beaconIntervalMs } from './discovery/cadence.ts';
import { createCalls } from './discovery/unicast-discovery.ts';
import type { Announcement } from './wire/announcement.ts';
import { recipientTag } from './wire/datagram.ts';
import type { Arrival } from '../lib/endpoint.ts';
import { createExpiringRegistry, type ExpiringRegistry } from './registry/registry.ts';
import { createHandshakes, type Newcomer } from './discovery/handshake.ts';
import { createInboundQueue } from './inbound/inbound-queue.ts';
import { createLiveness } from './failure-detection/failure-detector.ts';
import { createMeaning, type MeaningCounters } from './dispatch.ts';
import type { PresenceOptions } from './options.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import { createReception, type Received, type ReceptionCounters } from './inbound/authenticate.ts';
import { createReplayWindows } from './inbound/replay-window.ts';
import type { BoundAddress } from './net/sender.ts';
import { createPresenceSockets } from './net/sockets.ts';
import { createStallClock } from './failure-detection/stall-clock.ts';
import { createTokenBucket, createTokenBuckets } from '../lib/token-bucket.ts';
import { createTransmitter } from './net/transmitter.ts';
import { createWatchdog } from './failure-detection/watchdog.ts';

/** What a node says of itself; presence adds the interval and the unicast port. */
export type OwnAnnouncement = Omit<Announcement, 'intervalMs' | 'unicastPort'>;

export interface PresenceCounters extends ReceptionCounters, MeaningCounters {
  /** Not sealed with our team's key, if we use one. */
  readonly otherTeam: number;
  readonly sentMulticast: number;
  readonly sentUnicast: number;
  readonly postponedHandshakes: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued: number;
}

export interface Presence {
  /** Runs until the signal aborts, then says goodbye and closes everything. Never throws. */
  run(signal: AbortSignal): Promise<void>;
  readonly registry: ExpiringRegistry;
  /** What we say of ourselves has changed. */
  announceChange(): void;
  /** The computer is about to sleep: says goodbye, and neither speaks nor listens until `resume`. */
  suspend(): Promise<void>;
  /** It woke up, or the network may be another one: everything is joined anew, and nobody is blamed for what we did not hear. */
  resume(): void;
  /** Remembers and calls a peer by address. @returns false when no more can be remembered */
  connect(endpoint: Endpoint): boolean;
  forgetAddress(endpoint: Endpoint): void;
  manualAddresses(): readonly Endpoint[];
  /** Whether the peer's beacons do not reach us by multicast. */
  isUnicastOnly(record: PeerRecord): boolean;
  addresses(): readonly BoundAddress[];
  unicastPort(): number;
  /** Whether peers are kept in the list only because the fault may be our own. */
  isDoubtful(): boolean;
  counters(): PresenceCounters;
}

interface Deps {
  readonly ports: Ports;
  readonly incarnation: number;
  readonly announcement: () => OwnAnnouncement;
  /** Sockets are open and the first beacon is out; called again after each restart. */
  readonly onReady: () => void;
  readonly onRestart: (restart: Restart) => void;
  /** Adapters came, went or changed. */
  readonly onAddressesChange: () => void;
  /** Something with a right signature was heard. */
  readonly onHeard: () => void;
  /** The process stood still. */
  readonly onStall: (lateMs: number) => void;
  /** Somebody else signs with our key: a copied profile. */
  readonly onOwnKeyHeard: (from: Received) => void;
}

export function createPresence(deps: Deps, options: PresenceOptions): Presence {
  const { ports, incarnation } = deps;
  const { random, identity, signatures } = ports;
  const clock = createStallClock(ports.clock, options.stallMs, recoverFromStall);
  const ownPeerId = identity.peerId;
  const ownTag = recipientTag(identity.publicKey);
  const registry = createExpiringRegistry(
    { clock, mayExpire: () => liveness.mayExpire(), onListenerError: logListenerErrors(ports.log) },
    { ...options, ownPeerId },
  );
  const population = (): number => registry.size;
  /** Whether we have been ready once. */
  let isUp = false;
  /** What keeps us from speaking and listening. */
  let away: 'suspended' | 'leaving' | undefined;
  let otherTeam = 0;
  let unopened = 0;
  const sealedFrom = createTokenBuckets(burstOf(options.maxSealedPerSourcePerSecond), options.maxSources);
  const sealedFromAll = createTokenBucket(burstOf(options.maxSealedPerSecond));

  const reception = createReception({
    signatures,
    replayWindows: createReplayWindows({ maxWindows: options.maxReplayWindows }),
    ownPeerId,
    isCurrent: (peerId, sequence) => registry.get(peerId)?.sequence === sequence,
    onReceived: receive,
    onOwn: receiveOwn,
    onRepeated: (repeated) => meaning.receiveRepeated(repeated),
  });
  const queue = createInboundQueue({ clock, knownPeerOf, handle: reception.handle }, options);
  const sockets = createPresenceSockets({ ...ports, clock, onDatagram: hear, onChange: followAddresses }, options);
  const transmitter = createTransmitter({ identity, incarnation, envelope: ports.envelope, sockets });
  const beaconing = createBeaconing({ clock, random, population, send: sendBeacon }, options);
  const watchdog = createWatchdog({ clock, isConnected }, options);
  const handshakes = createHandshakes(
    { clock, random, population, sendHello, onUnanswered: (peer) => meaning.enterOneWay(peer) },
    options,
  );
  const liveness = createLiveness(
    {
      clock,
      random,
      registry,
      ownPeerId,
      ownTag,
      incarnation,
      isConnected,
      isAwake: () => away === undefined,
      sendPing: (record, nonce, unanswered) =>
        transmitter.toPeer(
          { kind: 'ping', ...addressedTo(record), nonce, unanswered, wantsBeacon: isBeaconOverdue(record) },
          record,
          // That address may be the only one that is dead.
          unanswered === 0 ? 'last' : 'all',
        ),
      sendSuspicion: ({ publicKey, incarnation: suspectIncarnation }) =>
        transmitter.multicast({ kind: 'suspect', suspect: recipientTag(publicKey), suspectIncarnation }),
      sendBeacon: () => beaconing.announceChange(),
    },
    options,
  );
  const calls = createCalls(
    {
      clock,
      random,
      registry,
      isUnicastOnly,
      isOwnEndpoint: sockets.isOwnEndpoint,
      call: (endpoint) => transmitter.unicast({ kind: 'beacon', announcement: announcement() }, endpoint),
      askPeers: (record, nonce) => transmitter.toPeer({ kind: 'ask-peers', ...addressedTo(record), nonce }, record),
    },
    options,
  );
  const addressProof = createAddressProof({
    clock,
    random,
    sendPing: (record, address, nonce) =>
      transmitter.unicast(
        { kind: 'ping', ...addressedTo(record), nonce, unanswered: 0, wantsBeacon: false },
        { ...address, port: record.announcement.unicastPort },
      ),
  });
  const meaning = createMeaning({
    ownTag,
    incarnation,
    registry,
    handshakes,
    liveness,
    calls,
    addressProof,
    transmitter,
    announcement,
  });
  const addressRefresh = createAddressRefresh({ clock, registry, isUnicastOnly, ask: addressProof.ask }, options);
  const services = [sockets, watchdog, beaconing, liveness.buddies, calls, addressRefresh];

  return {
    async run(signal) {
      const group = new AbortController();
      const running = supervise(services, { clock, random, onReady: beginListening, onRestart: deps.onRestart }, group.signal);
      const leave = async (): Promise<void> => {
        await sayGoodbye('leaving');
        group.abort();
      };
      const onAbort = (): void => void leave();
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      await running;
      signal.removeEventListener('abort', onAbort);
      for (const part of [handshakes, liveness, registry]) part.close();
      queue.clear();
    },
    registry,
    announceChange,
    suspend: () => sayGoodbye('suspended'),
    resume,
    connect: (endpoint) => calls.addManual(endpoint),
    forgetAddress: (endpoint) => calls.removeManual(endpoint),
    manualAddresses: () => calls.manual(),
    isUnicastOnly,
    addresses: () => sockets.addresses(),
    unicastPort: () => sockets.unicastPort(),
    isDoubtful: () => liveness.isDoubtful(),
    counters: () => ({
      ...reception.counters(),
      ...meaning.counters(),
      otherTeam,
      sentMulticast: transmitter.sentMulticast,
      sentUnicast: transmitter.sentUnicast,
      postponedHandshakes: handshakes.refused,
      dropped: { ...queue.drops, unopened },
      queued: queue.length,
    }),
  };

  function burstOf(perSecond: number): { readonly perSecond: number; readonly burst: number } {
    return { perSecond, burst: perSecond * options.burstSeconds };
  }

  function announcement(): Announcement {
    return { ...deps.announcement(), intervalMs: beaconIntervalMs(population(), options), unicastPort: sockets.unicastPort() };
  }

  /** What we say has changed: to the group, and to those whom the group does not reach. */
  function announceChange(): void {
    beaconing.announceChange();
    const unreached = registry.list().filter(isUnicastOnly);
    for (const record of unreached) transmitter.toPeer({ kind: 'beacon', announcement: announcement() }, record);
  }

  function sendBeacon(occasion: 'burst' | 'steady'): void {
    transmitter.multicast({ kind: 'beacon', announcement: announcement() }, occasion === 'burst' ? undefined : steadyAddresses());
  }

  /**
   * A steady beacon goes out once per adapter: over IPv4, and over IPv6 only where there is no IPv4 or somebody is known by IPv6 alone.
   * So two families do not mean twice the traffic.
   */
  function steadyAddresses(): (address: InterfaceAddress) => boolean {
    const withIpv4 = new Set(
      sockets
        .addresses()
        .flatMap(({ interface: { family, name }, joined, failure }) => (family === 'ipv4' && joined && !failure ? [name] : [])),
    );
    const needIpv6 = new Set(registry.list().flatMap((record) => zoneOfIpv6Only(record) ?? []));
    return (address) => address.family === 'ipv4' || !withIpv4.has(address.name) || needIpv6.has(address.name);
  }

  function sendHello(
    { publicKey, incarnation: echoedIncarnation, source, announcement: { unicastPort } }: Newcomer,
    nonce: Uint8Array,
  ): void {
    const hello = { kind: 'hello', to: recipientTag(publicKey), echoedIncarnation, nonce, announcement: announcement() } as const;
    transmitter.unicast(hello, { ...source, port: unicastPort });
  }

  /**
   * For flow control only, which comes before the signature: cheap, and proves nothing. Both the key and the address must be known, or anybody
   * could use up what a peer may send by naming its key.
   */
  function knownPeerOf(publicKey: Uint8Array, source: Arrival): string | undefined {
    if (sameBytes(publicKey, identity.publicKey)) return sockets.isOwnEndpoint(source) ? ownPeerId : undefined;
    const peerId = registry.peerIdOf(publicKey);
    if (peerId === undefined) return undefined;
    const isItsAddress = registry
      .get(peerId)
      ?.addresses.some(({ address, port }) => address === source.address && port === source.port);
    return isItsAddress ? peerId : undefined;
  }

  /** Nobody joins before we are ready; who speaks earlier is found by the burst that makes us so. */
  function hear(bytes: Uint8Array, source: Arrival): void {
    if (!isListening()) return;
    const opened = ports.envelope ? openEnvelope(bytes, source, ports.envelope) : bytes;
    if (opened) queue.offer(opened, source);
  }

  /** Before all else: who does not hold the team's key does not exist for us. */
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

  /** From the first `ready` on, and not while suspended or leaving. */
  function isListening(): boolean {
    return isUp && away === undefined;
  }

  function beginListening(): void {
    isUp = true;
    deps.onReady();
  }

  function receive(received: Received): void {
    // What waited in the queue while we said goodbye must not enter anybody, nor us at others.
    if (!isListening()) return;
    watchdog.heard();
    deps.onHeard();
    meaning.receive(received);
  }

  function receiveOwn(received: Received): void {
    if (received.incarnation > incarnation) {
      // A lower one may be our own past, played again: the copy that started first is told.
      deps.onOwnKeyHeard(received);
    } else if (received.incarnation === incarnation && sockets.noteLoopback(received.source)) {
      watchdog.heard();
      liveness.heardSelf();
      deps.onHeard();
    }
  }

  /** Whether silence would mean anything. */
  function isConnected(): boolean {
    return away === undefined && sockets.addresses().some(({ joined, failure }) => joined && !failure);
  }

  /** What it has to say may have missed us. */
  function isBeaconOverdue({ lastMulticastMs, announcement: { intervalMs } }: PeerRecord): boolean {
    const dueMs = intervalMs * options.silentAfterIntervals + options.silentSlackMs;
    return lastMulticastMs === undefined || clock.monotonicMs() - lastMulticastMs > dueMs;
  }

  function isUnicastOnly({ lastMulticastMs }: PeerRecord): boolean {
    return (
      lastMulticastMs === undefined ||
      clock.monotonicMs() - lastMulticastMs > options.maxBeaconIntervalMs * options.silentAfterIntervals
    );
  }

  function followAddresses(): void {
    // Whoever was silent while the network changed was not to blame.
    liveness.startOver();
    beaconing.burst();
    calls.callMissing();
    deps.onAddressesChange();
  }

  function recoverFromStall(lateMs: number): void {
    // What waits in our sockets was not heard yet, and that is no silence.
    watchdog.heard();
    liveness.startOver();
    deps.onStall(lateMs);
  }

  function resume(): void {
    if (away === 'leaving') return;
    away = undefined;
    transmitter.speak();
    liveness.startOver();
    sockets.renew();
  }

  async function sayGoodbye(reason: NonNullable<typeof away>): Promise<void> {
    away = reason;
    transmitter.fallSilent();
    liveness.close();
    for (let sent = 0; sent < options.goodbyeCount; sent += 1) {
      if (sent > 0) await pauseFor(options.goodbyeGapMs);
      // Resumed meanwhile: a goodbye now would take us away again.
      if (away !== reason) return;
      transmitter.multicast({ kind: 'goodbye' });
      for (const record of registry.list()) if (isUnicastOnly(record)) transmitter.toPeer({ kind: 'goodbye' }, record);
    }
    // A turn of the event loop, so that the last one leaves before its socket is closed.
    await pauseFor(0);
  }

  function pauseFor(delayMs: number): Promise<void> {
    return pause(ports.clock, delayMs, new AbortController().signal);
  }
}

function addressedTo({ publicKey }: PeerRecord): { readonly to: Uint8Array } {
  return { to: recipientTag(publicKey) };
}

function zoneOfIpv6Only(record: PeerRecord): string | undefined {
  if (record.addresses.some((address) => address.family === 'ipv4')) return undefined;
  return record.lastAddress.address.split('%')[1];
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
