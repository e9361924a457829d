/**
 * Talk: conversations as this page knows them. `applyToTalk` is the only thing that changes it, and is pure. Of the open conversation it holds a
 * window of messages; of all others the last message and how many are unread.
 */
import type { Acquaintance } from '../../shared/contract/contacts.ts';
import type { Conversation, Message } from '../../shared/contract/messages.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import { laterState, openWindow, putMessage, putNewer, putOlder, putState, refresh } from './message-window.ts';
import type { MessageWindow, Page } from './message-window.ts';

export interface OpenConversation {
  readonly peerId: PeerId;
  /** `undefined` until the first page is here. */
  readonly window: MessageWindow | undefined;
  /** Why there is no page, as a sentence. */
  readonly failure: string | undefined;
  /** The position that was jumped to. */
  readonly target: number | undefined;
  /** Where what is new begins: it stays while one reads, so that it can be seen. */
  readonly firstUnread: number | undefined;
  /** The last message that arrived while the conversation was open. */
  readonly arrived: number | undefined;
  /** The next page of the newest messages takes the place of the window. */
  readonly wantsLatest: boolean;
}

export interface Talk {
  /** `unavailable`: this node has nothing to talk with. */
  readonly status: 'loading' | 'ready' | 'unavailable';
  readonly conversations: ReadonlyMap<PeerId, Conversation>;
  readonly typing: ReadonlySet<PeerId>;
  readonly acquaintances: ReadonlyMap<PeerId, Acquaintance>;
  readonly open: OpenConversation | undefined;
  /** Whether the end of the open conversation is being looked at: what arrives there is read at once. */
  readonly isAttended: boolean;
}

export type TalkEvent =
  | { readonly type: 'conversations-received'; readonly conversations: readonly Conversation[] }
  | { readonly type: 'talk-unavailable' }
  | { readonly type: 'conversation-opened'; readonly peerId: PeerId | undefined }
  /** The newest messages; see `refresh` of message-window.ts for `knownThrough`. */
  | { readonly type: 'latest-received'; readonly peerId: PeerId; readonly page: Page; readonly knownThrough: number }
  | { readonly type: 'older-received' | 'newer-received'; readonly peerId: PeerId; readonly page: Page }
  /** Messages around one that was jumped to. */
  | { readonly type: 'context-received'; readonly peerId: PeerId; readonly page: Page; readonly target: number }
  | { readonly type: 'loading-failed'; readonly peerId: PeerId; readonly failure: string }
  /** The end is wanted, wherever the window is. */
  | { readonly type: 'latest-wanted' }
  | { readonly type: 'message-kept'; readonly message: Message }
  | {
      readonly type: 'delivery-changed';
      readonly messageId: string;
      readonly conversation: string;
      readonly state: DeliveryState;
    }
  | { readonly type: 'typing-changed'; readonly peerId: PeerId; readonly isTyping: boolean }
  | { readonly type: 'acquaintance-received'; readonly acquaintance: Acquaintance }
  | { readonly type: 'attention-changed'; readonly isAttended: boolean }
  | { readonly type: 'link-lost' };

type DeliveryState = NonNullable<Message['state']>;

export const emptyTalk: Talk = {
  status: 'loading',
  conversations: new Map(),
  typing: new Set(),
  acquaintances: new Map(),
  open: undefined,
  isAttended: false,
};

export function applyToTalk(talk: Talk, event: TalkEvent): Talk {
  switch (event.type) {
    case 'conversations-received': {
      const conversations = new Map(event.conversations.map((conversation) => [conversation.conversation, conversation]));
      return attend({ ...talk, status: 'ready', conversations }, talk.isAttended);
    }
    case 'talk-unavailable':
      return { ...talk, status: 'unavailable' };
    case 'conversation-opened':
      return { ...talk, isAttended: false, open: event.peerId === undefined ? undefined : justOpened(event.peerId) };
    case 'latest-received':
    case 'older-received':
    case 'newer-received':
    case 'context-received':
      return talk.open?.peerId === event.peerId ? { ...talk, open: putPage(talk, talk.open, event) } : talk;
    case 'loading-failed':
      return talk.open?.peerId === event.peerId ? { ...talk, open: { ...talk.open, failure: event.failure } } : talk;
    case 'latest-wanted':
      return talk.open === undefined ? talk : { ...talk, open: { ...talk.open, wantsLatest: true } };
    case 'message-kept':
      return keepMessage(talk, event.message);
    case 'delivery-changed':
      return changeDelivery(talk, event.conversation, event.messageId, event.state);
    case 'typing-changed':
      return { ...talk, typing: withMember(talk.typing, event.peerId, event.isTyping) };
    case 'acquaintance-received':
      return {
        ...talk,
        acquaintances: new Map(talk.acquaintances).set(event.acquaintance.peerId, event.acquaintance),
      };
    case 'attention-changed':
      return attend(talk, event.isAttended);
    case 'link-lost':
      return talk.typing.size === 0 ? talk : { ...talk, typing: new Set() };
  }
}

function justOpened(peerId: PeerId): OpenConversation {
  return {
    peerId,
    window: undefined,
    failure: undefined,
    target: undefined,
    firstUnread: undefined,
    arrived: undefined,
    wantsLatest: true,
  };
}

type PageEvent = Extract<TalkEvent, { readonly page: Page }>;

function putPage(talk: Talk, open: OpenConversation, event: PageEvent): OpenConversation {
  const { window } = open;
  const summary = talk.conversations.get(open.peerId);
  const lastPosition = summary?.last.position ?? Number.NEGATIVE_INFINITY;
  const generation = window === undefined ? 0 : window.generation + 1;
  switch (event.type) {
    case 'latest-received': {
      if (window !== undefined && !open.wantsLatest)
        return { ...open, failure: undefined, window: refresh(window, event.page, event.knownThrough) };
      const latest = openWindow(event.page, generation);
      const firstUnread = open.firstUnread ?? findFirstUnread(latest, open.peerId, summary?.unread ?? 0);
      return { ...open, failure: undefined, window: latest, firstUnread, target: undefined, wantsLatest: false };
    }
    case 'older-received':
      return { ...open, failure: undefined, window: window && putOlder(window, event.page) };
    case 'newer-received':
      return { ...open, failure: undefined, window: window && putNewer(window, event.page, lastPosition) };
    case 'context-received': {
      const opened = openWindow(event.page, generation);
      const last = opened.messages.at(-1)?.position ?? lastPosition;
      return {
        ...open,
        failure: undefined,
        window: { ...opened, hasNewer: last < lastPosition },
        target: event.target,
        wantsLatest: false,
      };
    }
  }
}

/** The unread ones are the last ones that are not ours; where more are unread than are here, all that are here. */
function findFirstUnread({ messages }: MessageWindow, peerId: PeerId, unread: number): number | undefined {
  if (unread === 0) return undefined;
  const incoming = messages.filter(({ from }) => from === peerId);
  return (incoming.at(-unread) ?? incoming[0])?.position;
}

function keepMessage(talk: Talk, message: Message): Talk {
  const { conversation } = message;
  const before = talk.conversations.get(conversation);
  // Known already: told twice, or the answer to a question was quicker.
  const isNew = before === undefined || message.position > before.last.position;
  const isIncoming = message.from === conversation;
  const open = talk.open?.peerId === conversation ? talk.open : undefined;
  const isUnread = isNew && isIncoming && !(open !== undefined && talk.isAttended);
  const unreadBefore = before?.unread ?? 0;
  const next = {
    ...talk,
    typing: isIncoming ? withMember(talk.typing, conversation, false) : talk.typing,
    ...(isNew && {
      conversations: new Map(talk.conversations).set(conversation, {
        conversation,
        last: message,
        unread: unreadBefore + (isUnread ? 1 : 0),
      }),
    }),
  };
  if (open?.window === undefined) return next;
  const isFirstUnread = isUnread && unreadBefore === 0;
  // Who answers has seen what came before.
  const firstUnread = !isNew ? open.firstUnread : isFirstUnread ? message.position : isIncoming ? open.firstUnread : undefined;
  const arrived = isNew && isIncoming ? message.position : open.arrived;
  return { ...next, open: { ...open, window: putMessage(open.window, message), firstUnread, arrived } };
}

function changeDelivery(talk: Talk, conversation: PeerId, messageId: string, state: DeliveryState): Talk {
  const summary = talk.conversations.get(conversation);
  const later = laterState(summary?.last.state, state);
  const conversations =
    summary?.last.messageId === messageId &&
    summary.last.state !== undefined &&
    later !== undefined &&
    later !== summary.last.state
      ? new Map(talk.conversations).set(conversation, { ...summary, last: { ...summary.last, state: later } })
      : talk.conversations;
  const window = talk.open?.peerId === conversation ? talk.open.window : undefined;
  const next = window && putState(window, messageId, state);
  const open = talk.open !== undefined && next !== window ? { ...talk.open, window: next } : talk.open;
  return conversations === talk.conversations && open === talk.open ? talk : { ...talk, conversations, open };
}

/** Attended is read: the number is gone before the core confirms it. */
function attend(talk: Talk, isAttended: boolean): Talk {
  const summary = talk.open && talk.conversations.get(talk.open.peerId);
  if (!isAttended || summary === undefined || summary.unread === 0)
    return talk.isAttended === isAttended ? talk : { ...talk, isAttended };
  return { ...talk, isAttended, conversations: new Map(talk.conversations).set(summary.conversation, { ...summary, unread: 0 }) };
}

function withMember(members: ReadonlySet<PeerId>, peerId: PeerId, isMember: boolean): ReadonlySet<PeerId> {
  if (members.has(peerId) === isMember) return members;
  const next = new Set(members);
  if (isMember) next.add(peerId);
  else next.delete(peerId);
  return next;
}
