/** Converts registry records for hosts (PEER of docs/AUTOMATION.md). */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { BoundInterface } from '../../../shared/contract/network.ts';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import { formatEndpoint } from '../lib/endpoint.ts';
import type { BoundAddress } from './net/interface-socket.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import type { DepartedRecord } from './registry/registry.ts';

/** True if the user compared the safety number of that peer's contact. */
export type IsVerified = (peerId: PeerId) => boolean;

export function toPeer(record: PeerRecord, isVerified: IsVerified): Peer {
  const { host, status, note, busyUntilSeconds, version } = record.announcement;
  return {
    peerId: record.peerId,
    name: shownName(record.announcement),
    host,
    status,
    note,
    addresses: shownAddresses(record),
    presence: record.presence,
    lastSeenMs: record.lastSeenMs,
    verified: isVerified(record.peerId),
    ...(status === 'busy' && busyUntilSeconds !== undefined && { busyUntilMs: busyUntilSeconds * 1_000 }),
    ...(version !== undefined && { version }),
  };
}

export function toDepartedPeer({ record, reason }: DepartedRecord, isVerified: IsVerified): DepartedPeer {
  const { presence: _, ...peer } = toPeer(record, isVerified);
  return { ...peer, reason };
}

export function toBoundInterface({ interface: { name, address } }: BoundAddress): BoundInterface {
  return { name, address };
}

/** Compares by name as people sort them, then by peer ID, so that the order is stable. */
export function byName(a: Peer, b: Peer): number {
  return a.name.localeCompare(b.name) || (a.peerId < b.peerId ? -1 : 1);
}

/**
 * Replaces a name without printable characters by the host, so that users can click on the peer.
 */
export function shownName({ name, host }: Pick<PeerRecord['announcement'], 'name' | 'host'>): string {
  return name || host || 'unnamed';
}

/** The peer's addresses with the port that it signed. */
export function shownAddresses({ addresses, announcement }: PeerRecord): string[] {
  return addresses.map((address) => formatEndpoint({ ...address, port: announcement.unicastPort }));
}
