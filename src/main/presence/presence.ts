/**
 * Presence put together: sockets, beacons and watchdog under one supervisor; reception, handshake and registry, which outlive its restarts.
 * What each datagram means is decided here (rules HS-1 to HS-8, BYE-1 to BYE-4); how each part works is in its own file.
 */
import { pause } from '../pause.ts';
import type { Endpoint, InterfaceAddress, Ports } from '../ports.ts';
import { supervise, type Restart } from '../service.ts';
import { beaconIntervalMs } from './cadence.ts';
import { createBeaconing } from './beaconing.ts';
import { encodeDatagram, type Announcement, type DatagramBody } from './datagram.ts';
import { createExpiringRegistry, type ExpiringRegistry, type PeerRecord } from './expiring-registry.ts';
import { createHandshakes, type Newcomer } from './handshake.ts';
import { createInboundQueue } from './inbound-queue.ts';
import type { PresenceOptions } from './options.ts';
import { createReception, type Received, type ReceptionCounters } from './reception.ts';
import { createReplayWindows } from './replay-window.ts';
import { createPresenceSockets, type BoundAddress } from './sockets.ts';
import { createWatchdog } from './watchdog.ts';

/** What a node says of itself; presence adds the interval and the unicast port. */
export type OwnAnnouncement = Omit<Announcement, 'intervalMs' | 'unicastPort'>;

export interface PresenceCounters extends ReceptionCounters {
  readonly sentBeacons: number;
  readonly sentUnicast: number;
  /** Answers to questions that we did not ask, or no longer wait for. */
  readonly unexpected: number;
  /** Meant for another node, or for an earlier start of ours. */
  readonly misdirected: number;
  /** Newcomers turned away because the list was full. */
  readonly refusedPeers: number;
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
  addresses(): readonly BoundAddress[];
  unicastPort(): number;
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
}

export function createPresence(deps: Deps, options: PresenceOptions): Presence {
  const { ports, incarnation } = deps;
  const { clock, random, identity, signatures } = ports;
  const ownPeerId = identity.peerId;
  const registry = createExpiringRegistry({ clock }, { ...options, ownPeerId });
  const population = (): number => registry.size;
  const count = { sentBeacons: 0, sentUnicast: 0, unexpected: 0, misdirected: 0, refusedPeers: 0 };
  let sequence = 0;
  let listening = false;
  let leaving = false;

  const reception = createReception({
    signatures,
    replayWindows: createReplayWindows({ maxWindows: options.maxReplayWindows }),
    ownPeerId,
    onReceived: receive,
    onOwn: receiveOwn,
    onRepeated: receiveRepeated,
  });
  const queue = createInboundQueue({ clock, knownPeerOf, handle: reception.handle }, options);
  const sockets = createPresenceSockets({ ...ports, onDatagram: hear, onChange: followAddresses }, options);
  const beaconing = createBeaconing({ clock, random, population, send: sendBeacon }, options);
  const watchdog = createWatchdog({ clock, isConnected: () => sockets.addresses().length > 0 }, options);
  const handshakes = createHandshakes({ clock, random, population, sendHello, onUnanswered: enterOneWay }, options);

  return {
    async run(signal) {
      const group = new AbortController();
      const running = supervise(
        [sockets, watchdog, beaconing],
        { clock, random, onReady: announceReady, onRestart: deps.onRestart },
        group.signal,
      );
      const leave = async (): Promise<void> => {
        await sayGoodbye();
        group.abort();
      };
      const onAbort = (): void => void leave();
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      await running;
      signal.removeEventListener('abort', onAbort);
      queue.clear();
      handshakes.close();
      registry.close();
    },
    registry,
    announceChange: () => beaconing.announceChange(),
    addresses: () => sockets.addresses(),
    unicastPort: () => sockets.unicastPort(),
    counters: () => ({
      ...reception.counters(),
      ...count,
      postponedHandshakes: handshakes.refused,
      dropped: { ...queue.drops },
      queued: queue.length,
    }),
  };

  /** Nobody joins before we are ready; who speaks earlier is found by the burst that makes us so. */
  function hear(bytes: Uint8Array, source: Endpoint): void {
    if (listening) queue.offer(bytes, source);
  }

  function announceReady(): void {
    listening = true;
    deps.onReady();
  }

  function seal(body: DatagramBody): Uint8Array {
    sequence += 1;
    return encodeDatagram({ incarnation, sequence }, body, identity);
  }

  function announcement(): Announcement {
    return { ...deps.announcement(), intervalMs: beaconIntervalMs(population(), options), unicastPort: sockets.unicastPort() };
  }

  function sendBeacon(occasion: 'burst' | 'steady'): void {
    count.sentBeacons += 1;
    sockets.multicast(
      seal({ kind: 'beacon', announcement: announcement() }),
      occasion === 'burst' ? undefined : steadyAddresses(),
    );
  }

  /**
   * A steady beacon goes out once per adapter: over IPv4, and over IPv6 only where there is no IPv4 or somebody is known by IPv6 alone.
   * So two families do not mean twice the traffic.
   */
  function steadyAddresses(): (address: InterfaceAddress) => boolean {
    const withIpv4 = new Set(
      sockets.addresses().flatMap((bound) => (bound.interface.family === 'ipv4' ? [bound.interface.name] : [])),
    );
    const needIpv6 = new Set(registry.list().flatMap((record) => zoneOfIpv6Only(record) ?? []));
    return (address) => address.family === 'ipv4' || !withIpv4.has(address.name) || needIpv6.has(address.name);
  }

  function sendHello(newcomer: Newcomer, nonce: Uint8Array): void {
    const { publicKey: to, incarnation: echoedIncarnation } = newcomer;
    sendUnicast(seal({ kind: 'hello', to, echoedIncarnation, nonce, announcement: announcement() }), newcomer);
  }

  /** To the address that it was heard from and the port that it signed: an unsigned source port could point at somebody else. */
  function sendUnicast(bytes: Uint8Array, peer: Pick<Newcomer, 'source'> & { readonly announcement: Announcement }): void {
    count.sentUnicast += 1;
    sockets.unicast(bytes, { ...peer.source, port: peer.announcement.unicastPort });
  }

  /** For flow control only, which comes before the signature: cheap, and proves nothing. */
  function knownPeerOf(publicKey: Uint8Array): string | undefined {
    const peerId = signatures.peerIdOf(publicKey);
    return peerId !== undefined && (peerId === ownPeerId || registry.get(peerId)) ? peerId : undefined;
  }

  function receive(received: Received): void {
    // Whoever is about to leave must prove nothing more, or it would be entered again after its goodbye.
    if (leaving) return;
    watchdog.heard();
    deps.onHeard();
    switch (received.kind) {
      case 'beacon':
        return receiveBeacon(received, received.announcement);
      case 'hello':
        if (!isForUs(received.to) || received.echoedIncarnation !== incarnation) {
          count.misdirected += 1;
          return;
        }
        enter({ ...received, announcement: received.announcement });
        return sendUnicast(seal({ kind: 'hello-ack', to: received.publicKey, nonce: received.nonce }), received);
      case 'hello-ack': {
        const newcomer = isForUs(received.to) && handshakes.acknowledged(received.peerId, received.incarnation, received.nonce);
        if (newcomer) enter({ ...newcomer, source: received.source });
        else count.unexpected += 1;
        return;
      }
      case 'goodbye':
        handshakes.settle(received.peerId);
        registry.remove(received.peerId, 'goodbye');
        return;
    }
  }

  function receiveBeacon(beacon: Received, said: Announcement): void {
    const known = registry.get(beacon.peerId);
    const newcomer: Newcomer = { ...beacon, announcement: said };
    if (known?.incarnation === beacon.incarnation) registry.see({ ...newcomer, presence: known.presence });
    if (known?.incarnation !== beacon.incarnation || known.presence === 'one-way') handshakes.heard(newcomer);
  }

  function receiveOwn(received: Received): void {
    if (received.incarnation !== incarnation || !sockets.noteLoopback(received.source)) return;
    watchdog.heard();
    deps.onHeard();
  }

  /** The beacon that we know already, over another adapter: one peer, one more address. */
  function receiveRepeated(repeated: Received): void {
    const known = registry.get(repeated.peerId);
    if (leaving || repeated.kind !== 'beacon' || known?.sequence !== repeated.sequence) return;
    if (known.incarnation === repeated.incarnation) registry.noteAddress(repeated.peerId, repeated.source);
  }

  function enter(newcomer: Newcomer): void {
    handshakes.settle(newcomer.peerId);
    if (registry.see({ ...newcomer, presence: 'online' }) === 'refused') count.refusedPeers += 1;
  }

  function enterOneWay(newcomer: Newcomer): void {
    if (registry.see({ ...newcomer, presence: 'one-way' }) === 'refused') count.refusedPeers += 1;
  }

  function isForUs(publicKey: Uint8Array): boolean {
    return publicKey.every((byte, index) => byte === identity.publicKey[index]);
  }

  function followAddresses(): void {
    beaconing.burst();
    deps.onAddressesChange();
  }

  async function sayGoodbye(): Promise<void> {
    leaving = true;
    for (let sent = 0; sent < options.goodbyeCount; sent += 1) {
      if (sent > 0) await pauseFor(options.goodbyeGapMs);
      sockets.multicast(seal({ kind: 'goodbye' }));
    }
    // A turn of the event loop, so that the last one leaves before its socket is closed.
    await pauseFor(0);
  }

  function pauseFor(delayMs: number): Promise<void> {
    return pause(clock, delayMs, new AbortController().signal);
  }
}

function zoneOfIpv6Only(record: PeerRecord): string | undefined {
  if (record.addresses.some((address) => address.family === 'ipv4')) return undefined;
  return record.lastAddress.address.split('%')[1];
}
