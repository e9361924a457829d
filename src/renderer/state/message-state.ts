/**
 * The page's copy of the conversations. Only `applyToMessageState` changes it, and is pure. It
 * holds a window of the open conversation's messages. Of the others it holds the last message and
 * the unread count.
 */
import { isLater, type ConversationId, type Cursor, type MessageId, type PeerId } from '../../shared/lib/ids.ts';
import type { Contact } from '../../shared/contract/contacts.ts';
import type { Conversation, Message } from '../../shared/contract/messages.ts';
import type { Mute } from '../../shared/contract/marks.ts';
import type { RoomNotice } from '../../shared/contract/rooms.ts';
import { changeOpenRoom, type OpenRoomEvent } from './open-room.ts';
import { laterState, openWindow, putMessage, putNewer, putOlder, putState, refresh } from './message-window.ts';
import type { MessageWindow, Page } from './message-window.ts';

/** Messages that a screen reader may still read out: more would keep it busy for minutes. */
const maxArrived = 10;

/** Late messages that one line tells of. */
const maxLate = 1_000;

export interface OpenConversation {
  readonly conversation: ConversationId;
  /** `undefined` until the first page arrives. */
  readonly window: MessageWindow | undefined;
  /** The reason why there is no page, as a sentence. */
  readonly failure: string | undefined;
  /** The message that the user jumped to. */
  readonly target: Cursor | undefined;
  /** Where the new messages begin; the mark stays while the user reads. */
  readonly firstUnread: Cursor | undefined;
  /** The latest messages that arrived while the conversation was open, for screen readers. */
  readonly arrived: readonly Message[];
  /** Late messages that arrived while the room was open, until the user has seen where. */
  readonly late: readonly Message[];
  /** The latest notice of the room. */
  readonly notice: RoomNotice | undefined;
  /** The next page of the newest messages replaces the window. */
  readonly wantsLatest: boolean;
}

export interface MessageState {
  /** `unavailable`: this node cannot send messages. */
  readonly status: 'loading' | 'ready' | 'unavailable';
  /**
   * The conversation with the latest message; cursors of different conversations do not compare.
   */
  readonly conversations: ReadonlyMap<ConversationId, Conversation>;
  /** In the order of the user, with those that have no message. */
  readonly pinned: readonly ConversationId[];
  /** When their mutes end. Rooms that are muted for good say so themselves. */
  readonly muted: ReadonlyMap<ConversationId, number>;
  readonly typing: ReadonlySet<PeerId>;
  readonly contacts: ReadonlyMap<PeerId, Contact>;
  readonly open: OpenConversation | undefined;
  /**
   * Whether the user sees the end of the open conversation, where arriving messages are read at
   * once.
   */
  readonly isAttended: boolean;
}

export type MessageStateEvent =
  | {
      readonly type: 'conversations-received';
      readonly conversations: readonly Conversation[];
      readonly pinned: readonly ConversationId[];
      readonly muted: readonly Mute[];
    }
  | { readonly type: 'messages-unavailable' }
  | { readonly type: 'conversation-opened'; readonly conversation: ConversationId | undefined }
  /** The newest messages; see `refresh` of message-window.ts for `knownThrough`. */
  | {
      readonly type: 'latest-received';
      readonly conversation: ConversationId;
      readonly page: Page;
      readonly knownThrough: Cursor | undefined;
    }
  | { readonly type: 'older-received' | 'newer-received'; readonly conversation: ConversationId; readonly page: Page }
  /** Messages around the one that the user jumped to. */
  | { readonly type: 'context-received'; readonly conversation: ConversationId; readonly page: Page; readonly target: Cursor }
  | { readonly type: 'loading-failed'; readonly conversation: ConversationId; readonly failure: string }
  /** The user wants the end, wherever the window is. */
  | { readonly type: 'latest-wanted' }
  | { readonly type: 'message-persisted'; readonly message: Message }
  | {
      readonly type: 'delivery-changed';
      readonly messageId: MessageId;
      readonly conversation: ConversationId;
      readonly state: DeliveryState;
    }
  | OpenRoomEvent
  | { readonly type: 'typing-changed'; readonly peerId: PeerId; readonly isTyping: boolean }
  | { readonly type: 'contact-received'; readonly contact: Contact }
  | { readonly type: 'attention-changed'; readonly isAttended: boolean }
  | { readonly type: 'link-lost' };

type DeliveryState = NonNullable<Message['state']>;

export const emptyMessageState: MessageState = {
  status: 'loading',
  conversations: new Map(),
  pinned: [],
  muted: new Map(),
  typing: new Set(),
  contacts: new Map(),
  open: undefined,
  isAttended: false,
};

/**
 * @param ownPeerId tells our own messages from others'; undefined until the core sends our profile
 */
export function applyToMessageState(
  messages: MessageState,
  event: MessageStateEvent,
  ownPeerId: PeerId | undefined,
): MessageState {
  switch (event.type) {
    case 'conversations-received': {
      const earliestFirst = event.conversations.toReversed();
      const conversations = new Map(earliestFirst.map((summary) => [summary.conversation, summary]));
      const muted = new Map(event.muted.map(({ conversation, untilMs }) => [conversation, untilMs]));
      return attend({ ...messages, status: 'ready', conversations, pinned: event.pinned, muted }, messages.isAttended);
    }
    case 'messages-unavailable':
      return { ...messages, status: 'unavailable' };
    case 'conversation-opened':
      return { ...messages, isAttended: false, open: event.conversation && justOpened(event.conversation) };
    case 'latest-received':
    case 'older-received':
    case 'newer-received':
    case 'context-received':
      return messages.open?.conversation === event.conversation
        ? { ...messages, open: putPage(messages, messages.open, event, ownPeerId) }
        : messages;
    case 'loading-failed':
      return messages.open?.conversation === event.conversation
        ? { ...messages, open: { ...messages.open, failure: event.failure } }
        : messages;
    case 'latest-wanted':
      return messages.open === undefined ? messages : { ...messages, open: { ...messages.open, wantsLatest: true } };
    case 'message-persisted':
      return addMessage(messages, event.message, ownPeerId);
    case 'delivery-changed':
      return changeDelivery(messages, event.conversation, event.messageId, event.state);
    case 'kept-changed':
    case 'notice-received':
    case 'late-seen':
      return { ...messages, open: messages.open && changeOpenRoom(messages.open, event) };
    case 'typing-changed':
      return { ...messages, typing: withMember(messages.typing, event.peerId, event.isTyping) };
    case 'contact-received':
      return {
        ...messages,
        contacts: new Map(messages.contacts).set(event.contact.peerId, event.contact),
      };
    case 'attention-changed':
      return attend(messages, event.isAttended);
    case 'link-lost':
      return messages.typing.size === 0 ? messages : { ...messages, typing: new Set() };
  }
}

function justOpened(conversation: ConversationId): OpenConversation {
  return {
    conversation,
    window: undefined,
    failure: undefined,
    target: undefined,
    firstUnread: undefined,
    arrived: [],
    late: [],
    notice: undefined,
    wantsLatest: true,
  };
}

/** Deleted messages must not stay where a screen reader finds them. */
function stillIn(window: MessageWindow, arrived: readonly Message[]): readonly Message[] {
  const cursors = new Set(window.messages.map(({ cursor }) => cursor));
  return arrived.filter(({ cursor }) => cursors.has(cursor));
}

type PageEvent = Extract<MessageStateEvent, { readonly page: Page }>;

function putPage(
  messages: MessageState,
  open: OpenConversation,
  event: PageEvent,
  ownPeerId: PeerId | undefined,
): OpenConversation {
  const { window } = open;
  const summary = messages.conversations.get(open.conversation);
  const last = summary?.last.cursor;
  const generation = window === undefined ? 0 : window.generation + 1;
  switch (event.type) {
    case 'latest-received': {
      if (window !== undefined && !open.wantsLatest) {
        const refreshed = refresh(window, event.page, event.knownThrough);
        return { ...open, failure: undefined, arrived: stillIn(refreshed, open.arrived), window: refreshed };
      }
      const latest = openWindow(event.page, generation);
      const firstUnread = open.firstUnread ?? findFirstUnread(latest, ownPeerId, summary?.unread ?? 0);
      const arrived = stillIn(latest, open.arrived);
      return { ...open, failure: undefined, arrived, window: latest, firstUnread, target: undefined, wantsLatest: false };
    }
    case 'older-received':
      return { ...open, failure: undefined, window: window && putOlder(window, event.page) };
    case 'newer-received':
      return { ...open, failure: undefined, window: window && putNewer(window, event.page, last) };
    case 'context-received': {
      const opened = openWindow(event.page, generation);
      const openedLast = opened.messages.at(-1)?.cursor;
      return {
        ...open,
        failure: undefined,
        window: { ...opened, hasNewer: openedLast !== undefined && isLater(last, openedLast) },
        target: event.target,
        wantsLatest: false,
      };
    }
  }
}

/**
 * The unread messages are the last ones by others; with more unread than loaded, all loaded ones
 * are.
 */
function findFirstUnread({ messages }: MessageWindow, ownPeerId: PeerId | undefined, unread: number): Cursor | undefined {
  if (unread === 0) return undefined;
  const incoming = messages.filter(({ from }) => from !== ownPeerId);
  return (incoming.at(-unread) ?? incoming[0])?.cursor;
}

function addMessage(messages: MessageState, message: Message, ownPeerId: PeerId | undefined): MessageState {
  const { conversation } = message;
  // Shown apart, from the list of rooms, until its time comes.
  if (message.ahead) return messages;
  const before = messages.conversations.get(conversation);
  // Known already: a repeated event, or the answer to a query came first.
  const isNew = before === undefined || isLater(message.cursor, before.last.cursor);
  const isIncoming = message.from !== ownPeerId;
  const open = messages.open?.conversation === conversation ? messages.open : undefined;
  const isLate = message.late === true && !isNew && isIncoming && before !== undefined && !isHeld(open, message);
  const isUnread = (isNew || isLate) && isIncoming && !(open !== undefined && messages.isAttended);
  const unreadBefore = before?.unread ?? 0;
  const counts = {
    unread: unreadBefore + (isUnread ? 1 : 0),
    mentions: (before?.mentions ?? 0) + (isUnread && message.mention ? 1 : 0),
  };
  const next = {
    ...messages,
    typing: isIncoming ? withMember(messages.typing, message.from, false) : messages.typing,
    conversations: isNew
      ? withLatest(messages.conversations, { conversation, last: message, ...counts, archived: false })
      : isLate
        ? new Map(messages.conversations).set(conversation, { ...before, ...counts })
        : messages.conversations,
  };
  if (open?.window === undefined) return next;
  const isFirstUnread = isUnread && unreadBefore === 0;
  // A reply means that its author has seen everything before it.
  const firstUnread = !isNew ? open.firstUnread : isFirstUnread ? message.cursor : isIncoming ? open.firstUnread : undefined;
  const arrived = isNew && isIncoming ? [...open.arrived, message].slice(-maxArrived) : open.arrived;
  const late = isLate ? [...open.late, message].slice(-maxLate) : open.late;
  return { ...next, open: { ...open, window: putMessage(open.window, message), firstUnread, arrived, late } };
}

function isHeld(open: OpenConversation | undefined, { cursor }: Message): boolean {
  return open?.window?.messages.some((other) => other.cursor === cursor) ?? false;
}

function withLatest(conversations: MessageState['conversations'], summary: Conversation): MessageState['conversations'] {
  const next = new Map(conversations);
  next.delete(summary.conversation);
  return next.set(summary.conversation, summary);
}

function changeDelivery(
  messages: MessageState,
  conversation: ConversationId,
  messageId: MessageId,
  state: DeliveryState,
): MessageState {
  const summary = messages.conversations.get(conversation);
  const later = laterState(summary?.last.state, state);
  const conversations =
    summary?.last.messageId === messageId &&
    summary.last.state !== undefined &&
    later !== undefined &&
    later !== summary.last.state
      ? new Map(messages.conversations).set(conversation, { ...summary, last: { ...summary.last, state: later } })
      : messages.conversations;
  const window = messages.open?.conversation === conversation ? messages.open.window : undefined;
  const next = window && putState(window, messageId, state);
  const open = messages.open !== undefined && next !== window ? { ...messages.open, window: next } : messages.open;
  return conversations === messages.conversations && open === messages.open ? messages : { ...messages, conversations, open };
}

/** Reading at the end clears the count before the core confirms it. */
function attend(messages: MessageState, isAttended: boolean): MessageState {
  const summary = messages.open && messages.conversations.get(messages.open.conversation);
  if (!isAttended || summary === undefined || summary.unread === 0)
    return messages.isAttended === isAttended ? messages : { ...messages, isAttended };
  return {
    ...messages,
    isAttended,
    conversations: new Map(messages.conversations).set(summary.conversation, { ...summary, unread: 0, mentions: 0 }),
  };
}

function withMember(members: ReadonlySet<PeerId>, peerId: PeerId, isMember: boolean): ReadonlySet<PeerId> {
  if (members.has(peerId) === isMember) return members;
  const next = new Set(members);
  if (isMember) next.add(peerId);
  else next.delete(peerId);
  return next;
}
