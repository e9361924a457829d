/**
 * The core of Hallway: who is here, who we are, what is wrong. Read this first. createHallway() wires presence and health to the ports and
 * offers them to the hosts (Electron, browser, terminal), which only carry what is said here.
 */
import { createEmitter } from '../shared/emitter.ts';
import type { Unsubscribe } from '../shared/link.ts';
import {
  maxHostBytes,
  maxNameBytes,
  maxNoteBytes,
  type BoundInterface,
  type DepartedPeer,
  type Diagnostics,
  type DoctorReport,
  type Health,
  type NetworkChange,
  type NetworkSettings,
  type Peer,
  type PeerId,
  type ProfileChange,
  type Self,
  type Status,
} from '../shared/model.ts';
import { connectTo, type ConnectResult } from './connect.ts';
import { describePresence } from './diagnostics.ts';
import { examineNetwork } from './doctor.ts';
import { parseNumericEndpoint } from './endpoint-text.ts';
import { createHealthBoard } from './health.ts';
import { comparableName, isReservedName } from './names.ts';
import type { MessagingEvent } from './messaging/messaging.ts';
import type { StoreError } from './messaging/ports.ts';
import { createNetworkHealth } from './network-health.ts';
import { byName, toBoundInterface, toDepartedPeer, toPeer } from './peer-view.ts';
import type { Ports } from './ports.ts';
import {
  cleanText,
  formatEndpoint,
  createPresence,
  defaultPresenceOptions,
  type DepartedRecord,
  type PeerRecord,
  type PresenceOptions,
  type RegistryEvent,
} from './presence/index.ts';
import type { Service } from './service.ts';
import { createTalk, type Talk, type TalkPorts } from './talk.ts';

export type HallwayEvent =
  /** Sockets are open and the first beacon is out; once. */
  | {
      readonly type: 'ready';
      readonly unicastPort: number;
      readonly tcpPort: number;
      readonly interfaces: readonly BoundInterface[];
    }
  | { readonly type: 'peer-joined' | 'peer-updated'; readonly peer: Peer }
  /** Heard again with nothing new to tell: only `lastSeenMs` moved. */
  | { readonly type: 'peer-seen'; readonly peerId: PeerId; readonly lastSeenMs: number }
  | { readonly type: 'peer-left'; readonly departed: DepartedPeer }
  /** A departed peer made room for newer ones in "recently here". */
  | { readonly type: 'peer-forgotten'; readonly peerId: PeerId }
  | { readonly type: 'self-changed'; readonly self: Self }
  /** To be remembered: what people chose about the network. */
  | { readonly type: 'network-changed'; readonly network: NetworkSettings }
  | { readonly type: 'health-changed'; readonly health: readonly Health[] }
  | MessagingEvent;

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

export type ProfileResult =
  | { readonly ok: true; readonly self: Self }
  | { readonly ok: false; readonly code: 'bad-name' | 'name-reserved' | 'name-in-use'; readonly message: string };

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
  subscribe(listener: (event: HallwayEvent) => void): Unsubscribe;
}

/** The digest of no rooms. */
const noRooms = new Uint8Array(8);
/** Flag 1 of the announcement: this node answers, and asks nobody. */
const passiveFlag = 1;

/** @param talkPorts absent: presence alone, nobody can be talked to */
export function createHallway(ports: Ports, options: HallwayOptions, talkPorts?: TalkPorts): Hallway {
  let network = { excludedInterfaces: options.network?.excludedInterfaces ?? [], passive: options.network?.passive ?? false };
  const presenceOptions: PresenceOptions = {
    ...defaultPresenceOptions,
    ...options.presence,
    // Read anew at each use, because people may change them at any time.
    get excludedInterfaces() {
      return network.excludedInterfaces;
    },
    get passive() {
      return network.passive;
    },
  };
  const events = createEmitter<HallwayEvent>();
  const health = createHealthBoard(ports);
  let profile = {
    name: cleanText(options.name, maxNameBytes) || cleanText(options.host, maxNameBytes) || 'unnamed',
    host: cleanText(options.host, maxHostBytes),
    status: options.status,
    note: cleanText(options.note, maxNoteBytes),
  };
  let wasReady = false;

  const presence = createPresence(
    {
      ports,
      incarnation: options.incarnation,
      announcement: () => ({
        ...profile,
        tcpPort: talk?.tcpPort() ?? 0,
        flags: network.passive ? passiveFlag : 0,
        roomDigest: noRooms,
      }),
      onReady,
      onRestart: (restart) => networkHealth.restarted(restart),
      onAddressesChange: () => {
        networkHealth.review();
        events.emit({ type: 'self-changed', self: self() });
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
      ownName: () => profile.name,
      registry: presence.registry,
      readReceipts: () => options.readReceipts ?? true,
      onPortChange: () => presence.announceChange(),
    });
  const networkHealth = createNetworkHealth(
    { ...ports, health, presence, onClockJump: () => presence.resume() },
    presenceOptions,
  );
  for (const address of options.network?.manualAddresses ?? []) {
    const endpoint = parseNumericEndpoint(address);
    if (endpoint) presence.connect(endpoint);
  }
  presence.registry.subscribe((event) => {
    const shown = toHallwayEvent(event, shownPeer, shownDeparted);
    if (shown) events.emit(shown);
  });
  talk?.acquaintances.subscribe((peerId) => {
    const record = presence.registry.get(peerId);
    if (record) events.emit({ type: 'peer-updated', peer: shownPeer(record) });
  });
  talk?.messages.subscribe((event) => {
    if (event.type === 'store-problem') tellStoreProblem(event.code);
    events.emit(event);
  });
  health.subscribe((entries) => events.emit({ type: 'health-changed', health: entries }));

  return {
    name: 'hallway',
    async run({ signal, ready }) {
      const undo = events.subscribe((event) => event.type === 'ready' && ready());
      // Sessions first, so that the very first beacon says where they are accepted; last to go, so that nothing is cut off by a goodbye.
      const talkEnd = new AbortController();
      const talking = await startTalk(talkEnd.signal);
      await Promise.all([presence.run(signal), networkHealth.run(signal)]);
      talkEnd.abort();
      await talking.ended;
      undo();
    },
    talk,
    self,
    peers: () => presence.registry.list().map(shownPeer).toSorted(byName),
    departed: () => presence.registry.departed().map(shownDeparted),
    health: () => health.list(),
    reportHealth: (entry) => health.report(entry),
    changeProfile,
    network: networkSettings,
    changeNetwork(change) {
      network = {
        excludedInterfaces: change.excludedInterfaces ?? network.excludedInterfaces,
        passive: change.passive ?? network.passive,
      };
      return tellNetwork();
    },
    async connect(address) {
      const result = await connectTo(address, { ...ports, presence });
      tellNetwork();
      return result;
    },
    forgetAddress(address) {
      const endpoint = parseNumericEndpoint(address);
      if (endpoint) presence.forgetAddress(endpoint);
      return tellNetwork();
    },
    suspend: () => presence.suspend(),
    resume: () => presence.resume(),
    diagnostics,
    examine: () => examineNetwork(diagnostics()),
    subscribe: (listener) => events.subscribe(listener),
  };

  /** @returns once sessions are accepted or cannot be, with a promise for their end: two steps, so that the one can be awaited alone */
  function startTalk(signal: AbortSignal): Promise<{ readonly ended: Promise<void> }> {
    if (!talk) return Promise.resolve({ ended: Promise.resolve() });
    return new Promise((resolve) => {
      const ended = talk.run(signal, () => resolve({ ended }));
    });
  }

  function shownPeer(record: PeerRecord): Peer {
    return { ...toPeer(record), verified: talk?.acquaintances.isVerified(record.peerId) ?? false };
  }

  function shownDeparted(departed: DepartedRecord): DepartedPeer {
    return { ...toDepartedPeer(departed), verified: talk?.acquaintances.isVerified(departed.record.peerId) ?? false };
  }

  function tellStoreProblem(code: StoreError['code'] | undefined): void {
    if (code === undefined) health.clear('messages-not-kept');
    else health.raise('messages-not-kept', code);
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
    return { peerId: ports.identity.peerId, ...profile, interfaces };
  }

  function changeProfile(change: ProfileChange): ProfileResult {
    const name = change.name === undefined ? profile.name : cleanText(change.name, maxNameBytes);
    const refused = change.name === undefined ? undefined : refusalOf(name);
    if (refused) return refused;
    profile = {
      ...profile,
      name,
      status: change.status ?? profile.status,
      note: change.note === undefined ? profile.note : cleanText(change.note, maxNoteBytes),
    };
    presence.announceChange();
    const changed = self();
    events.emit({ type: 'self-changed', self: changed });
    return { ok: true, self: changed };
  }

  function networkSettings(): NetworkSettings {
    return { manualAddresses: presence.manualAddresses().map(formatEndpoint), ...network };
  }

  function tellNetwork(): NetworkSettings {
    const changed = networkSettings();
    events.emit({ type: 'network-changed', network: changed });
    return changed;
  }

  function diagnostics(): Diagnostics {
    return describePresence({
      clock: ports.clock,
      presence,
      options: presenceOptions,
      history: networkHealth.history(),
      ownHost: profile.host,
      network: networkSettings(),
      teamKey: ports.envelope !== undefined,
      health: health.list(),
    });
  }

  function refusalOf(name: string): ProfileResult | undefined {
    if (name === '') return { ok: false, code: 'bad-name', message: 'A name needs at least one visible character.' };
    if (isReservedName(name)) return { ok: false, code: 'name-reserved', message: `"${name}" is reserved. Choose another name.` };
    const holder = presence.registry.list().find((record) => comparableName(record.announcement.name) === comparableName(name));
    if (!holder) return undefined;
    return { ok: false, code: 'name-in-use', message: `Somebody here is already called "${holder.announcement.name}".` };
  }
}

function toHallwayEvent(
  event: RegistryEvent,
  shownPeer: (record: PeerRecord) => Peer,
  shownDeparted: (departed: DepartedRecord) => DepartedPeer,
): HallwayEvent | undefined {
  switch (event.type) {
    case 'joined':
      return { type: 'peer-joined', peer: shownPeer(event.record) };
    case 'updated':
      return { type: 'peer-updated', peer: shownPeer(event.record) };
    case 'seen':
      return { type: 'peer-seen', peerId: event.record.peerId, lastSeenMs: event.record.lastSeenMs };
    case 'left':
      return { type: 'peer-left', departed: shownDeparted(event.departed) };
    case 'forgotten':
      return { type: 'peer-forgotten', peerId: event.peerId };
    case 'silent':
      return undefined;
  }
}
