/**
 * The list of `hallway peers` for people: one line each, columns as wide as they need to be. Pure.
 */
import type { Peer } from '../../shared/model.ts';

/** @returns lines without a line feed at the end of the last; at least one */
export function peerTable(peers: readonly Peer[]): string {
  if (peers.length === 0) return 'Nobody else is here.';
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

function describeStatus({ status, presence }: Peer): string {
  return presence === 'online' ? status : `${status} (${presence})`;
}

const segmenter = new Intl.Segmenter();

/** Columns of a terminal: two for a wide character. Close enough to line up; terminals themselves disagree on emoji. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(text))
    columns +=
      /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u.test(
        segment,
      )
        ? 2
        : 1;
  return columns;
}
