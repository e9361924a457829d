/**
 * The record of one peer, and how an observation changes it (rules REG-2, REG-7). `registry.ts`
 * decides how long it stays, `dispatch.ts` which peers enter.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Presence } from '../../../../shared/contract/presence.ts';
import type { Clock, Endpoint } from '../../ports.ts';
import type { Announcement } from '../wire/announcement.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { PresenceOptions } from '../options.ts';
import { createPeerAddresses } from './peer-addresses.ts';

/** One sign of life of a peer. */
export interface Observation {
  readonly peerId: PeerId;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  readonly sequence: number;
  /** Absent in datagrams that do not carry one. */
  readonly announcement?: Announcement;
  readonly presence: Presence;
  readonly source: Arrival;
  /** True if the peer proved that this incarnation is current, even if it is an earlier one. */
  readonly isProof?: boolean;
}

export interface PeerRecord {
  readonly peerId: PeerId;
  readonly publicKey: Uint8Array;
  readonly incarnation: number;
  /** The sequence of the datagram that carried `announcement`. An older one never replaces it. */
  readonly sequence: number;
  readonly announcement: Announcement;
  readonly presence: Presence;
  /**
   * The most recently heard first. Addresses of the same datagram keep the order in which they were
   * first heard.
   */
  readonly addresses: readonly Endpoint[];
  /** The address that the peer was last heard from, and the one to send to. */
  readonly lastAddress: Endpoint;
  readonly lastHeardMonotonicMs: number;
  /** When it was last heard by multicast, in monotonic milliseconds; undefined if never. */
  readonly lastMulticastMs: number | undefined;
  /** Wall clock, milliseconds since 1970. */
  readonly lastSeenMs: number;
}

/**
 * A record that changes. Its methods return true if users see a difference, apart from the last
 * time heard.
 */
export interface PeerEntry {
  readonly record: PeerRecord;
  see(observation: Observation): boolean;
  /** Adds an address without a sign of life. */
  noteAddress(address: Endpoint): boolean;
  /** The addresses that were not heard for that time. */
  addressesUnheardFor(durationMs: number): readonly Endpoint[];
  /**
   * Changes the presence without a sign of life.
   * @param answeredFrom where the peer answered us: the only address of one that was one-way
   */
  setPresence(presence: Presence, answeredFrom?: Endpoint): boolean;
}

type Clocks = Pick<Clock, 'monotonicMs' | 'wallMs'>;

/** @param announcement the announcement of the observation */
export function createPeerEntry(
  observation: Observation,
  announcement: Announcement,
  clock: Clocks,
  options: Pick<PresenceOptions, 'expiryMs' | 'maxAddressesPerPeer'>,
): PeerEntry {
  const addresses = createPeerAddresses(clock, options);
  addresses.note(observation.source, observation.sequence);
  let record: PeerRecord = {
    peerId: observation.peerId,
    // Copied, since a view would keep the whole datagram in memory.
    publicKey: observation.publicKey.slice(),
    incarnation: observation.incarnation,
    sequence: observation.sequence,
    announcement,
    addresses: addresses.list(),
    lastMulticastMs: undefined,
    ...signOfLife(observation, clock),
  };

  return {
    get record() {
      return record;
    },
    see(next) {
      // A new incarnation has another port. A one-way peer answered at none of its addresses.
      if (isRestart(next, record) || (next.isProof && record.presence === 'one-way')) addresses.forgetAll();
      addresses.note(next.source, next.sequence);
      return change({ ...newsOf(next, record), addresses: addresses.list(), ...signOfLife(next, clock) });
    },
    noteAddress(address) {
      addresses.note(address, record.sequence);
      return change({ addresses: addresses.list() });
    },
    addressesUnheardFor: addresses.unheardFor,
    setPresence(presence, answeredFrom) {
      if (!answeredFrom || record.presence !== 'one-way') return change({ presence });
      addresses.forgetAll();
      addresses.note(answeredFrom, record.sequence);
      return change({ presence, addresses: addresses.list(), lastAddress: answeredFrom });
    },
  };

  function change(to: Partial<PeerRecord>): boolean {
    const before = record;
    record = { ...before, ...to };
    return !looksAlike(before, record);
  }
}

/**
 * The observation's announcement if it is newer than the record's. An older observation is still a
 * sign of life.
 */
function newsOf(observation: Observation, record: PeerRecord): Partial<PeerRecord> {
  const { incarnation, sequence, announcement } = observation;
  const isNewer = incarnation === record.incarnation ? sequence > record.sequence : isRestart(observation, record);
  return isNewer && announcement ? { incarnation, sequence, announcement } : {};
}

function isRestart({ incarnation, isProof }: Observation, record: PeerRecord): boolean {
  return incarnation > record.incarnation || (isProof === true && incarnation !== record.incarnation);
}

function signOfLife({ presence, source }: Observation, clock: Clocks) {
  const lastHeardMonotonicMs = clock.monotonicMs();
  return {
    presence,
    lastAddress: source,
    lastHeardMonotonicMs,
    ...(source.via === 'group' && { lastMulticastMs: lastHeardMonotonicMs }),
    lastSeenMs: clock.wallMs(),
  };
}

function looksAlike(a: PeerRecord, b: PeerRecord): boolean {
  return (
    a.presence === b.presence &&
    a.announcement.name === b.announcement.name &&
    a.announcement.host === b.announcement.host &&
    a.announcement.status === b.announcement.status &&
    a.announcement.busyUntilSeconds === b.announcement.busyUntilSeconds &&
    a.announcement.version === b.announcement.version &&
    a.announcement.note === b.announcement.note &&
    haveSameAddresses(a, b)
  );
}

/** Compares regardless of order, since each beacon of a peer with two adapters changes it. */
function haveSameAddresses({ addresses: some }: PeerRecord, { addresses: others }: PeerRecord): boolean {
  return some.length === others.length && some.every((one) => others.some((other) => isSameEndpoint(one, other)));
}

export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
