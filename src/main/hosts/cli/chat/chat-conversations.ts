/**
 * The conversations of a terminal chat: the open one, unread counts of the others, and the
 * deliveries of messages that were sent here. While none is open, `#everyone` is. Showing is left
 * to the screen, storing and delivering to the core.
 */
import { conversationOf, conversationOfRoom, partsOf, type ConversationId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Room } from '../../../../shared/contract/rooms.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { everyoneRoom } from '../../../../shared/text/room-names.ts';
import type { Hallway, HallwayEvent } from '../../../core/hallway.ts';
import { StoreError, type StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import { isRoomMessage } from '../../../core/rooms/rooms.ts';
import type { ChatContacts } from './chat-contacts.ts';
import type { ChatScreen } from './chat-screen.ts';
import { createChatMarks } from './chat-marks.ts';
import { dayText, excerpt, messageText } from './chat-text.ts';

export interface ChatConversations {
  /** The open conversation: `#everyone` if the user opened none, unless they left it. */
  opened(): ConversationId | undefined;
  /** Whether the user opened it. */
  isChosen(): boolean;
  /** Shows the latest messages and marks them as read. */
  open(peerId: PeerId): Promise<void>;
  /** Likewise, of a room that this node is in. */
  openRoom(name: string): Promise<void>;
  /** Shows what waits in `#everyone`, at the start. */
  begin(): Promise<void>;
  close(): void;
  /** Sends to the open conversation. */
  send(text: string): Promise<void>;
  /** Cancels the latest queued message of the open conversation. */
  cancelLatest(): Promise<void>;
  /** Shows the latest messages of the open conversation. */
  showHistory(limit: number): void;
  search(text: string): Promise<void>;
  unreadOf(conversation: ConversationId): number;
  /** Conversations with unread messages, and their counts. */
  unread(): ReadonlyMap<ConversationId, number>;
  onEvent(event: HallwayEvent): void;
  /** Shows the prompt for the open conversation and the unread counts. */
  showPrompt(): void;
  end(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly messages: MessagesArea;
  readonly hallway: Pick<Hallway, 'rooms' | 'profile'>;
  readonly contacts: ChatContacts;
  readonly screen: ChatScreen;
}

const everyone = conversationOfRoom(everyoneRoom);

/** Messages to show when a conversation opens, besides the unread ones. */
const openedCount = 10;
/** The most unread messages to show. Beyond it, a line says how to see the rest. */
const maxOpenedCount = 500;
/** Found messages to show. */
const foundCount = 20;
/** Conversations to read unread counts of. */
const maxConversations = 500;
/** Members of a private room to name. */
const maxNamed = 20;

export function createChatConversations({ clock, messages, hallway, contacts, screen }: Deps): ChatConversations {
  const { rooms } = hallway;
  const ownPeerId = hallway.profile.self().peerId;
  const marks = createChatMarks({ clock, messages, contacts, screen, isOpen: (conversation) => conversation === opened() });
  let unread = countUnread();
  let chosen: ConversationId | undefined;

  return {
    opened,
    isChosen: () => chosen !== undefined,
    open(peerId) {
      chosen = conversationOf(peerId);
      const name = contacts.nameOf(peerId);
      screen.say(say('chat.opened', { name, where: contacts.isHere(peerId) ? 'here' : 'away' }));
      return showLatest(chosen);
    },
    openRoom(name) {
      chosen = conversationOfRoom(name);
      const room = rooms?.list().find(({ conversation }) => conversation === chosen);
      const title = contacts.titleOf(chosen);
      screen.say(room?.private ? openedPrivate(contacts, room, ownPeerId) : openedPublic(title, room));
      if (room && room.topic !== '') screen.say(say('chat.topic', { room: title, topic: room.topic }));
      return showLatest(chosen);
    },
    async begin() {
      const conversation = opened();
      if (conversation !== undefined && unread.has(conversation)) await showLatest(conversation);
    },
    close() {
      chosen = undefined;
      showPrompt();
    },
    async send(text) {
      const to = opened();
      if (to === undefined) return screen.say(say('chat.no-recipient'));
      const parts = partsOf(to);
      if (parts.type === 'room') {
        const said = await rooms?.say(parts.name, text);
        if (said && !said.ok) screen.say(say('chat.error', { refusal: describeRefusal(said) }));
        return;
      }
      const sent = await messages.send(parts.peerId, text);
      if (!sent.ok) return screen.say(say('chat.error', { refusal: describeRefusal(sent) }));
      marks.follow(sent.message);
    },
    async cancelLatest() {
      const open = opened();
      if (open === undefined) return screen.say(say('chat.none-open'));
      const own = messages.history(open, { limit: 50 }).find(({ from, state }) => from === ownPeerId && state === 'queued');
      if (own && (await messages.cancel(own.messageId))) return;
      screen.say(say('chat.too-late'));
    },
    showHistory(limit) {
      const open = opened();
      if (open === undefined) return screen.say(say('chat.none-open-pm'));
      show(areaOf(open).history(open, { limit }));
    },
    async search(text) {
      const found = await messages.search(text, { limit: foundCount });
      if (found.length === 0) return screen.say(say('chat.nothing-found'));
      for (const message of found.toReversed()) {
        const who =
          message.from === ownPeerId
            ? say('chat.you-to', { name: contacts.titleOf(message.conversation) })
            : contacts.authorOf(message);
        screen.say(`${dayText(message.receivedAtMs)} ${who}: ${excerpt(message.text, screen.width() - 16 - who.length)}`);
      }
    },
    unreadOf: (conversation) => unread.get(conversation) ?? 0,
    unread: () => unread,
    onEvent(event) {
      if (event.type === 'message') received(event.message);
      if (event.type === 'delivery') marks.delivered(event);
      if (event.type === 'conversation-changed') {
        unread = countUnread();
        showPrompt();
      }
      if (event.type === 'room-changed' && event.room.conversation === everyone) showPrompt();
    },
    showPrompt,
    end: marks.end,
  };

  function opened(): ConversationId | undefined {
    if (chosen !== undefined) return chosen;
    return rooms?.list().some(({ conversation, isJoined }) => conversation === everyone && isJoined) ? everyone : undefined;
  }

  /** Rooms have an order and a read state of their own. */
  function areaOf(conversation: ConversationId): Pick<MessagesArea, 'history' | 'markRead'> {
    return rooms && partsOf(conversation).type === 'room' ? rooms : messages;
  }

  async function showLatest(conversation: ConversationId): Promise<void> {
    const area = areaOf(conversation);
    const unreadHere = unread.get(conversation) ?? 0;
    if (unreadHere > maxOpenedCount) screen.say(say('chat.many-unread', { shown: maxOpenedCount, count: unreadHere }));
    show(area.history(conversation, { limit: openedCount + Math.min(unreadHere, maxOpenedCount) }));
    await markRead(area.history(conversation, { limit: 1 })[0]);
    showPrompt();
  }

  function countUnread(): Map<ConversationId, number> {
    try {
      const direct = messages.conversations(maxConversations).filter(({ conversation }) => areaOf(conversation) === messages);
      const withUnread = [...direct, ...(rooms?.conversations() ?? [])].filter((summary) => summary.unread > 0);
      return new Map(withUnread.map((summary) => [summary.conversation, summary.unread]));
    } catch (error) {
      if (error instanceof StoreError) return new Map();
      throw error;
    }
  }

  function showPrompt(): void {
    const open = opened();
    const total = [...unread].reduce((sum, [conversation, count]) => (conversation === open ? sum : sum + count), 0);
    const mark = total > 0 ? say('chat.unread-prompt', { count: total }) : '';
    screen.setPrompt(mark + (open === undefined ? '' : contacts.titleOf(open)));
  }

  function received(message: StoredMessage): void {
    if (contacts.isBlocked(message.from)) return;
    const author = contacts.authorOf(message);
    if (message.conversation === opened()) {
      screen.say(messageText(message, author));
      if (!isRoomMessage(message) || !message.ahead) void markRead(message);
      return;
    }
    if (rooms?.list().some(({ conversation, isMuted }) => isMuted && conversation === message.conversation)) return;
    const count = (unread.get(message.conversation) ?? 0) + 1;
    unread.set(message.conversation, count);
    const name = isRoomMessage(message)
      ? say('chat.author-in', { name: author, room: contacts.titleOf(message.conversation) })
      : author;
    const head = say('chat.unread-message', { name, count });
    screen.say(head + excerpt(message.text, screen.width() - head.length));
    showPrompt();
  }

  async function markRead(message: StoredMessage | undefined): Promise<void> {
    if (!message) return;
    unread.delete(message.conversation);
    await areaOf(message.conversation).markRead(message.conversation, message.cursor);
  }

  /** @param newestFirst in the order of the store */
  function show(newestFirst: readonly StoredMessage[]): void {
    let day = '';
    for (const message of newestFirst.toReversed()) {
      const nextDay = dayText(message.receivedAtMs);
      if (nextDay !== day) screen.say(`-- ${nextDay}`);
      day = nextDay;
      screen.say(messageText(message, message.from === ownPeerId ? say('chat.you') : contacts.authorOf(message)));
    }
  }
}

function openedPublic(title: string, room: Room | undefined): string {
  const readers = room?.isOpen ? 'anyone' : 'team';
  return say('chat.opened-room', { room: title, members: room?.members.length ?? 0, readers });
}

function openedPrivate(contacts: ChatContacts, { name, conversation, private: closed }: Room, ownPeerId: PeerId): string {
  const others = (closed?.people ?? []).filter((peerId) => peerId !== ownPeerId);
  const names = contacts.namesOf(others.slice(0, maxNamed)).join(', ') + (others.length > maxNamed ? ', …' : '');
  return say('chat.opened-private', { room: contacts.titleOf(conversation), name, names: names || say('chat.no-one') });
}
