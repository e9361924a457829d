/**
 * The limits of invitations that wait for an answer (rule ROOM-176). Nothing that waits is thrown out
 * for another. Pure.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { PrivateRoom } from './private-book.ts';

/** Invitations that wait, and those of one person among them. */
export const maxWaiting = 16;
export const maxWaitingPerPerson = 4;

/** @param more invitations of that person, which are not among them yet */
export function mayWait(rooms: Iterable<PrivateRoom>, by: PeerId, more: number): boolean {
  const waiting = [...rooms].filter(({ standing }) => standing === 'invited');
  const ofPerson = waiting.filter((room) => room.by === by).length;
  return waiting.length + more <= maxWaiting && ofPerson + more <= maxWaitingPerPerson;
}
