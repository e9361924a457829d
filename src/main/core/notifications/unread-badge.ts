/**
 * Counts the unread messages of all conversations but the muted ones (rule NOTIFY-16). Reading the
 * store for each of a thousand messages would cost more than receiving them, so changes that come
 * together are counted once.
 */
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';

/** Least time between two counts. */
export const countIntervalMs = 500;

export interface UnreadConversation {
  readonly conversation: ConversationId;
  readonly unread: number;
}

export interface UnreadBadge {
  count(): number;
  /** Something may have changed. */
  review(): void;
  close(): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  /** @returns undefined while the store cannot be read */
  readonly read: () => readonly UnreadConversation[] | undefined;
  readonly counts: (conversation: ConversationId) => boolean;
  readonly onRead: (conversations: readonly UnreadConversation[]) => void;
  readonly onChange: (count: number) => void;
}

export function createUnreadBadge({ clock, read, counts, onRead, onChange }: Deps): UnreadBadge {
  let count = 0;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  let cancelTimer: Unsubscribe | undefined;
  let isClosed = false;

  function recount(): void {
    cancelTimer = undefined;
    countedAtMs = clock.monotonicMs();
    const conversations = read();
    if (conversations === undefined) return;
    onRead(conversations);
    const before = count;
    count = conversations.reduce((sum, { conversation, unread }) => (counts(conversation) ? sum + unread : sum), 0);
    if (count !== before) onChange(count);
  }

  return {
    count: () => count,
    review() {
      if (isClosed) return;
      cancelTimer ??= clock.setTimer(recount, Math.max(0, countedAtMs + countIntervalMs - clock.monotonicMs()));
    },
    close() {
      isClosed = true;
      cancelTimer?.();
    },
  };
}
