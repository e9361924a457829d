/**
 * Why a transfer waits, or how it failed, as a sentence: for the page, the terminal and banners.
 */
import type { TransferCode } from '../contract/transfers.ts';
import { fileEndMessages } from './messages/files.ts';
import { createSay } from './messages/say.ts';

interface Stopped {
  readonly state: 'waiting' | 'failed';
  readonly code: TransferCode | undefined;
  /** The name of the other end. */
  readonly name: string;
  /** Whether the other end is in the list. */
  readonly isHere: boolean;
}

const say = createSay(fileEndMessages);

export function describeTransfer({ state, code, name, isHere }: Stopped): string {
  return state === 'waiting' ? waitingWords(code, name, isHere) : failedWords(code, name);
}

function waitingWords(code: TransferCode | undefined, name: string, isHere: boolean): string {
  switch (code) {
    case 'offline':
      // The connection for files may be late, or refused, while its peer is in the list.
      return isHere ? say('files.waiting.other') : say('files.waiting.offline', { name });
    case 'paused':
      return say('files.waiting.paused', { name });
    case 'disk-full':
      return say('files.waiting.disk-full');
    case 'disk-read-only':
      return say('files.waiting.disk-read-only');
    case 'no-access':
      return say('files.waiting.no-access');
    case 'vanished':
      return say('files.waiting.vanished');
    case 'unreadable':
      return say('files.waiting.unreadable');
    default:
      return say('files.waiting.other');
  }
}

function failedWords(code: TransferCode | undefined, name: string): string {
  switch (code) {
    case 'changed':
      return say('files.failed.changed');
    case 'vanished':
      return say('files.failed.vanished');
    case 'no-access':
      return say('files.failed.no-access');
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
