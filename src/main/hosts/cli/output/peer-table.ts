/**
 * The list of `hallway peers` for people: one line each, columns as wide as they need to be. Pure.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { Peer } from '../../../../shared/contract/presence.ts';
import { tableText } from './columns.ts';

/** @returns lines without a line feed at the end of the last; at least one */
export function peerTable(peers: readonly Peer[]): string {
  if (peers.length === 0) return say('cli.nobody');
  return tableText([
    ['NAME', 'STATUS', 'HOST', 'ADDRESS', 'NOTE'],
    ...peers.map((peer) => [peer.name, describeStatus(peer), peer.host, peer.addresses[0] ?? '', peer.note]),
  ]);
}

export function describeStatus({ status, presence }: Pick<Peer, 'status' | 'presence'>): string {
  return presence === 'online' ? status : `${status} (${presence})`;
}
