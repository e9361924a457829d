/** How many members that are here have our message to a room, in words. */
import { say } from '../../../shared/text/messages/page.ts';
import type { Message } from '../../../shared/contract/messages.ts';

/** Nobody counts a message any more that all members had, nor one from before a restart. */
export function keptWords({ state, keptBy }: Message): string {
  if (state === 'delivered') return say('room.kept-by-all');
  if (keptBy === undefined) return say('message.sent');
  return keptBy.of === 0 ? say('room.kept-by-nobody') : say('room.kept-by', { count: keptBy.count, of: keptBy.of });
}
