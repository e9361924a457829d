/**
 * The core of Hallway: who is here, who we are, what we say to one another, what is wrong. Read this first. createHallway() wires the parts to
 * the ports and offers them to the hosts (Electron, browser, terminal), which only carry what is said here.
 */
import { createEmitter } from '../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { Diagnostics, DoctorReport, ProblemReport } from '../../shared/contract/diagnostics.ts';
import { writeProblemReport } from '../../shared/text/problem-report.ts';
import type { Health } from '../../shared/contract/health.ts';
import type { NetworkChange, NetworkSettings } from '../../shared/contract/network.ts';
import type { DepartedPeer, Peer } from '../../shared/contract/presence.ts';
import type { ProfileChange, Self, Status } from '../../shared/contract/profile.ts';
import type { ConnectResult } from './network/connect-by-address.ts';
import { describeNode } from './diagnostics/diagnostics.ts';
import { examineNetwork } from './diagnostics/doctor/doctor.ts';
import { toHallwayEvent, type HallwayEvent } from './hallway-event.ts';
import { createHealthBoard } from './health/health-board.ts';
import { logListenerErrors } from './lib/listener-errors.ts';
import { followMessageHealth } from './health/message-health.ts';
import { createNetworkChoices } from './network/network-settings.ts';
import { createNetworkHealth } from './health/network-health.ts';
import { createOwnProfile, type ProfileRefusal } from './profile/own-profile.ts';
import { byName, toBoundInterface, toDepartedPeer, toPeer } from './contacts/peer-view.ts';
import type { Ports } from './ports.ts';
import { createPresence, defaultPresenceOptions, formatEndpoint, type PresenceOptions } from './presence/index.ts';
import type { Service } from './lib/supervise.ts';
import { createTalk, type Talk, type TalkPorts } from './direct-messages.ts';

export type { HallwayEvent } from './hallway-event.ts';

export interface HallwayOptions {
  readonly name: string;
  readonly host: string;
  readonly status: Status;
  readonly note: string;
  /** Start time in milliseconds since 1970, strictly greater than at any earlier start of this profile. */
  readonly incarnation: number;
  /** What was remembered of an earlier run. */
  readonly network?: Partial<NetworkSettings>;
  /** Whether authors are told that their messages were read; true if absent. */
  readonly readReceipts?: boolean;
  /** Departures from the defaults of presence/options.ts, such as `interfaces`, `group` or `port`. */
  readonly presence?: Partial<PresenceOptions>;
}

export type ProfileResult = { readonly ok: true; readonly self: Self } | ProfileRefusal;

export interface Hallway extends Service {
  self(): Self;
  /** Those who are here, ourselves never among them, sorted by name. */
  peers(): readonly Peer[];
  /** Those who left, latest first. */
  departed(): readonly DepartedPeer[];
  health(): readonly Health[];
  /** Adds an entry that only the host can know of, such as unreadable settings. @returns its undo */
  reportHealth(health: Omit<Health, 'sinceMs'>): Unsubscribe;
  changeProfile(change: ProfileChange): ProfileResult;
  /** Direct messages, and the people they go to; undefined where this node was given nothing to talk with. */
  readonly talk: Pick<Talk, 'messages' | 'people'> | undefined;
  network(): NetworkSettings;
  changeNetwork(change: NetworkChange): NetworkSettings;
  /** Remembers a peer by `HOST:PORT`, calls it, and waits a few seconds for its answer. */
  connect(address: string): Promise<ConnectResult>;
  forgetAddress(address: string): NetworkSettings;
  /** The computer is about to sleep: says goodbye. */
  suspend(): Promise<void>;
  /** It woke up: joins everything anew and blames nobody for what we did not hear. */
  resume(): void;
  /** Counters and states for people who look for a fault: see docs/AUTOMATION.md. */
  diagnostics(): Diagnostics;
  /** What is wrong with the network as this node meets it, and what to do about it. */
  examine(): DoctorReport;
  /** All that helps to find a fault, as a text that people can read before they send it (rule REPORT-1). */
  problemReport(): Promise<ProblemReport>;
  subscribe(listener: (event: HallwayEvent) => void): Unsubscribe;
}

/** The digest of no rooms. */
const noRooms = new Uint8Array(8);
/** Flag 1 of the announcement: this node answers, and asks nobody. */
const passiveFlag = 1;

/** @param talkPorts absent: presence alone, nobody can be talked to */
export function createHallway(ports: Ports, options: HallwayOptions, talkPorts?: TalkPorts): Hallway {
  const onListenerError = logListenerErrors(ports.log);
  const events = createEmitter<HallwayEvent>(onListenerError);
  const health = createHealthBoard({ ...ports, onListenerError });
  const profile = createOwnProfile(() => presence.registry.list(), options);
  const network = createNetworkChoices(
    { ...ports, presence: () => presence, onChange: (settings) => events.emit({ type: 'network-changed', network: settings }) },
    options.network,
  );
  const presenceOptions = network.within({ ...defaultPresenceOptions, ...options.presence });
  const presence = createPresence(
    {
      ports,
      incarnation: options.incarnation,
      announcement: () => ({
        ...profile.current(),
        tcpPort: talk?.tcpPort() ?? 0,
        flags: presenceOptions.passive ? passiveFlag : 0,
        roomDigest: noRooms,
      }),
      onReady,
      onRestart: (restart) => networkHealth.restarted(restart),
      onAddressesChange: () => {
        networkHealth.review();
        tellSelf();
      },
      onHeard: () => networkHealth.heard(),
      onStall: (lateMs) => networkHealth.stalled(lateMs),
      onOwnKeyHeard: ({ source }) => networkHealth.ownKeyHeard(formatEndpoint(source)),
    },
    presenceOptions,
  );
  const talk =
    talkPorts &&
    createTalk({
      ...ports,
      ...talkPorts,
      ownPeerId: ports.identity.peerId,
      ownName: () => profile.current().name,
      registry: presence.registry,
      readReceipts: () => options.readReceipts ?? true,
      onPortChange: () => presence.announceChange(),
    });
  const networkHealth = createNetworkHealth(
    { ...ports, health, presence, onClockJump: () => presence.resume() },
    presenceOptions,
  );
  let wasReady = false;
  const isVerified = (peerId: string): boolean => talk?.acquaintances.isVerified(peerId) ?? false;

  network.callRemembered();
  presence.registry.subscribe((event) => {
    const told = toHallwayEvent(event, isVerified);
    if (told) events.emit(told);
  });
  talk?.acquaintances.subscribe((peerId) => {
    const record = presence.registry.get(peerId);
    if (record) events.emit({ type: 'peer-updated', peer: toPeer(record, isVerified) });
  });
  if (talk) followMessageHealth(talk.messages, health);
  talk?.messages.subscribe((event) => events.emit(event));
  health.subscribe((entries) => events.emit({ type: 'health-changed', health: entries }));

  return {
    name: 'hallway',
    run,
    talk,
    self,
    peers: () =>
      presence.registry
        .list()
        .map((record) => toPeer(record, isVerified))
        .toSorted(byName),
    departed: () => presence.registry.departed().map((record) => toDepartedPeer(record, isVerified)),
    health: () => health.list(),
    reportHealth: (entry) => health.report(entry),
    changeProfile(change) {
      const refused = profile.change(change);
      if (refused) return refused;
      presence.announceChange();
      return { ok: true, self: tellSelf() };
    },
    network: network.settings,
    changeNetwork: network.change,
    connect: network.connect,
    forgetAddress: network.forget,
    suspend: () => presence.suspend(),
    resume: () => presence.resume(),
    diagnostics,
    examine: () => examineNetwork(diagnostics()),
    problemReport: async () =>
      writeProblemReport({
        log: (await ports.reportSource?.logTail()) ?? [],
        versions: ports.reportSource?.versions ?? {},
        atMs: ports.clock.wallMs(),
        health: health.list(),
        examined: examineNetwork(diagnostics()),
      }),
    subscribe: (listener) => events.subscribe(listener),
  };

  async function run({ signal, ready }: Parameters<Service['run']>[0]): Promise<void> {
    const undo = events.subscribe((event) => event.type === 'ready' && ready());
    // Sessions first, so that the very first beacon says where they are accepted; last to go, so that nothing is cut off by a goodbye.
    const talkEnd = new AbortController();
    const talking = await startTalk(talk, talkEnd.signal);
    await Promise.all([presence.run(signal), networkHealth.run(signal)]);
    talkEnd.abort();
    await talking.ended;
    undo();
  }

  function onReady(): void {
    networkHealth.ready();
    if (wasReady) return;
    wasReady = true;
    const interfaces = presence.addresses().map(toBoundInterface);
    events.emit({ type: 'ready', unicastPort: presence.unicastPort(), tcpPort: talk?.tcpPort() ?? 0, interfaces });
  }

  function self(): Self {
    const interfaces = presence.addresses().flatMap((bound) => (bound.joined ? [toBoundInterface(bound)] : []));
    return { peerId: ports.identity.peerId, ...profile.current(), interfaces };
  }

  function tellSelf(): Self {
    const changed = self();
    events.emit({ type: 'self-changed', self: changed });
    return changed;
  }

  function diagnostics(): Diagnostics {
    return describeNode({
      clock: ports.clock,
      presence,
      options: presenceOptions,
      history: networkHealth.history(),
      ownHost: profile.current().host,
      network: network.settings(),
      teamKey: ports.envelope !== undefined,
      health: health.list(),
      sessions: talk?.counters(),
    });
  }
}

/** @returns once sessions are accepted or cannot be, with a promise for their end: two steps, so that the one can be awaited alone */
function startTalk(talk: Talk | undefined, signal: AbortSignal): Promise<{ readonly ended: Promise<void> }> {
  if (!talk) return Promise.resolve({ ended: Promise.resolve() });
  return new Promise((resolve) => {
    const ended = talk.run(signal, () => resolve({ ended }));
  });
}
