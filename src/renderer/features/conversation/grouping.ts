/**
 * Places a message among its neighbours: where a day begins, and which messages form a group. Pure.
 */
import type { Message } from '../../../shared/contract/messages.ts';
import type { Cursor } from '../../../shared/lib/ids.ts';
import { isSameDay, isSameMinute, timeOf } from '../../ui/message-time.ts';

export interface Place {
  readonly startsDay: boolean;
  /** The first and the last message that one author sent within one minute. */
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
  readonly startsUnread: boolean;
  /** The last of its group, or of those in the group with the same delivery state. */
  readonly showsFate: boolean;
}

export function placeOf(
  message: Message,
  {
    before,
    after,
    firstUnread,
  }: { readonly before: Message | undefined; readonly after: Message | undefined; readonly firstUnread: Cursor | undefined },
): Place {
  return {
    startsDay: before === undefined || !isSameDay(timeOf(before), timeOf(message)),
    startsGroup: before === undefined || !belongTogether(before, message, firstUnread),
    endsGroup: after === undefined || !belongTogether(message, after, firstUnread),
    startsUnread: message.cursor === firstUnread,
    showsFate: after === undefined || !belongTogether(message, after, firstUnread) || fateOf(message) !== fateOf(after),
  };
}

function belongTogether(earlier: Message, later: Message, firstUnread: Cursor | undefined): boolean {
  return (
    earlier.from === later.from &&
    later.cursor !== firstUnread &&
    isSameMinute(timeOf(earlier), timeOf(later)) &&
    isSameDay(timeOf(earlier), timeOf(later))
  );
}

/** The words of the marks of a message. */
function fateOf({ state, keptBy }: Message): string {
  return `${state} ${keptBy?.count} ${keptBy?.of}`;
}
