/**
 * Which messages of rooms mention the user, and how many of the unread ones do (rules MENT-1 and
 * MENT-2). Whether one shows a banner is decided in policy.ts, whatever this says.
 */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import { partsOf, type ConversationId, type PeerId } from '../../../shared/lib/ids.ts';
import { createMentionFinder, type MentionFinder } from '../../../shared/text/mentions.ts';
import type { ConversationSummary, StoredMessage } from '../messaging/ports.ts';
import type { Rooms } from '../rooms/rooms.ts';

/**
 * Unread messages of a room that are looked through. A room that has more gives the newest ones.
 */
export const maxLookedThrough = 500;

export interface MentionsArea {
  /** Of a message by somebody else in a room. */
  isMention(message: Pick<StoredMessage, 'conversation' | 'from' | 'text'>): boolean;
  /** Unread messages that mention the user. @throws StoreError */
  unreadIn(summary: ConversationSummary): number;
}

interface Deps {
  readonly ownPeerId: PeerId;
  readonly ownName: () => string;
  readonly settings: { readonly get: GetSetting };
  readonly rooms: Pick<Rooms, 'unread'> | undefined;
}

/** A count, and what it was made from. */
interface Counted {
  readonly finder: MentionFinder;
  readonly unread: number;
  readonly last: string;
  readonly count: number;
}

export function createMentions({ ownPeerId, ownName, settings, rooms }: Deps): MentionsArea {
  let made: { readonly name: string; readonly keywords: readonly string[]; readonly finder: MentionFinder } | undefined;
  /** One per room that has unread messages. Hosts ask after each change of any conversation. */
  const counts = new Map<ConversationId, Counted>();

  /** Makes the finder anew when the name or the words changed. */
  function finder(): MentionFinder {
    const [name, keywords] = [ownName(), settings.get('keywords')];
    if (made?.name !== name || made.keywords !== keywords)
      made = { name, keywords, finder: createMentionFinder({ name, peerId: ownPeerId, keywords }) };
    return made.finder;
  }

  function isMention({ conversation, from, text }: Pick<StoredMessage, 'conversation' | 'from' | 'text'>): boolean {
    return from !== ownPeerId && partsOf(conversation).type === 'room' && finder().isMentioned(text);
  }

  return {
    isMention,
    unreadIn({ conversation, unread, last }) {
      if (unread === 0 || rooms === undefined || partsOf(conversation).type !== 'room') {
        counts.delete(conversation);
        return 0;
      }
      const before = counts.get(conversation);
      const now = finder();
      if (before?.finder === now && before.unread === unread && before.last === last.cursor) return before.count;
      const count = rooms.unread(conversation, maxLookedThrough).filter(isMention).length;
      counts.set(conversation, { finder: now, unread, last: last.cursor, count });
      return count;
    },
  };
}
