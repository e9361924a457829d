/**
 * Notifications as hosts see them: the banners to show and to clear, and the number on the badge
 * (docs/spec/notifications.md). It follows messages, rooms, settings and the pages, and asks
 * `policy.ts` about each message. Hosts make the sentences and show them.
 */
import type { Status } from '../../../shared/contract/profile.ts';
import type { GetSetting } from '../../../shared/contract/settings.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { partsOf, type ConversationId, type PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { MarksArea } from '../marks/marks.ts';
import type { MessagesArea } from '../messaging/messages.ts';
import type { MessagingEvent } from '../messaging/messaging.ts';
import { StoreError, type StoredMessage } from '../messaging/ports.ts';
import type { Clock, LocalTime } from '../ports.ts';
import { isRoomMessage, type Rooms, type RoomsEvent } from '../rooms/rooms.ts';
import type { SettingsArea } from '../settings/settings.ts';
import type { TransfersArea } from '../transfers/transfers.ts';
import { followArrivals } from './arrivals.ts';
import type { MentionsArea } from './mentions.ts';
import { createOpenPages } from './open-pages.ts';
import { createBanners } from './banners.ts';
import { createMutedRooms } from './muted-rooms.ts';
import { toNotification, type Notification } from './notification.ts';
import { utcTime } from './quiet-hours.ts';
import {
  decide,
  isDisturbing,
  isHistory,
  type Attention,
  type Banner,
  type Circumstances,
  type News,
  type NotificationSettings,
} from './policy.ts';
import { createUnreadBadge, type UnreadConversation } from './unread-badge.ts';

/** Conversations that the badge counts: more than anybody leaves unread. */
const maxConversations = 500;
export type NotificationsEvent =
  | { readonly type: 'notification'; readonly notification: Notification }
  | { readonly type: 'notification-cleared'; readonly conversation: ConversationId }
  | { readonly type: 'badge-changed'; readonly count: number };

export type NotificationFailure = 'permission-denied' | 'not-supported' | 'turned-off-in-system';

/** A host that shows banners itself. While there is one, pages show none. */
export interface Presenter {
  /** Shows a banner that says that it works. */
  test(): Promise<{ readonly ok: true } | Refusal<NotificationFailure>>;
}

export type TestResult =
  { readonly ok: true; readonly shownBy: 'host' | 'page' } | Refusal<NotificationFailure | 'do-not-disturb'>;

export interface NotificationsArea {
  /** The banners that are shown, oldest first. */
  list(): readonly Notification[];
  /** For the badge: unread messages outside muted conversations; 0 while the badge is off. */
  badge(): number;
  /**
   * @param page any object, the same for the same page
   * @param attention undefined: the page is gone
   */
  setAttention(page: object, attention: Attention | undefined): void;
  /** The page that shows banners if no host does: the one that had the focus last. */
  isPresenter(page: object): boolean;
  /** The user opened the banner, or put it away. */
  dismiss(conversation: ConversationId): void;
  /** A reply from the banner was refused. */
  replyFailed(conversation: ConversationId): void;
  /** Asks the presenter for a banner; for a page, only whether one would be shown now. */
  test(): Promise<TestResult>;
  present(presenter: Presenter): Unsubscribe;
  subscribe(listener: (event: NotificationsEvent) => void): Unsubscribe;
}

export interface Notifications {
  readonly area: NotificationsArea;
  /** Clears all banners. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** If absent, the user is where UTC is. */
  readonly localTime?: LocalTime;
  readonly ownPeerId: PeerId;
  /** Our own, as peers see it. */
  readonly profile: () => { readonly status: Status };
  readonly settings: Pick<SettingsArea, 'subscribe'> & { readonly get: GetSetting };
  readonly contacts: {
    isBlocked(peerId: PeerId): boolean;
    isVerified(peerId: PeerId): boolean;
    get(peerId: PeerId): { readonly name: string } | undefined;
    earlierHolder(peerId: PeerId): { readonly verified: boolean } | undefined;
  };
  readonly messages: Pick<MessagesArea, 'conversations' | 'get' | 'history' | 'subscribe'>;
  readonly rooms: Pick<Rooms, 'conversations' | 'list' | 'subscribe'> | undefined;
  readonly marks: Pick<MarksArea, 'isMuted' | 'subscribe'> | undefined;
  /** If absent, there are no files. */
  readonly transfers?: Pick<TransfersArea, 'subscribe'> | undefined;
  readonly mentions: Pick<MentionsArea, 'isMention'>;
  readonly onListenerError: (error: unknown) => void;
}

export function createNotifications(deps: Deps): Notifications {
  const { clock, settings, contacts, messages, rooms } = deps;
  const events = createEmitter<NotificationsEvent>(deps.onListenerError);
  // Files that arrived are seen where they were offered.
  const pages = createOpenPages((seen) => void (shown.get(seen)?.kind === 'received' && banners.clear(seen)));
  const shown = new Map<ConversationId, Notification>();
  const mutedRooms = createMutedRooms(rooms);
  let current = settingsOf(settings.get);
  let presenter: Presenter | undefined;

  const banners = createBanners({
    clock,
    onShown: (banner) => {
      const notification = toNotification(banner, { contacts, getSetting: settings.get, titleOf: titlesOf(rooms) });
      shown.set(notification.conversation, notification);
      events.emit({ type: 'notification', notification });
    },
    onCleared: (conversation) => {
      shown.delete(conversation);
      events.emit({ type: 'notification-cleared', conversation });
    },
  });
  const badge = createUnreadBadge({
    clock,
    read: () => readUnread(messages, rooms),
    counts: (conversation) => !isMuted(conversation),
    onRead: clearRead,
    onChange: emitBadge,
  });

  const undo = [
    messages.subscribe(onMessagesEvent),
    settings.subscribe(({ settings: changed }) => {
      current = settingsOf(settings.get);
      if ('showBadge' in changed) emitBadge();
    }),
    rooms?.subscribe(onRoomsEvent),
    followArrivals({ ...deps, get: (messageId) => reading(() => messages.get(messageId)), onArrived: call }),
    deps.marks?.subscribe(({ conversation }) => {
      if (isMuted(conversation)) banners.clear(conversation);
      badge.review();
    }),
  ];
  badge.review();

  return {
    area: {
      list: () => [...shown.values()],
      badge: shownBadge,
      setAttention: pages.report,
      isPresenter: (page) => presenter === undefined && pages.latest() === page,
      dismiss: banners.clear,
      replyFailed: (conversation) => notifyFailed(reading(() => messages.history(conversation, { limit: 1 })[0])),
      test,
      present(given) {
        presenter = given;
        return () => {
          if (presenter === given) presenter = undefined;
        };
      },
      subscribe: (listener) => events.subscribe(listener),
    },
    close() {
      for (const stop of undo) stop?.();
      badge.close();
      banners.clearAll();
    },
  };

  function isMuted(conversation: ConversationId): boolean {
    return mutedRooms.has(conversation) || (deps.marks?.isMuted(conversation) ?? false);
  }

  function onMessagesEvent(event: MessagingEvent): void {
    switch (event.type) {
      case 'message':
        return receive(event.message);
      case 'written':
        return banners.clear(event.message.conversation);
      case 'delivery':
        if (event.state === 'failed') notifyFailed(reading(() => messages.get(event.messageId)));
        return undefined;
      case 'conversation-changed':
        return badge.review();
      case 'typing':
      case 'store-problem':
      case 'strangers-wait':
      case 'strangers-flood':
        return undefined;
    }
  }

  function onRoomsEvent(event: RoomsEvent): void {
    switch (event.type) {
      case 'message':
        return receive(event.message);
      case 'written':
        return banners.clear(event.message.conversation);
      case 'conversation-changed':
        return badge.review();
      case 'room-changed':
        mutedRooms.put(event.room);
        if (event.room.isMuted || !event.room.isJoined) banners.clear(event.room.conversation);
        return badge.review();
      case 'room-gone':
      case 'delivery':
      case 'room-kept':
      case 'room-notice':
        return undefined;
    }
  }

  function receive(message: StoredMessage): void {
    badge.review();
    call(message, 'messages');
  }

  function call(message: StoredMessage, kind: 'messages' | 'received'): void {
    const news = newsOf(message, { ...deps, isMuted });
    const decision = decide(news, circumstances(banners.stateOf(message.conversation)));
    if (decision === 'show' || decision === 'replace') banners.add(message, { kind, isHistory: isHistory(news, clock.wallMs()) });
  }

  function circumstances(banner: Banner): Circumstances {
    return {
      settings: current,
      status: () => deps.profile().status,
      pages: pages.list(),
      banner,
      nowMs: clock.wallMs(),
      localTime: deps.localTime ?? utcTime,
    };
  }

  function notifyFailed(message: StoredMessage | undefined): void {
    if (message === undefined) return;
    const { conversation } = message;
    const now = circumstances('none');
    const isSeen = now.pages.some((page) => page.isFocused && page.conversation === conversation);
    if (!isSeen && !isDisturbing(now)) banners.add(message, { kind: 'failed', isHistory: false });
  }

  /** They were read in any window, or deleted. Other banners stay until they are opened. */
  function clearRead(conversations: readonly UnreadConversation[]): void {
    const unread = new Set(conversations.flatMap((each) => (each.unread > 0 ? each.conversation : [])));
    for (const conversation of banners.conversations()) {
      if (!unread.has(conversation) && (shown.get(conversation)?.kind ?? 'messages') === 'messages') banners.clear(conversation);
    }
  }

  function shownBadge(): number {
    return settings.get('showBadge') ? badge.count() : 0;
  }

  function emitBadge(): void {
    events.emit({ type: 'badge-changed', count: shownBadge() });
  }

  async function test(): Promise<TestResult> {
    if (isDisturbing(circumstances('none'))) return refuse('do-not-disturb');
    const result = await presenter?.test();
    return result?.ok === false ? result : { ok: true, shownBy: result === undefined ? 'page' : 'host' };
  }
}

interface NewsDeps extends Pick<Deps, 'contacts' | 'mentions' | 'ownPeerId'> {
  readonly isMuted: (conversation: ConversationId) => boolean;
}

function newsOf(message: StoredMessage, { contacts, mentions, ownPeerId, isMuted }: NewsDeps): News {
  const { conversation, from, sentAtMs } = message;
  return {
    conversation,
    isRoom: partsOf(conversation).type === 'room',
    isOwn: from === ownPeerId,
    isBlocked: contacts.isBlocked(from),
    isMuted: isMuted(conversation),
    isMention: mentions.isMention(message),
    sentAtMs,
    isLate: isRoomMessage(message) && message.late,
  };
}

function settingsOf(get: GetSetting): NotificationSettings {
  return {
    notifyMessages: get('notifyMessages'),
    notifyRooms: get('notifyRooms'),
    doNotDisturbUntilMs: get('doNotDisturbUntilMs'),
    quietHours: get('quietHours'),
  };
}

function titlesOf(rooms: Deps['rooms']): (conversation: ConversationId) => string | undefined {
  return (conversation) => rooms?.list().find((room) => room.conversation === conversation)?.private?.title;
}

function readUnread(messages: Deps['messages'], rooms: Deps['rooms']): readonly UnreadConversation[] | undefined {
  return reading(() => {
    const direct = messages.conversations(maxConversations).filter(({ conversation }) => partsOf(conversation).type === 'dm');
    return [...(rooms?.conversations() ?? []), ...direct];
  });
}

/** @returns undefined while the store cannot be read; it reports that itself */
function reading<Answer>(read: () => Answer): Answer | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return undefined;
  }
}
