/**
 * The table of `hallway peers`: one line per peer, columns as wide as needed. Pure.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { Peer } from '../../../../shared/contract/presence.ts';
import { tableText } from './columns.ts';

/** @returns at least one line, without a final line feed */
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
