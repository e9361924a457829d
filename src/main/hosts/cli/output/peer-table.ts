/**
 * The table of `hallway peers`: one line per peer, columns as wide as needed. Pure.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { Peer } from '../../../../shared/contract/presence.ts';
import { columnsOf } from './columns.ts';

/** @returns at least one line, without a final line feed */
export function peerTable(peers: readonly Peer[]): string {
  if (peers.length === 0) return say('cli.nobody');
  const rows = [
    ['NAME', 'STATUS', 'HOST', 'ADDRESS', 'NOTE'],
    ...peers.map((peer) => [peer.name, describeStatus(peer), peer.host, peer.addresses[0] ?? '', peer.note]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? '')))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function describeStatus({ status, presence }: Pick<Peer, 'status' | 'presence'>): string {
  return presence === 'online' ? status : `${status} (${presence})`;
}
