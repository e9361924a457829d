/**
 * Assembles presence. One supervisor restarts sockets, watchdog, beacon scheduler, ring monitor,
 * peer exchange and address refresh. Handshake, failure detector and registry outlive its restarts.
 * Datagrams enter through `inbound/pipeline.ts` and are handled in `dispatch.ts`. `announcer.ts`
 * sends our beacons, and `lifecycle.ts` decides when we send at all.
 */
import { logListenerErrors } from '../lib/listener-errors.ts';
import type { Endpoint, Ports } from '../ports.ts';
import { supervise, type Restart } from '../lib/supervise.ts';
import { createAddressCredit } from './net/address-credit.ts';
import { createPathValidation } from './discovery/path-validation.ts';
import { createAddressRefresh } from './discovery/address-refresh.ts';
import { createCallRequests, type CallListener, type CallRequests } from './discovery/call-requests.ts';
import { createAnnouncer, type OwnAnnouncement } from './discovery/announcer.ts';
import { createPeerExchange } from './discovery/peer-exchange.ts';
import { recipientTag } from './wire/datagram.ts';
import { createExpiringRegistry, type ExpiringRegistry } from './registry/registry.ts';
import { createHandshakes, type Handshakes } from './discovery/handshake.ts';
import { createInboundPipeline, type InboundCounters, type InboundPipeline } from './inbound/pipeline.ts';
import { createLifecycle } from './lifecycle.ts';
import { createFailureDetector } from './failure-detection/failure-detector.ts';
import { createDispatch, type Dispatch, type DispatchCounters } from './dispatch.ts';
import type { PresenceOptions } from './options.ts';
import { createPeerDatagrams } from './net/peer-datagrams.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import { createRoomChannel, type RoomChannel, type RoomListener } from './room-channel.ts';
import { isUnicastOnly } from './registry/reachability.ts';
import type { Received } from './inbound/authenticate.ts';
import { createReplayWindows } from './inbound/replay-window.ts';
import type { BoundAddress } from './net/interface-socket.ts';
import { createPresenceTransport } from './net/transport.ts';
import { createStallClock } from './failure-detection/stall-clock.ts';
import { createOutbound, type Outbound } from './net/outbound.ts';
import { createWatchdog } from './failure-detection/watchdog.ts';

export interface PresenceCounters extends InboundCounters, DispatchCounters {
  readonly sentMulticast: number;
  readonly sentUnicast: number;
  readonly postponedHandshakes: number;
  /** HELLOs and HELLO-ACKs not sent, because too many to that address went unanswered. */
  readonly withheld: number;
}

export interface Presence {
  /** Runs until the signal aborts, then sends goodbyes and closes everything. Never throws. */
  run(signal: AbortSignal): Promise<void>;
  readonly registry: ExpiringRegistry;
  /** Schedules a beacon soon, because our announcement changed. */
  announceChange(): void;
  /**
   * Call before the computer sleeps. Sends goodbyes; then neither sends nor listens until `resume`.
   */
  suspend(): Promise<void>;
  /**
   * Call after the computer wakes, or after a change of network. Reopens the sockets and resets the
   * silence of all peers.
   */
  resume(): void;
  /** Stores a manual address and sends beacons to it. @returns false if the limit is reached */
  connect(endpoint: Endpoint): boolean;
  forgetAddress(endpoint: Endpoint): void;
  manualAddresses(): readonly Endpoint[];
  /** True if the peer's beacons do not reach us by multicast. */
  isUnicastOnly(record: PeerRecord): boolean;
  /** The addresses that multicast. */
  addresses(): readonly BoundAddress[];
  /** Names of the adapters that are not used because there are too many. */
  leftOut(): readonly string[];
  /** True for one of our own addresses with our port. */
  isOwnEndpoint(endpoint: Endpoint): boolean;
  unicastPort(): number;
  readonly askToCall: CallRequests['ask'];
  /** The way of the datagrams of rooms. */
  readonly roomChannel: RoomChannel;
  /** True if peers stay listed only because the fault may be our own. */
  isDoubtful(): boolean;
  counters(): PresenceCounters;
}

interface Deps extends CallListener {
  readonly ports: Ports;
  readonly incarnation: number;
  readonly announcement: () => OwnAnnouncement;
  /**
   * Called when the sockets are open and the first beacon was sent; called again after each
   * restart.
   */
  readonly onReady: () => void;
  readonly onRestart: (restart: Restart) => void;
  /** Called when adapters appeared, disappeared or changed. */
  readonly onAddressesChange: () => void;
  /** Called for each datagram with a valid signature. */
  readonly onHeard: () => void;
  /** Called after a stall of the process. */
  readonly onStall: (lateMs: number) => void;
  /** Absent where there are no rooms. */
  readonly rooms?: RoomListener | undefined;
  /** Called when another process signs with our key, from a copied profile. */
  readonly onOwnKeyHeard: (from: Received) => void;
}

/** Handshakes with recordings of earlier incarnations, at most. A peer that went back needs one. */
const earlierLimits = { hellosPerSecond: 5, maxHelloBurst: 20, maxHandshakes: 64 } as const;

export function createPresence(deps: Deps, options: PresenceOptions): Presence {
  const { ports, incarnation } = deps;
  const { random, identity } = ports;
  const clock = createStallClock(ports.clock, options.stallMs, recoverFromStall);
  const ownTag = recipientTag(identity.publicKey);
  const registry = createExpiringRegistry(
    { clock, mayExpire: () => failureDetector.mayExpire(), onListenerError: logListenerErrors(ports.log) },
    { ...options, ownPeerId: identity.peerId },
  );
  const needsUnicast = (record: PeerRecord): boolean => isUnicastOnly(record, clock.monotonicMs(), options);
  const isConnected = (): boolean => lifecycle.isConnected();
  const sockets = createPresenceTransport(
    { ...ports, clock, onDatagram: (bytes, source) => inbound.hear(bytes, source), onChange: followAddresses },
    options,
  );
  const credit = createAddressCredit({ clock }, options);
  const replayWindows = createReplayWindows({ maxWindows: options.maxReplayWindows });
  const outbound = createOutbound({ identity, incarnation, envelope: ports.envelope, sockets, credit }, options);
  const announcer = createAnnouncer(
    { clock, random, own: deps.announcement, registry, sockets, outbound, isUnicastOnly: needsUnicast },
    options,
  );
  const { beaconScheduler, announcement } = announcer;
  const send = createPeerDatagrams({ clock, outbound, announcement }, options);
  const watchdog = createWatchdog({ clock, isConnected }, options);
  const ofHandshakes = { clock, random, population: () => registry.size, send };
  const handshakes = createHandshakes({ ...ofHandshakes, onUnanswered: (peer) => dispatch.enterOneWay(peer) }, options);
  const earlierHandshakes = createHandshakes(
    { ...ofHandshakes, onUnanswered: () => undefined },
    { ...options, ...earlierLimits },
  );
  const failureDetector = createFailureDetector(
    {
      clock,
      random,
      registry,
      ownPeerId: identity.peerId,
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
  const ofExchange = { clock, random, registry, isUnicastOnly: needsUnicast, isOwnEndpoint: sockets.isOwnEndpoint };
  const peerExchange = createPeerExchange({ ...ofExchange, call: send.call, askPeers: send.askPeers }, options);
  const pathValidation = createPathValidation({ clock, random, sendPing: send.pingAddress });
  const callRequests = createCallRequests({ ...deps, clock, random, registry, send });
  const addressRefresh = createAddressRefresh({ clock, registry, isUnicastOnly: needsUnicast, ask: pathValidation.ask }, options);
  const dispatch = createDispatch({
    ownTag,
    incarnation,
    registry,
    handshakes,
    failureDetector,
    peerExchange,
    pathValidation,
    callRequests,
    earlierHandshakes,
    replayWindows,
    credit,
    send,
    outbound,
    rooms: deps.rooms,
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
      replayWindows,
      credit,
      isListening: lifecycle.isListening,
      isCandidate: handshakes.isCurrent,
      onHeard: noteHeard,
      onReceived: dispatch.receive,
      onBlock: (bytes, source) => deps.rooms?.onBlock(bytes, source),
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
      for (const part of [handshakes, earlierHandshakes, failureDetector, registry]) part.close();
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
    leftOut: sockets.leftOut,
    isOwnEndpoint: sockets.isOwnEndpoint,
    unicastPort: sockets.unicastPort,
    askToCall: callRequests.ask,
    roomChannel: createRoomChannel({ ...announcer, registry, outbound, sockets }),
    isDoubtful: failureDetector.isDoubtful,
    counters: () => countersOf({ inbound, dispatch, outbound, handshakes }),
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
    // A network change explains the silence of a peer, so reset it.
    failureDetector.startOver('network');
    beaconScheduler.burst();
    peerExchange.callMissing();
    deps.onAddressesChange();
  }

  function recoverFromStall(lateMs: number): void {
    lifecycle.recoverFromStall();
    deps.onStall(lateMs);
  }
}

interface Counted {
  readonly inbound: Pick<InboundPipeline, 'counters'>;
  readonly dispatch: Pick<Dispatch, 'counters'>;
  readonly outbound: Pick<Outbound, 'sentMulticast' | 'sentUnicast' | 'withheld'>;
  readonly handshakes: Pick<Handshakes, 'refused'>;
}

function countersOf({ inbound, dispatch, outbound, handshakes }: Counted): PresenceCounters {
  const { sentMulticast, sentUnicast, withheld } = outbound;
  const sent = { sentMulticast, sentUnicast, withheld };
  return { ...inbound.counters(), ...dispatch.counters(), ...sent, postponedHandshakes: handshakes.refused };
}
