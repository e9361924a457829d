/** Selectors of conversations and contacts, beside those of `selectors.ts`. */
import type { Room } from '../../shared/contract/rooms.ts';
import type { Message } from '../../shared/contract/messages.ts';
import {
  conversationOf,
  partsOf,
  peerOfConversation,
  shortNameOf,
  type ConversationId,
  type PeerId,
} from '../../shared/lib/ids.ts';
import { readableName, shortCodeOf } from '../../shared/text/contact-text.ts';
import { rememberResult } from './remember-result.ts';
import type { HallwayState } from './store.ts';
import type { OpenConversation } from './message-state.ts';

export const selectCanMessage = ({ messages }: HallwayState): boolean => messages.status !== 'unavailable';
export const selectOpen = ({ messages }: HallwayState): OpenConversation | undefined => messages.open;
export const selectUnread = ({ messages }: HallwayState, peerId: PeerId): number =>
  messages.conversations.get(conversationOf(peerId))?.unread ?? 0;
export const selectIsTyping = ({ messages }: HallwayState, peerId: PeerId): boolean => messages.typing.has(peerId);
export const selectIsBlocked = ({ messages }: HallwayState, peerId: PeerId): boolean =>
  messages.contacts.get(peerId)?.blocked === true;

/** Whether the peer of this conversation is in the list; false for rooms. */
export const selectIsHere = ({ core }: HallwayState, conversation: ConversationId): boolean =>
  core.peers.has(peerOfConversation(conversation) ?? '');

/** For a time, or for good. */
export const selectIsMuted = ({ core, messages }: HallwayState, conversation: ConversationId): boolean => {
  if (messages.muted.has(conversation)) return true;
  const parts = partsOf(conversation);
  return parts.type === 'room' && core.rooms.get(parts.name)?.isMuted === true;
};
/** People, and rooms that the user is in: no other conversation notifies anyone. */
export const selectMayMute = ({ core }: HallwayState, conversation: ConversationId): boolean => {
  const parts = partsOf(conversation);
  return parts.type === 'dm' || core.rooms.get(parts.name)?.isJoined === true;
};
/** Unread messages that mention the user. */
export const selectMentionsIn = ({ messages }: HallwayState, conversation: ConversationId): number =>
  messages.conversations.get(conversation)?.mentions ?? 0;

/**
 * Unread messages in all conversations, without those of blocked contacts and muted conversations.
 */
export const selectAllUnread = (state: HallwayState): number =>
  countUnread(state.messages.conversations, state.messages.contacts, state.core.rooms, state);

const countUnread = rememberResult(
  (
    conversations: HallwayState['messages']['conversations'],
    _contacts: HallwayState['messages']['contacts'],
    _rooms: HallwayState['core']['rooms'],
    state: HallwayState,
  ): number =>
    [...conversations.values()].reduce(
      (sum, { conversation, unread }) => sum + (unread === 0 || isQuiet(state, conversation) ? 0 : unread),
      0,
    ),
  3,
);
export const selectUnreadIn = ({ messages }: HallwayState, conversation: ConversationId): number =>
  messages.conversations.get(conversation)?.unread ?? 0;

/** Whether we wrote the message: the author alone decides it, in any conversation. */
export const selectIsOwn = ({ core }: HallwayState, message: Pick<Message, 'from'>): boolean =>
  message.from === core.self?.peerId;

/** The contact's name now, else the last known one, else the start of its key. */
export function selectName({ core, messages }: HallwayState, peerId: PeerId): string {
  const last = messages.conversations.get(conversationOf(peerId))?.last;
  const name =
    core.peers.get(peerId)?.name ??
    core.departed.get(peerId)?.name ??
    messages.contacts.get(peerId)?.name ??
    (last?.from === peerId ? last.fromName : shortCodeOf(peerId));
  return readableName(name);
}

/** Whether there is anything to show of that contact. */
export const selectIsKnown = ({ core, messages }: HallwayState, peerId: PeerId): boolean =>
  core.peers.has(peerId) || core.departed.has(peerId) || messages.conversations.has(conversationOf(peerId));

/** A conversation's title: the contact's name, `#room`, or the title of a private room. */
export function selectTitle(state: HallwayState, conversation: ConversationId): string {
  const peerId = peerOfConversation(conversation);
  const closed = privateOf(state, conversation);
  if (closed) return readableName(closed.title);
  return peerId === undefined ? readableName(shortNameOf(conversation)) : selectName(state, peerId);
}

/** The author's name now, else the one in the message, which is a claim. */
export function selectAuthor(state: HallwayState, { from, fromName }: Pick<Message, 'from' | 'fromName'>): string {
  return selectIsMet(state, from) || fromName === '' ? selectName(state, from) : readableName(fromName);
}

/** Whether the page has a name of that peer other than what its messages say. */
export const selectIsMet = ({ core, messages }: HallwayState, peerId: PeerId): boolean =>
  core.self?.peerId === peerId || core.peers.has(peerId) || core.departed.has(peerId) || messages.contacts.has(peerId);

function privateOf({ core }: HallwayState, conversation: ConversationId): Room['private'] {
  const parts = partsOf(conversation);
  return parts.type === 'room' ? core.rooms.get(parts.name)?.private : undefined;
}

function isQuiet(state: HallwayState, conversation: ConversationId): boolean {
  const parts = partsOf(conversation);
  return selectIsMuted(state, conversation) || (parts.type === 'dm' && selectIsBlocked(state, parts.peerId));
}
