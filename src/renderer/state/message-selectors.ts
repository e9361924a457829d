/** Questions about conversations and contacts, beside those of `selectors.ts`. */
import type { PeerId } from '../../shared/lib/ids.ts';
import { readableName, shortCodeOf } from '../../shared/text/contact-text.ts';
import type { HallwayState } from './store.ts';
import type { OpenConversation } from './message-state.ts';

export const selectCanMessage = ({ messages }: HallwayState): boolean => messages.status !== 'unavailable';
export const selectOpen = ({ messages }: HallwayState): OpenConversation | undefined => messages.open;
export const selectUnread = ({ messages }: HallwayState, peerId: PeerId): number =>
  messages.conversations.get(peerId)?.unread ?? 0;
export const selectIsTyping = ({ messages }: HallwayState, peerId: PeerId): boolean => messages.typing.has(peerId);
export const selectIsBlocked = ({ messages }: HallwayState, peerId: PeerId): boolean =>
  messages.contacts.get(peerId)?.blocked === true;

/** Unread in all conversations, but those of the contacts whom we blocked. */
export const selectAllUnread = (state: HallwayState): number =>
  [...state.messages.conversations.values()].reduce(
    (sum, { conversation, unread }) => sum + (selectIsBlocked(state, conversation) ? 0 : unread),
    0,
  );

/** Their name now, else as we last knew it, else the start of their key. */
export function selectName({ core, messages }: HallwayState, peerId: PeerId): string {
  const last = messages.conversations.get(peerId)?.last;
  const name =
    core.peers.get(peerId)?.name ??
    core.departed.get(peerId)?.name ??
    messages.contacts.get(peerId)?.name ??
    (last?.from === peerId ? last.fromName : shortCodeOf(peerId));
  return readableName(name);
}

/** Whether anything can be shown of that contact. */
export const selectIsKnown = ({ core, messages }: HallwayState, peerId: PeerId): boolean =>
  core.peers.has(peerId) || core.departed.has(peerId) || messages.conversations.has(peerId);
