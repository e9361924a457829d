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
import { createNetworkHealth } from './network-health.ts';
import { byName, toBoundInterface, toDepartedPeer, toPeer } from './peer-view.ts';
import type { Ports } from './ports.ts';
import {
  cleanText,
  formatEndpoint,
  createPresence,
  defaultPresenceOptions,
  type PresenceOptions,
  type RegistryEvent,
} from './presence/index.ts';
import type { Service } from './service.ts';

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
  | { readonly type: 'health-changed'; readonly health: readonly Health[] };

export interface HallwayOptions {
  readonly name: string;
  readonly host: string;
  readonly status: Status;
  readonly note: string;
  /** Start time in milliseconds since 1970, strictly greater than at any earlier start of this profile. */
  readonly incarnation: number;
  /** What was remembered of an earlier run. */
  readonly network?: Partial<NetworkSettings>;
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
/** Direct messages are not accepted in this version. */
const noTcpPort = 0;

export function createHallway(ports: Ports, options: HallwayOptions): Hallway {
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
      announcement: () => ({ ...profile, tcpPort: noTcpPort, flags: network.passive ? passiveFlag : 0, roomDigest: noRooms }),
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
  const networkHealth = createNetworkHealth(
    { ...ports, health, presence, onClockJump: () => presence.resume() },
    presenceOptions,
  );
  for (const address of options.network?.manualAddresses ?? []) {
    const endpoint = parseNumericEndpoint(address);
    if (endpoint) presence.connect(endpoint);
  }
  presence.registry.subscribe((event) => {
    const shown = toHallwayEvent(event);
    if (shown) events.emit(shown);
  });
  health.subscribe((entries) => events.emit({ type: 'health-changed', health: entries }));

  return {
    name: 'hallway',
    async run({ signal, ready }) {
      const undo = events.subscribe((event) => event.type === 'ready' && ready());
      await Promise.all([presence.run(signal), networkHealth.run(signal)]);
      undo();
    },
    self,
    peers: () => presence.registry.list().map(toPeer).toSorted(byName),
    departed: () => presence.registry.departed().map(toDepartedPeer),
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

  function onReady(): void {
    networkHealth.ready();
    if (wasReady) return;
    wasReady = true;
    const interfaces = presence.addresses().map(toBoundInterface);
    events.emit({ type: 'ready', unicastPort: presence.unicastPort(), tcpPort: noTcpPort, interfaces });
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

function toHallwayEvent(event: RegistryEvent): HallwayEvent | undefined {
  switch (event.type) {
    case 'joined':
      return { type: 'peer-joined', peer: toPeer(event.record) };
    case 'updated':
      return { type: 'peer-updated', peer: toPeer(event.record) };
    case 'seen':
      return { type: 'peer-seen', peerId: event.record.peerId, lastSeenMs: event.record.lastSeenMs };
    case 'left':
      return { type: 'peer-left', departed: toDepartedPeer(event.departed) };
    case 'forgotten':
      return { type: 'peer-forgotten', peerId: event.peerId };
    case 'silent':
      return undefined;
  }
}
