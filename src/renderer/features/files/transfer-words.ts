/** The words of a transfer: names, state and progress. Pure. */
import type { Transfer } from '../../../shared/contract/transfers.ts';
import { describeTransfer } from '../../../shared/text/describe-transfer.ts';
import { formatDuration } from '../../../shared/text/format.ts';
import { formatBytes } from '../../../shared/text/format-offer.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { roomStateWords } from './room-words.ts';
import { secondsLeft } from '../../state/transfer-speed.ts';
import type { ShownTransfer } from '../../state/transfers.ts';

/** The names at the top: a folder counts once. */
export function topNames({ files }: Pick<Transfer, 'files'>): readonly string[] {
  return [...new Set(files.map(({ name }) => name.split('/', 1)[0] ?? name))];
}

/** `photo.jpg`, or `photos and 12 other files`. */
export function namesOf(transfer: Pick<Transfer, 'files' | 'fileCount'>): string {
  const [first = ''] = topNames(transfer);
  return transfer.fileCount < 2 ? first : `${first} ${say('files.others', { count: transfer.fileCount - 1 })}`;
}

/** `2.1 MB`, or `13 files, 2.1 MB`. */
export function sizeWords({ fileCount, totalBytes }: Pick<Transfer, 'fileCount' | 'totalBytes'>): string {
  const size = formatBytes(totalBytes);
  return fileCount < 2 ? size : say('files.in-all', { count: fileCount, size });
}

export interface Who {
  readonly isOwn: boolean;
  /** The other end; in a room the author. */
  readonly name: string;
  readonly isHere: boolean;
}

export function stateWords(transfer: ShownTransfer, { isOwn, name, isHere }: Who): string {
  const inRoom = roomStateWords(transfer, isOwn, name);
  if (inRoom !== undefined) return inRoom;
  switch (transfer.state) {
    case 'offered':
      return isOwn ? say('files.state.offered-own', { name }) : say('files.state.offered');
    case 'accepted':
      return say('files.state.starting');
    case 'running':
      return progressWords(transfer);
    case 'paused':
      return say('files.state.paused', { done: formatBytes(transfer.doneBytes), size: formatBytes(transfer.totalBytes) });
    case 'done':
      return isOwn ? say('files.state.done-own') : say('files.state.done');
    case 'declined':
      return isOwn ? say('files.state.declined-own', { name }) : say('files.state.declined');
    case 'cancelled':
      return say('files.state.cancelled');
    case 'waiting':
    case 'failed':
      return describeTransfer({ state: transfer.state, code: transfer.code, name, isHere });
  }
}

function progressWords({ doneBytes, totalBytes, bytesPerSecond }: ShownTransfer): string {
  const left = secondsLeft(totalBytes, doneBytes, bytesPerSecond);
  return [
    say('files.state.running', { done: formatBytes(doneBytes), size: formatBytes(totalBytes) }),
    ...(bytesPerSecond === undefined ? [] : [say('files.state.speed', { speed: formatBytes(bytesPerSecond) })]),
    // Whole seconds: tenths would only flicker.
    ...(left === undefined ? [] : [say('files.state.left', { time: formatDuration(Math.max(1, Math.ceil(left)) * 1_000) })]),
  ].join(' · ');
}
