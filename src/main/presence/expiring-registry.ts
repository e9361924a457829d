/**
 * Who is here: one entry per peerId, gone when it was not heard in time (rules REG-1 to REG-9). It only keeps books: who may be entered
 * is decided in `presence.ts`, after signature and freshness. Deadlines are on the monotonic clock; one timer serves all.
 */
import { createEmitter } from '../../shared/emitter.ts';
import type { Unsubscribe } from '../../shared/link.ts';
import type { LeaveReason, Presence } from '../../shared/model.ts';
import type { Clock, Endpoint } from '../ports.ts';
import type { Announcement } from './datagram.ts';
import { formatEndpoint } from './endpoint.ts';
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
  readonly source: Endpoint;
}

export interface PeerRecord {
  readonly peerId: string;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  /** Of the datagram that `announcement` came in: an older one never replaces it. */
  readonly sequence: number;
  readonly announcement: Announcement;
  readonly presence: Presence;
  /** In the order in which they were first heard. */
  readonly addresses: readonly Endpoint[];
  /** Where it was heard last: the address to write to. */
  readonly lastAddress: Endpoint;
  readonly lastHeardMonotonicMs: number;
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
  | { readonly type: 'forgotten'; readonly peerId: string };

export interface ExpiringRegistry {
  /** Enters or refreshes. `refused`: it is ourselves, the list is full, or the first sighting lacks an announcement. */
  see(sighting: Sighting): 'joined' | 'updated' | 'seen' | 'refused';
  /** One more address of a peer that is here; no sign of life. */
  noteAddress(peerId: string, address: Endpoint): void;
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

type Options = Pick<PresenceOptions, 'expiryMs' | 'maxPeers' | 'maxDeparted' | 'maxAddressesPerPeer'> & {
  readonly ownPeerId: string;
};

interface Entry {
  record: PeerRecord;
  /** Endpoint as text -> when it was last heard, monotonic. */
  readonly heardAt: Map<string, { readonly endpoint: Endpoint; readonly heardMs: number }>;
}

export function createExpiringRegistry({ clock }: { readonly clock: Clock }, options: Options): ExpiringRegistry {
  const entries = new Map<string, Entry>();
  const departed = new Map<string, DepartedRecord>();
  const events = createEmitter<RegistryEvent>();
  let cancelTimer: Unsubscribe | undefined;

  return {
    see(sighting) {
      if (sighting.peerId === options.ownPeerId) return 'refused';
      const entry = entries.get(sighting.peerId);
      return entry ? refresh(entry, sighting) : enter(sighting);
    },
    noteAddress(peerId, address) {
      const entry = entries.get(peerId);
      if (!entry || entry.heardAt.has(formatEndpoint(address))) return;
      noteAddress(entry, address);
      entry.record = { ...entry.record, addresses: addressesOf(entry) };
      events.emit({ type: 'updated', record: entry.record });
    },
    remove,
    get: (peerId) => entries.get(peerId)?.record,
    list: () => [...entries.values()].map((entry) => entry.record),
    departed: () => [...departed.values()].toReversed(),
    get size() {
      return entries.size;
    },
    subscribe: (listener) => events.subscribe(listener),
    close: () => cancelTimer?.(),
  };

  function enter(sighting: Sighting): 'joined' | 'refused' {
    if (!sighting.announcement || entries.size >= options.maxPeers) return 'refused';
    const entry: Entry = { heardAt: new Map(), record: recordOf(sighting, sighting.announcement, [sighting.source]) };
    noteAddress(entry, sighting.source);
    entries.set(sighting.peerId, entry);
    departed.delete(sighting.peerId);
    if (!cancelTimer) schedule();
    events.emit({ type: 'joined', record: entry.record });
    return 'joined';
  }

  function refresh(entry: Entry, sighting: Sighting): 'updated' | 'seen' {
    const before = entry.record;
    const newer = isNewer(sighting, before);
    noteAddress(entry, sighting.source);
    const announcement = newer && sighting.announcement ? sighting.announcement : before.announcement;
    const after = recordOf(sighting, announcement, addressesOf(entry));
    entry.record =
      newer && sighting.announcement ? after : { ...after, incarnation: before.incarnation, sequence: before.sequence };
    const type = looksAlike(before, entry.record) ? 'seen' : 'updated';
    events.emit({ type, record: entry.record });
    return type;
  }

  function recordOf(sighting: Sighting, announcement: Announcement, addresses: readonly Endpoint[]): PeerRecord {
    return {
      peerId: sighting.peerId,
      // Copied: the sighting's bytes are part of a whole datagram, which would stay in memory with them.
      publicKey: sighting.publicKey.slice(),
      incarnation: sighting.incarnation,
      sequence: sighting.sequence,
      announcement,
      presence: sighting.presence,
      addresses,
      lastAddress: sighting.source,
      lastHeardMonotonicMs: clock.monotonicMs(),
      lastSeenMs: clock.wallMs(),
    };
  }

  /** Addresses that were not heard for as long as a peer may be silent are no longer its addresses. */
  function noteAddress(entry: Entry, source: Endpoint): void {
    const nowMs = clock.monotonicMs();
    for (const [key, { heardMs }] of entry.heardAt) if (nowMs - heardMs >= options.expiryMs) entry.heardAt.delete(key);
    const key = formatEndpoint(source);
    if (entry.heardAt.has(key) || entry.heardAt.size < options.maxAddressesPerPeer) {
      entry.heardAt.set(key, { endpoint: source, heardMs: nowMs });
    }
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

  /**
   * The timer is set for the earliest deadline and not moved when a peer is heard: it then finds nothing due and is set anew. So an
   * update that races expiry wins whenever it came first, and a thousand updates cost no timer at all.
   */
  function schedule(): void {
    cancelTimer = undefined;
    let earliestMs = Infinity;
    for (const { record } of entries.values()) earliestMs = Math.min(earliestMs, record.lastHeardMonotonicMs + options.expiryMs);
    if (earliestMs === Infinity) return;
    cancelTimer = clock.setTimer(expireDue, Math.max(0, earliestMs - clock.monotonicMs()));
  }

  function expireDue(): void {
    const nowMs = clock.monotonicMs();
    const due = [...entries.values()].filter(({ record }) => record.lastHeardMonotonicMs + options.expiryMs <= nowMs);
    for (const { record } of due) remove(record.peerId, 'expired');
    schedule();
  }
}

function addressesOf(entry: Entry): readonly Endpoint[] {
  return [...entry.heardAt.values()].map(({ endpoint }) => endpoint);
}

function isNewer(sighting: Sighting, record: PeerRecord): boolean {
  if (sighting.incarnation !== record.incarnation) return sighting.incarnation > record.incarnation;
  return sighting.sequence > record.sequence;
}

/** Whether nothing that people see differs, last seen apart. */
function looksAlike(a: PeerRecord, b: PeerRecord): boolean {
  return (
    a.presence === b.presence &&
    a.announcement.name === b.announcement.name &&
    a.announcement.host === b.announcement.host &&
    a.announcement.status === b.announcement.status &&
    a.announcement.note === b.announcement.note &&
    a.addresses.map(formatEndpoint).join() === b.addresses.map(formatEndpoint).join()
  );
}
