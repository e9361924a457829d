/**
 * Presence put together: sockets, watchdog, beacon scheduler, ring neighbours, calls and address refresh under one supervisor; handshake, failure detection and
 * registry, which outlive its restarts. How each part works is in its own file: a datagram comes in through `inbound-pipeline.ts` and is
 * acted upon in `dispatch.ts`; `announcer.ts` speaks of us, `lifecycle.ts` says when we speak at all.
 */
import { logListenerErrors } from '../lib/listener-errors.ts';
import type { Endpoint, Ports } from '../ports.ts';
import { supervise, type Restart } from '../lib/supervise.ts';
import { createPathValidation } from './discovery/path-validation.ts';
import { createAddressRefresh } from './discovery/address-refresh.ts';
import { createAnnouncer, type OwnAnnouncement } from './discovery/announcer.ts';
import { createPeerExchange } from './discovery/peer-exchange.ts';
import { recipientTag } from './wire/datagram.ts';
import { createExpiringRegistry, type ExpiringRegistry } from './registry/registry.ts';
import { createHandshakes } from './discovery/handshake.ts';
import { createInboundPipeline, type InboundCounters } from './inbound/pipeline.ts';
import { createLifecycle } from './lifecycle.ts';
import { createFailureDetector } from './failure-detection/failure-detector.ts';
import { createDispatch, type DispatchCounters } from './dispatch.ts';
import type { PresenceOptions } from './options.ts';
import { createPeerDatagrams } from './net/peer-datagrams.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import { isUnicastOnly } from './registry/reachability.ts';
import type { Received } from './inbound/authenticate.ts';
import type { BoundAddress } from './net/interface-socket.ts';
import { createPresenceTransport } from './net/transport.ts';
import { createStallClock } from './failure-detection/stall-clock.ts';
import { createOutbound } from './net/outbound.ts';
import { createWatchdog } from './failure-detection/watchdog.ts';

export interface PresenceCounters extends InboundCounters, DispatchCounters {
  readonly sentMulticast: number;
  readonly sentUnicast: number;
  readonly postponedHandshakes: number;
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
  const { random, identity } = ports;
  const clock = createStallClock(ports.clock, options.stallMs, recoverFromStall);
  const ownPeerId = identity.peerId;
  const ownTag = recipientTag(identity.publicKey);
  const registry = createExpiringRegistry(
    { clock, mayExpire: () => failureDetector.mayExpire(), onListenerError: logListenerErrors(ports.log) },
    { ...options, ownPeerId },
  );
  const needsUnicast = (record: PeerRecord): boolean => isUnicastOnly(record, clock.monotonicMs(), options);
  const isConnected = (): boolean => lifecycle.isConnected();

  const sockets = createPresenceTransport(
    { ...ports, clock, onDatagram: (bytes, source) => inbound.hear(bytes, source), onChange: followAddresses },
    options,
  );
  const outbound = createOutbound({ identity, incarnation, envelope: ports.envelope, sockets });
  const announcer = createAnnouncer(
    { clock, random, own: deps.announcement, registry, sockets, outbound, isUnicastOnly: needsUnicast },
    options,
  );
  const { beaconScheduler, announcement } = announcer;
  const send = createPeerDatagrams({ clock, outbound, announcement }, options);
  const watchdog = createWatchdog({ clock, isConnected }, options);
  const handshakes = createHandshakes(
    { clock, random, population: () => registry.size, sendHello: send.hello, onUnanswered: (peer) => dispatch.enterOneWay(peer) },
    options,
  );
  const failureDetector = createFailureDetector(
    {
      clock,
      random,
      registry,
      ownPeerId,
      ownTag,
      incarnation,
      isConnected,
      isAwake: () => lifecycle.isAwake(),
      sendPing: send.ping,
      sendSuspicion: send.suspicion,
      sendBeacon: beaconScheduler.announceChange,
    },
    options,
  );
  const peerExchange = createPeerExchange(
    {
      clock,
      random,
      registry,
      isUnicastOnly: needsUnicast,
      isOwnEndpoint: sockets.isOwnEndpoint,
      call: send.call,
      askPeers: send.askPeers,
    },
    options,
  );
  const pathValidation = createPathValidation({ clock, random, sendPing: send.pingAddress });
  const addressRefresh = createAddressRefresh({ clock, registry, isUnicastOnly: needsUnicast, ask: pathValidation.ask }, options);
  const dispatch = createDispatch({
    ownTag,
    incarnation,
    registry,
    handshakes,
    failureDetector,
    peerExchange,
    pathValidation,
    outbound,
    announcement,
  });
  const lifecycle = createLifecycle(
    { clock: ports.clock, registry, sockets, outbound, watchdog, failureDetector, isUnicastOnly: needsUnicast },
    options,
  );
  const inbound = createInboundPipeline(
    {
      ...ports,
      clock,
      incarnation,
      registry,
      sockets,
      isListening: lifecycle.isListening,
      onHeard: noteHeard,
      onReceived: dispatch.receive,
      onRepeated: dispatch.receiveRepeated,
      onLoopback: failureDetector.heardSelf,
      onOwnKeyHeard: deps.onOwnKeyHeard,
    },
    options,
  );
  const services = [sockets, watchdog, beaconScheduler, failureDetector.ringMonitor, peerExchange, addressRefresh];

  return {
    async run(signal) {
      const group = new AbortController();
      const running = supervise(services, { clock, random, onReady: begin, onRestart: deps.onRestart }, group.signal);
      const leave = async (): Promise<void> => {
        await lifecycle.leave();
        group.abort();
      };
      const onAbort = (): void => void leave();
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      await running;
      signal.removeEventListener('abort', onAbort);
      for (const part of [handshakes, failureDetector, registry]) part.close();
      inbound.clear();
    },
    registry,
    announceChange: announcer.announceChange,
    suspend: lifecycle.suspend,
    resume: lifecycle.resume,
    connect: peerExchange.addManual,
    forgetAddress: peerExchange.removeManual,
    manualAddresses: peerExchange.manual,
    isUnicastOnly: needsUnicast,
    addresses: sockets.addresses,
    unicastPort: sockets.unicastPort,
    isDoubtful: failureDetector.isDoubtful,
    counters: () => ({
      ...inbound.counters(),
      ...dispatch.counters(),
      sentMulticast: outbound.sentMulticast,
      sentUnicast: outbound.sentUnicast,
      postponedHandshakes: handshakes.refused,
    }),
  };

  function begin(): void {
    lifecycle.begin();
    deps.onReady();
  }

  function noteHeard(): void {
    watchdog.heard();
    deps.onHeard();
  }

  function followAddresses(): void {
    // A peer that was silent while the network changed was not to blame.
    failureDetector.startOver();
    beaconScheduler.burst();
    peerExchange.callMissing();
    deps.onAddressesChange();
  }

  function recoverFromStall(lateMs: number): void {
    lifecycle.recoverFromStall();
    deps.onStall(lateMs);
  }
}
