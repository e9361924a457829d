/**
 * One peer as we know it: its record, and what an observation makes of it (rules REG-2, REG-7). How long it stays is left to
 * `registry.ts`, which peers enter to `dispatch.ts`.
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
}

export interface PeerRecord {
  readonly peerId: PeerId;
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

/** A record that changes. What it returns says whether people see a difference, last seen apart. */
export interface PeerEntry {
  readonly record: PeerRecord;
  see(observation: Observation): boolean;
  /** One more address; no sign of life. */
  noteAddress(address: Endpoint): boolean;
  /** Those of its addresses that were not heard for so long. */
  addressesUnheardFor(durationMs: number): readonly Endpoint[];
  /** Without a sign of life. */
  setPresence(presence: Presence): boolean;
}

type Clocks = Pick<Clock, 'monotonicMs' | 'wallMs'>;

/** @param announcement the observation's */
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
    // Copied once: the observation's bytes are part of a whole datagram, which would stay in memory with them.
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
      // Another start of the same peer has another port.
      if (next.incarnation > record.incarnation) addresses.forgetAll();
      addresses.note(next.source, next.sequence);
      return change({ ...newsOf(next, record), addresses: addresses.list(), ...signOfLife(next, clock) });
    },
    noteAddress(address) {
      addresses.note(address, record.sequence);
      return change({ addresses: addresses.list() });
    },
    addressesUnheardFor: addresses.unheardFor,
    setPresence: (presence) => change({ presence }),
  };

  function change(to: Partial<PeerRecord>): boolean {
    const before = record;
    record = { ...before, ...to };
    return !looksAlike(before, record);
  }
}

/** What is older never replaces what is newer, but is a sign of life. */
function newsOf({ incarnation, sequence, announcement }: Observation, record: PeerRecord): Partial<PeerRecord> {
  const isNewer = incarnation === record.incarnation ? sequence > record.sequence : incarnation > record.incarnation;
  return isNewer && announcement ? { incarnation, sequence, announcement } : {};
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
    a.announcement.note === b.announcement.note &&
    haveSameAddresses(a, b)
  );
}

/** Whatever the order: it changes with each beacon of a peer with two adapters. */
function haveSameAddresses({ addresses: some }: PeerRecord, { addresses: others }: PeerRecord): boolean {
  return some.length === others.length && some.every((one) => others.some((other) => isSameEndpoint(one, other)));
}

export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
