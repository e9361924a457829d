/**
 * The words of an offer in a room (rule RFILE-30), where they differ from those between two people.
 * Pure.
 */
import { partsOf } from '../../../shared/lib/ids.ts';
import { say } from '../../../shared/text/messages/page.ts';
import type { ShownTransfer } from '../../state/transfers.ts';

export function isInRoom({ conversation }: Pick<ShownTransfer, 'conversation'>): boolean {
  return partsOf(conversation).type === 'room';
}

/**
 * @param author their name
 * @returns undefined where the words are those of any transfer
 */
export function roomStateWords(transfer: ShownTransfer, isOwn: boolean, author: string): string | undefined {
  const { state, code, keptBy } = transfer;
  if (!isInRoom(transfer)) return undefined;
  if (isOwn) {
    if (state === 'cancelled') return say('files.room.withdrawn-own');
    const isOpen = state === 'offered' || state === 'running' || (state === 'waiting' && code === 'offline');
    if (!keptBy || !(isOpen || state === 'done')) return undefined;
    const have = say('files.room.have-it', { count: keptBy.count, of: keptBy.of });
    return isOpen ? `${have} ${say('files.room.keep')}` : have;
  }
  if (state === 'offered') return say('files.room.offered', { name: author });
  if (state === 'cancelled' && code === 'withdrawn') return say('files.room.withdrawn', { name: author });
  return state === 'waiting' && code === 'offline' ? say('files.room.nobody') : undefined;
}
