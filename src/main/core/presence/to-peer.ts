/** Turns the registry's records into what hosts show (PEER of docs/AUTOMATION.md). */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { BoundInterface } from '../../../shared/contract/network.ts';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import { formatEndpoint } from '../lib/endpoint.ts';
import type { BoundAddress } from './net/interface-socket.ts';
import type { PeerRecord } from './registry/peer-record.ts';
import type { DepartedRecord } from './registry/registry.ts';

/** Whether people have compared safety numbers with that peer. */
export type IsVerified = (peerId: PeerId) => boolean;

export function toPeer(record: PeerRecord, isVerified: IsVerified): Peer {
  const { host, status, note } = record.announcement;
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
  };
}

export function toDepartedPeer({ record, reason }: DepartedRecord, isVerified: IsVerified): DepartedPeer {
  const { presence: _, ...peer } = toPeer(record, isVerified);
  return { ...peer, reason };
}

export function toBoundInterface({ interface: { name, address } }: BoundAddress): BoundInterface {
  return { name, address };
}

/** By name as people sort them, then by peerId, so that the order never flickers. */
export function byName(a: Peer, b: Peer): number {
  return a.name.localeCompare(b.name) || (a.peerId < b.peerId ? -1 : 1);
}

/** A name that consisted of nothing that can be shown still needs something to click on. */
export function shownName({ name, host }: Pick<PeerRecord['announcement'], 'name' | 'host'>): string {
  return name || host || 'unnamed';
}

/** Where it can be written to: with the port that it signed. */
export function shownAddresses({ addresses, announcement }: PeerRecord): string[] {
  return addresses.map((address) => formatEndpoint({ ...address, port: announcement.unicastPort }));
}
