/**
 * A Hallway without a network: it holds what a test puts into it and tells it on as the real one does. It keeps the real one's rules as
 * far as a user interface can notice them, and knows nothing of presence.
 */
import { refuse } from '../../src/shared/text/messages/problem-values.ts';
import type { Hallway, HallwayEvent } from '../../src/main/core/hallway.ts';
import { parseEndpoint } from '../../src/main/core/lib/parse-endpoint.ts';
import { createEmitter, type Emitter } from '../../src/shared/lib/emitter.ts';
import type { Diagnostics, DoctorReport, Finding, InterfaceReport } from '../../src/shared/contract/diagnostics.ts';
import type { Health } from '../../src/shared/contract/health.ts';
import type { NetworkSettings } from '../../src/shared/contract/network.ts';
import type { LeaveReason, Peer } from '../../src/shared/contract/presence.ts';
import type { SettingsPolicy } from '../../src/shared/contract/policy.ts';
import type { Self } from '../../src/shared/contract/profile.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { HealthEvent } from '../../src/main/core/health/health-board.ts';
import type { ProfileEvent } from '../../src/main/core/profile/profile.ts';
import { createMentions } from '../../src/main/core/notifications/mentions.ts';
import { createSettings } from '../../src/main/core/settings/settings.ts';
import { examineNetwork } from '../../src/main/core/diagnostics/doctor/doctor.ts';
import { writeProblemReport } from '../../src/shared/text/problem-report.ts';
import type { MessageStore } from '../../src/main/core/messaging/ports.ts';
import { createFakeDrafts } from './fake-drafts.ts';
import { createFakeNotifications, fakeAway, type FakeNotifications } from './fake-notifications.ts';
import { createFakePresence, eventsOf } from './fake-presence.ts';
import { createFakeTransfers, type FakeTransfers } from './fake-transfers.ts';
import { createFakeRooms, type FakeRoomControls, type FakeRooms } from './fake-rooms.ts';

export interface FakeHallway extends Hallway {
  readonly transfers: FakeTransfers | undefined;
  /** A new or changed peer. */
  putPeer(peer: Peer): void;
  see(peerId: PeerId, lastSeenMs: number): void;
  leave(peerId: PeerId, reason: LeaveReason): void;
  forget(peerId: PeerId): void;
  setHealth(health: readonly Health[]): void;
  setSelf(change: Partial<Self>): void;
  /** What the doctor is told beyond what this Hallway knows anyway. */
  setDiagnostics(change: Partial<Diagnostics>): void;
  /** What the doctor answers, whatever it is told; `undefined` lets it examine. */
  setFindings(findings: readonly Finding[] | undefined): void;
  /** The doings of others in rooms. There are rooms only where there are messages. */
  readonly inRooms: FakeRoomControls;
  /** Banners, and what pages report about them. */
  readonly inBanners: FakeNotifications;
  /** Offers of files. */
  readonly inTransfers: FakeTransfers;
  /** Connections by address stay pending from now on. @returns a function that ends them */
  holdCalls(): () => void;
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A well-formed peerId that is the same for the same number, and looks as random as a hash. */
export function fakePeerId(number: number): PeerId {
  let state = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  let peerId = '';
  while (peerId.length < 52) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    peerId += base32[state >>> 27];
  }
  return peerId;
}

export function fakePeer(number: number, change: Partial<Peer> = {}): Peer {
  return {
    peerId: fakePeerId(number),
    name: `Peer ${number}`,
    host: `host-${number}`,
    status: 'available',
    note: '',
    addresses: [`10.0.${number >> 8}.${number & 255}:50000`],
    presence: 'online',
    lastSeenMs: 1_760_000_000_000,
    verified: false,
    ...change,
  };
}

export function fakeSelf(change: Partial<Self> = {}): Self {
  return {
    peerId: fakePeerId(999_999),
    name: 'Me',
    host: 'here',
    status: 'available',
    note: '',
    interfaces: [{ name: 'eth0', address: '10.0.0.5' }],
    ...change,
  };
}

export interface FakeAreas extends Partial<Pick<Hallway, 'messages' | 'contacts' | 'marks'>> {
  /** Of the messages, whose positions rooms share. */
  readonly store?: MessageStore;
  readonly hasRooms?: boolean;
  /** An administrator's decisions. */
  readonly policy?: SettingsPolicy;
  /** The time of what is said in rooms. */
  readonly nowMs?: number;
}

/**
 * @param areas messages and contacts; see fake-conversations.ts. `hasRooms` makes rooms without messages
 */
const fakeSource = {
  versions: { Hallway: '1.2.3', System: 'Fake 1' },
  folder: '/home/noor/.local/share/hallway',
  firewallTool: 'ufw',
} as const;
const reported = { versions: { Hallway: '1.2.3' }, log: ['a line'] };

export function createFakeHallway(
  initialSelf: Self = fakeSelf(),
  { messages, contacts, marks, store, hasRooms = messages !== undefined, policy = {}, nowMs = 1_760_000_000_000 }: FakeAreas = {},
): FakeHallway {
  const events = createEmitter<HallwayEvent>();
  const { area, peers, ...controls } = createFakePresence(events);
  let self = initialSelf;
  let health: readonly Health[] = [];
  let network = fakeNetwork;
  let emitted: Partial<Diagnostics> = {};
  let findings: readonly Finding[] | undefined;
  let callsMayEnd: Promise<void> = Promise.resolve();

  const inBanners = createFakeNotifications(events);
  const inTransfers = createFakeTransfers(initialSelf.peerId);
  inTransfers.subscribe(events.emit);
  for (const told of [messages, marks]) told?.subscribe(events.emit);
  const rooms = createFakeRooms({ ownPeerId: () => self.peerId, ownName: () => self.name, peers, store, nowMs });
  if (hasRooms) connectRooms(events, rooms);

  function diagnostics(): Diagnostics {
    const usual = fakeDiagnostics();
    return {
      ...usual,
      interfaces: self.interfaces
        .filter(({ name }) => !network.excludedInterfaces.includes(name))
        .map(({ name, address }) => ({ ...fakeInterface, name, address, family: address.includes(':') ? 'ipv6' : 'ipv4' })),
      peers: peers().map(({ peerId, name, host, presence, addresses, lastSeenMs }) => {
        return { peerId, name, host, presence, unicastOnly: false, multicastHeardMsAgo: 1_000, addresses, lastSeenMs };
      }),
      network,
      health: [...health],
      ...emitted,
    };
  }

  function examine(): DoctorReport {
    return findings === undefined ? examineNetwork(diagnostics()) : { findings: [...findings], diagnostics: diagnostics() };
  }

  function setSelf(change: Partial<Self>): void {
    self = { ...self, ...change };
    events.emit({ type: 'self-changed', self });
  }

  const settings = createSettings(
    { checks: { name: (name) => refusalOfName(name.trim()) } },
    { defaults: { name: self.name }, chosen: { status: self.status, note: self.note }, policy },
  );
  settings.subscribe((event) => {
    const { name, status, note, manualAddresses, excludedInterfaces, passive } = event.settings;
    network = {
      manualAddresses: manualAddresses ?? network.manualAddresses,
      excludedInterfaces: excludedInterfaces ?? network.excludedInterfaces,
      passive: passive ?? network.passive,
    };
    const ofSelf = { ...(name !== undefined && { name }), ...(status && { status }), ...(note !== undefined && { note }) };
    if (Object.keys(ofSelf).length > 0) setSelf(ofSelf);
    events.emit(event);
  });

  function setNetwork({ manualAddresses, excludedInterfaces, passive }: NetworkSettings): NetworkSettings {
    settings.put({ manualAddresses, excludedInterfaces, passive });
    return network;
  }

  function refusalOfName(name: string) {
    if (name === '') return refuse('bad-name');
    if (name === 'everyone') return refuse('name-reserved', { name });
    if (peers().some((peer) => peer.name === name)) return refuse('name-in-use', { likeness: 'same', name });
    return undefined;
  }

  function setHealth(entries: readonly Health[]): void {
    health = entries;
    events.emit({ type: 'health-changed', health });
  }

  const ofRooms = hasRooms ? rooms.area : undefined;
  const mentions = createMentions({ ownPeerId: self.peerId, ownName: () => self.name, settings, rooms: ofRooms });

  return {
    name: 'fake hallway',
    ...{ messages, contacts },
    rooms: ofRooms,
    ...{ marks, mentions, inRooms: rooms.controls, notifications: inBanners.area, inBanners, away: fakeAway },
    drafts: messages && createFakeDrafts(),
    ...{ transfers: messages && inTransfers, inTransfers },
    run: ({ signal, ready }) => {
      ready();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    presence: area,
    settings,
    profile: {
      self: () => self,
      change(change) {
        const name = change.name?.trim();
        const refused = name === undefined ? undefined : refusalOfName(name);
        if (refused) return refused;
        settings.put({
          ...(name !== undefined && { name }),
          ...(change.note !== undefined && { note: change.note.trim() }),
          ...(change.status !== undefined && { status: change.status, busyUntilMs: change.busyUntilMs ?? null }),
        });
        return { ok: true, self };
      },
      subscribe: eventsOf<ProfileEvent>(events, ['self-changed']),
    },
    network: {
      settings: () => network,
      change: (change) =>
        setNetwork({
          ...network,
          ...(change.passive !== undefined && { passive: change.passive }),
          ...(change.excludedInterfaces !== undefined && { excludedInterfaces: change.excludedInterfaces }),
        }),
      async connect(address) {
        if (parseEndpoint(address) === undefined) return refuse('bad-address', { reason: 'unreadable', address });
        setNetwork({ ...network, manualAddresses: [...new Set([...network.manualAddresses, address])] });
        await callsMayEnd;
        const found = peers().find((peer) => peer.addresses.includes(address));
        return found ? { ok: true, peerId: found.peerId } : refuse('no-answer', { address });
      },
      forget: (address) =>
        setNetwork({ ...network, manualAddresses: network.manualAddresses.filter((other) => other !== address) }),
    },
    health: {
      list: () => health,
      report(entry) {
        const own = { ...entry, sinceMs: 0 };
        setHealth([...health, own]);
        return () => setHealth(health.filter((other) => other !== own));
      },
      subscribe: eventsOf<HealthEvent>(events, ['health-changed']),
    },
    diagnostics: {
      read: diagnostics,
      examine,
      report: () => Promise.resolve(writeProblemReport({ ...reported, atMs: diagnostics().atMs, health, examined: examine() })),
      source: () => fakeSource,
    },
    subscribe: (listener) => events.subscribe(listener),

    ...controls,
    setHealth,
    setSelf,
    setDiagnostics(change) {
      emitted = { ...emitted, ...change };
    },
    setFindings: (answer) => void (findings = answer),
    holdCalls() {
      let release: () => void = () => undefined;
      callsMayEnd = new Promise((resolve) => (release = resolve));
      return release;
    },
  };
}

function connectRooms(events: Emitter<HallwayEvent>, { area, controls }: FakeRooms): void {
  area.subscribe((event) => events.emit(event));
  events.subscribe((event) => {
    if (event.type === 'peer-joined' || event.type === 'peer-left') controls.peersChanged();
  });
}

export const fakeNetwork: NetworkSettings = { manualAddresses: [], excludedInterfaces: [], passive: false };

/** An adapter that is well. */
export const fakeInterface: InterfaceReport = {
  name: 'eth0',
  address: '10.0.0.5',
  family: 'ipv4',
  prefixLength: 24,
  joined: true,
  sent: 3,
  sendFailures: 0,
  lastSendFailure: null,
  lastSendFailureMsAgo: null,
  lastSendFailureTo: null,
  heard: 3,
  ownBeaconHeardMsAgo: 1_000,
  failure: null,
};

/** Those of a node that is well and alone. */
export function fakeDiagnostics(change: Partial<Diagnostics> = {}): Diagnostics {
  return {
    atMs: 0,
    unicastPort: 50_000,
    tcpPort: 50_001,
    port: 4255,
    group: '224.0.0.187',
    counters: { received: 0 },
    interfaces: [fakeInterface],
    peers: [],
    restarts: [],
    stalls: [],
    clockJumps: [],
    ownKeyHeardFrom: null,
    addressConflicts: [],
    unheard: [],
    network: fakeNetwork,
    teamKey: false,
    health: [],
    ...change,
  };
}
