/**
 * Who is here: one entry per peerId, gone when it was not heard in time (rules REG-1 to REG-9). It only keeps books: who may be entered
 * is decided in `presence.ts`, after signature and freshness. Deadlines are on the monotonic clock; one timer serves all.
 */
import { createEmitter } from '../../shared/emitter.ts';
import type { Unsubscribe } from '../../shared/link.ts';
import type { LeaveReason, Presence } from '../../shared/model.ts';
import type { Clock, Endpoint } from '../ports.ts';
import type { Announcement } from './announcement.ts';
import { formatEndpoint, type Arrival } from './endpoint.ts';
import type { PresenceOptions } from './options.ts';

/** One sign of life of a peer. */
export interface Sighting {
  readonly peerId: string;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  readonly sequence: number;
  /** Absent in datagrams that do not carry one. */
  readonly announcement?: Announcement;
  readonly presence: Presence;
  readonly source: Arrival;
}

export interface PeerRecord {
  readonly peerId: string;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  /** Of the datagram that `announcement` came in: an older one never replaces it. */
  readonly sequence: number;
  readonly announcement: Announcement;
  readonly presence: Presence;
  /** The most recently heard first; those that the same datagram came from in the order in which they were first heard. */
  readonly addresses: readonly Endpoint[];
  /** Where it was heard last: the address to write to. */
  readonly lastAddress: Endpoint;
  readonly lastHeardMonotonicMs: number;
  /** When it was last heard by multicast, monotonic; undefined if only ever by unicast. */
  readonly lastMulticastMs: number | undefined;
  /** Wall clock. */
  readonly lastSeenMs: number;
}

export interface DepartedRecord {
  readonly record: PeerRecord;
  readonly reason: LeaveReason;
}

export type RegistryEvent =
  | { readonly type: 'joined' | 'updated' | 'seen'; readonly record: PeerRecord }
  | { readonly type: 'left'; readonly departed: DepartedRecord }
  | { readonly type: 'forgotten'; readonly peerId: string }
  /** Not heard for longer than its announced interval allows; once per silence. Not shown to anybody: a reason to ask. */
  | { readonly type: 'silent'; readonly record: PeerRecord };

export interface ExpiringRegistry {
  /** Enters or refreshes. `refused`: it is ourselves, the list is full, or the first sighting lacks an announcement. */
  see(sighting: Sighting): 'joined' | 'updated' | 'seen' | 'refused';
  /** Whether that peer is here, or there is room for it. */
  accepts(peerId: string): boolean;
  /** One more address of a peer that is here; no sign of life. */
  noteAddress(peerId: string, address: Endpoint): void;
  /** Shows a peer that is here differently, without a sign of life. */
  setPresence(peerId: string, presence: Presence): void;
  /** Begins to count everybody's silence anew: it was we who did not listen. */
  pardonAll(): void;
  /** Removes and remembers as departed. @returns whether it was here */
  remove(peerId: string, reason: LeaveReason): boolean;
  get(peerId: string): PeerRecord | undefined;
  list(): readonly PeerRecord[];
  /** Latest first. */
  departed(): readonly DepartedRecord[];
  readonly size: number;
  subscribe(listener: (event: RegistryEvent) => void): Unsubscribe;
  /** Stops the timer; the entries stay readable. */
  close(): void;
}

type Options = Pick<
  PresenceOptions,
  | 'expiryMs'
  | 'maxPeers'
  | 'maxDeparted'
  | 'maxAddressesPerPeer'
  | 'maxBeaconIntervalMs'
  | 'silentAfterIntervals'
  | 'silentSlackMs'
> & { readonly ownPeerId: string };

interface Deps {
  readonly clock: Clock;
  /** Whether silence may count against peers now; not while our own network is in doubt. */
  readonly mayExpire?: () => boolean;
}

interface Entry {
  record: PeerRecord;
  /** From when on silence counts, monotonic: when it was last heard, or pardoned. */
  silentFromMs: number;
  /** Whether this silence was told. */
  silenceTold: boolean;
  /** By endpoint as text. */
  readonly heardAt: Map<string, HeardAddress>;
}

interface HeardAddress {
  endpoint: Endpoint;
  readonly key: string;
  /** When it was last heard, monotonic, and in which datagram. */
  heardMs: number;
  sequence: number;
}

export function createExpiringRegistry({ clock, mayExpire = () => true }: Deps, options: Options): ExpiringRegistry {
  const entries = new Map<string, Entry>();
  const departed = new Map<string, DepartedRecord>();
  const events = createEmitter<RegistryEvent>();
  let cancelTimer: Unsubscribe | undefined;
  let timerDueMs = Infinity;

  return {
    see(sighting) {
      if (sighting.peerId === options.ownPeerId) return 'refused';
      const entry = entries.get(sighting.peerId);
      return entry ? refresh(entry, sighting) : enter(sighting);
    },
    accepts: (peerId) => entries.has(peerId) || entries.size < options.maxPeers,
    noteAddress(peerId, address) {
      const entry = entries.get(peerId);
      if (!entry) return;
      const before = entry.record;
      noteAddress(entry, address, before.sequence);
      entry.record = { ...before, addresses: addressesOf(entry) };
      if (!looksAlike(before, entry.record)) events.emit({ type: 'updated', record: entry.record });
    },
    setPresence(peerId, presence) {
      const entry = entries.get(peerId);
      if (!entry || entry.record.presence === presence) return;
      entry.record = { ...entry.record, presence };
      events.emit({ type: 'updated', record: entry.record });
    },
    pardonAll() {
      for (const entry of entries.values()) endSilence(entry);
    },
    remove,
    get: (peerId) => entries.get(peerId)?.record,
    list: () => [...entries.values()].map((entry) => entry.record),
    departed: () => [...departed.values()].toReversed(),
    get size() {
      return entries.size;
    },
    subscribe: (listener) => events.subscribe(listener),
    close() {
      cancelTimer?.();
      timerDueMs = -Infinity; // nothing is scheduled any more
    },
  };

  function enter(sighting: Sighting): 'joined' | 'refused' {
    if (!sighting.announcement || entries.size >= options.maxPeers) return 'refused';
    const entry: Entry = {
      heardAt: new Map(),
      record: recordOf(sighting, sighting.announcement, [sighting.source]),
      silentFromMs: clock.monotonicMs(),
      silenceTold: false,
    };
    noteAddress(entry, sighting.source, sighting.sequence);
    entries.set(sighting.peerId, entry);
    departed.delete(sighting.peerId);
    scheduleBy(deadlineOf(entry));
    events.emit({ type: 'joined', record: entry.record });
    return 'joined';
  }

  function refresh(entry: Entry, sighting: Sighting): 'updated' | 'seen' {
    const before = entry.record;
    const newer = isNewer(sighting, before);
    // Another start of the same peer has another port.
    if (sighting.incarnation > before.incarnation) entry.heardAt.clear();
    noteAddress(entry, sighting.source, sighting.sequence);
    const announcement = newer && sighting.announcement ? sighting.announcement : before.announcement;
    endSilence(entry);
    const after = recordOf(sighting, announcement, addressesOf(entry), before);
    entry.record =
      newer && sighting.announcement ? after : { ...after, incarnation: before.incarnation, sequence: before.sequence };
    const type = looksAlike(before, entry.record) ? 'seen' : 'updated';
    events.emit({ type, record: entry.record });
    return type;
  }

  function recordOf(
    sighting: Sighting,
    announcement: Announcement,
    addresses: readonly Endpoint[],
    before?: PeerRecord,
  ): PeerRecord {
    return {
      peerId: sighting.peerId,
      // Copied once: the sighting's bytes are part of a whole datagram, which would stay in memory with them.
      publicKey: before?.publicKey ?? sighting.publicKey.slice(),
      incarnation: sighting.incarnation,
      sequence: sighting.sequence,
      announcement,
      presence: sighting.presence,
      addresses,
      lastAddress: sighting.source,
      lastHeardMonotonicMs: clock.monotonicMs(),
      lastMulticastMs: sighting.source.via === 'group' ? clock.monotonicMs() : before?.lastMulticastMs,
      lastSeenMs: clock.wallMs(),
    };
  }

  /** Addresses that were not heard for as long as a peer may be silent are no longer its addresses. */
  function noteAddress(entry: Entry, source: Endpoint, sequence: number): void {
    const nowMs = clock.monotonicMs();
    for (const { key, heardMs } of entry.heardAt.values()) if (nowMs - heardMs >= options.expiryMs) entry.heardAt.delete(key);
    const key = formatEndpoint(source);
    const known = entry.heardAt.get(key);
    if (known) {
      // In place: this happens with every datagram of every peer.
      known.endpoint = source;
      known.heardMs = nowMs;
      known.sequence = sequence;
      return;
    }
    if (entry.heardAt.size >= options.maxAddressesPerPeer) forgetOldestAddress(entry);
    entry.heardAt.set(key, { endpoint: source, key, heardMs: nowMs, sequence });
  }

  /** The one heard longest ago: it is the least likely to work. */
  function forgetOldestAddress({ heardAt }: Entry): void {
    const [oldest] = [...heardAt.values()].toSorted((a, b) => a.heardMs - b.heardMs);
    if (oldest) heardAt.delete(oldest.key);
  }

  function remove(peerId: string, reason: LeaveReason): boolean {
    const entry = entries.get(peerId);
    if (!entry) return false;
    entries.delete(peerId);
    const record: DepartedRecord = { record: entry.record, reason };
    departed.set(peerId, record);
    events.emit({ type: 'left', departed: record });
    forgetOldest();
    return true;
  }

  function forgetOldest(): void {
    if (departed.size <= options.maxDeparted) return;
    const [peerId] = departed.keys();
    if (peerId === undefined) return;
    departed.delete(peerId);
    events.emit({ type: 'forgotten', peerId });
  }

  function silentAfterMs({ record }: Entry): number {
    const intervalMs = Math.min(record.announcement.intervalMs, options.maxBeaconIntervalMs);
    return intervalMs * options.silentAfterIntervals + options.silentSlackMs;
  }

  /** When to look at the entry next: first for silence, then for expiry. */
  function deadlineOf(entry: Entry): number {
    const afterMs = entry.silenceTold ? options.expiryMs : Math.min(silentAfterMs(entry), options.expiryMs);
    return entry.silentFromMs + afterMs;
  }

  /**
   * One timer for all, set for the earliest deadline and not moved when a peer is heard: it then finds nothing due and is set anew. So an
   * update that races expiry wins whenever it came first, and a thousand updates cost no timer at all.
   */
  function scheduleBy(deadlineMs: number): void {
    if (deadlineMs >= timerDueMs) return;
    cancelTimer?.();
    timerDueMs = deadlineMs;
    cancelTimer = clock.setTimer(lookAtAll, Math.max(0, deadlineMs - clock.monotonicMs()));
  }

  function lookAtAll(): void {
    timerDueMs = Infinity;
    const nowMs = clock.monotonicMs();
    for (const entry of [...entries.values()]) {
      if (deadlineOf(entry) > nowMs) continue;
      // By the same sum as the deadline: a difference may be rounded the other way, and the entry be due for ever.
      if (nowMs >= entry.silentFromMs + options.expiryMs) expire(entry, nowMs);
      else tellSilence(entry);
    }
    let earliestMs = Infinity;
    for (const entry of entries.values()) earliestMs = Math.min(earliestMs, deadlineOf(entry));
    if (earliestMs < Infinity) scheduleBy(earliestMs);
  }

  function expire(entry: Entry, nowMs: number): void {
    if (mayExpire()) remove(entry.record.peerId, 'expired');
    else entry.silentFromMs = nowMs - options.expiryMs + holdMs;
  }

  function endSilence(entry: Entry): void {
    const wasTold = entry.silenceTold;
    entry.silentFromMs = clock.monotonicMs();
    entry.silenceTold = false;
    // The timer may wait for its expiry: the next silence comes before that.
    if (wasTold) scheduleBy(deadlineOf(entry));
  }

  function tellSilence(entry: Entry): void {
    entry.silenceTold = true;
    events.emit({ type: 'silent', record: entry.record });
  }
}

/** While silence may not count, an overdue entry is looked at again after this. */
const holdMs = 1_000;

function addressesOf(entry: Entry): readonly Endpoint[] {
  return [...entry.heardAt.values()].toSorted((a, b) => b.sequence - a.sequence).map(({ endpoint }) => endpoint);
}

function isNewer(sighting: Sighting, record: PeerRecord): boolean {
  if (sighting.incarnation !== record.incarnation) return sighting.incarnation > record.incarnation;
  return sighting.sequence > record.sequence;
}

/** Whatever the order: it changes with each beacon of a peer with two adapters. */
function haveSameAddresses({ addresses: some }: PeerRecord, { addresses: others }: PeerRecord): boolean {
  return some.length === others.length && some.every((one) => others.some((other) => isSameEndpoint(one, other)));
}

function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}

/** Whether nothing that people see differs, last seen apart. */
function looksAlike(a: PeerRecord, b: PeerRecord): boolean {
  return (
    a.presence === b.presence &&
    a.announcement.name === b.announcement.name &&
    a.announcement.host === b.announcement.host &&
    a.announcement.status === b.announcement.status &&
    a.announcement.note === b.announcement.note &&
    haveSameAddresses(a, b)
  );
}
