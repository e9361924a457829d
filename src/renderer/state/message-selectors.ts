/** Questions about conversations and people, beside those of `selectors.ts`. */
import type { PeerId } from '../../shared/lib/ids.ts';
import { readableName, shortCodeOf } from '../../shared/text/contact-text.ts';
import type { HallwayState } from './store.ts';
import type { OpenConversation } from './message-state.ts';

export const selectCanTalk = ({ talk }: HallwayState): boolean => talk.status !== 'unavailable';
export const selectOpen = ({ talk }: HallwayState): OpenConversation | undefined => talk.open;
export const selectUnread = ({ talk }: HallwayState, peerId: PeerId): number => talk.conversations.get(peerId)?.unread ?? 0;
export const selectIsTyping = ({ talk }: HallwayState, peerId: PeerId): boolean => talk.typing.has(peerId);
export const selectIsBlocked = ({ talk }: HallwayState, peerId: PeerId): boolean =>
  talk.acquaintances.get(peerId)?.blocked === true;

/** Unread in all conversations, but those of people whom we blocked. */
export const selectAllUnread = (state: HallwayState): number =>
  [...state.talk.conversations.values()].reduce(
    (sum, { conversation, unread }) => sum + (selectIsBlocked(state, conversation) ? 0 : unread),
    0,
  );

/** Their name now, else as we last knew it, else the start of their key. */
export function selectName({ core, talk }: HallwayState, peerId: PeerId): string {
  const last = talk.conversations.get(peerId)?.last;
  const name =
    core.peers.get(peerId)?.name ??
    core.departed.get(peerId)?.name ??
    talk.acquaintances.get(peerId)?.name ??
    (last?.from === peerId ? last.fromName : shortCodeOf(peerId));
  return readableName(name);
}

/** Whether anything can be shown of that person. */
export const selectIsKnown = ({ core, talk }: HallwayState, peerId: PeerId): boolean =>
  core.peers.has(peerId) || core.departed.has(peerId) || talk.conversations.has(peerId);
