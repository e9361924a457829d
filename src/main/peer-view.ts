/** From the registry's records to what people and programs are shown (PEER of docs/AUTOMATION.md). */
import type { BoundInterface, DepartedPeer, Peer } from '../shared/model.ts';
import { formatEndpoint, type BoundAddress, type DepartedRecord, type PeerRecord } from './presence/index.ts';

export function toPeer(record: PeerRecord): Peer {
  const { host, status, note } = record.announcement;
  return {
    peerId: record.peerId,
    name: shownName(record.announcement),
    host,
    status,
    note,
    addresses: record.addresses.map((address) => formatEndpoint({ ...address, port: record.announcement.unicastPort })),
    presence: record.presence,
    lastSeenMs: record.lastSeenMs,
    verified: false,
  };
}

export function toDepartedPeer({ record, reason }: DepartedRecord): DepartedPeer {
  const { presence: _, ...peer } = toPeer(record);
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
