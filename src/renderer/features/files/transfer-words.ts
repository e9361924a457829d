/** The words of a transfer: names, state and progress. Pure. */
import type { Transfer } from '../../../shared/contract/transfers.ts';
import { formatDuration } from '../../../shared/text/format.ts';
import { formatBytes } from '../../../shared/text/format-offer.ts';
import { say } from '../../../shared/text/messages/page.ts';
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
  /** The other end. */
  readonly name: string;
  readonly isHere: boolean;
}

export function stateWords(transfer: ShownTransfer, { isOwn, name, isHere }: Who): string {
  switch (transfer.state) {
    case 'offered':
      return isOwn ? say('files.state.offered-own', { name }) : say('files.state.offered');
    case 'accepted':
      return say('files.state.starting');
    case 'running':
      return progressWords(transfer);
    case 'waiting':
      return waitingWords(transfer, name, isHere);
    case 'done':
      return isOwn ? say('files.state.done-own') : say('files.state.done');
    case 'declined':
      return isOwn ? say('files.state.declined-own', { name }) : say('files.state.declined');
    case 'cancelled':
      return say('files.state.cancelled');
    case 'failed':
      return failedWords(transfer, name);
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

function waitingWords({ code }: Transfer, name: string, isHere: boolean): string {
  switch (code) {
    case 'offline':
      // The connection for files may be late, or refused, while its peer is in the list.
      return isHere ? say('files.waiting.other') : say('files.waiting.offline', { name });
    case 'disk-full':
      return say('files.waiting.disk-full');
    case 'disk-read-only':
      return say('files.waiting.disk-read-only');
    case 'no-access':
      return say('files.waiting.no-access');
    case 'vanished':
      return say('files.waiting.vanished');
    default:
      return say('files.waiting.other');
  }
}

function failedWords({ code }: Transfer, name: string): string {
  switch (code) {
    case 'changed':
      return say('files.failed.changed');
    case 'vanished':
      return say('files.failed.vanished');
    case 'unreadable':
      return say('files.failed.unreadable');
    case 'bad-name':
      return say('files.failed.bad-name');
    case 'expired':
      return say('files.failed.expired');
    case 'damaged':
      return say('files.failed.damaged');
    case 'other-refused':
      return say('files.failed.other-refused', { name });
    default:
      return say('files.failed.other');
  }
}
