/**
 * The conversations of a terminal chat: the open one, unread counts of the others, and the
 * deliveries of messages that were sent here. Showing is left to the screen, storing and delivering
 * to the core.
 */
import { conversationOf, type ConversationId, type PeerId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import type { HallwayEvent } from '../../../core/hallway.ts';
import { StoreError, type StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import type { ChatContacts } from './chat-contacts.ts';
import type { ChatScreen } from './chat-screen.ts';
import { createChatMarks } from './chat-marks.ts';
import { dayText, excerpt, messageText } from './chat-text.ts';

export interface ChatConversations {
  /** The peer of the open conversation. */
  opened(): PeerId | undefined;
  /** Shows the latest messages and marks them as read. */
  open(peerId: PeerId): Promise<void>;
  close(): void;
  send(peerId: PeerId, text: string): Promise<void>;
  /** Cancels the latest queued message of the open conversation. */
  cancelLatest(): Promise<void>;
  /** Shows the latest messages of the open conversation. */
  showHistory(limit: number): void;
  search(text: string): Promise<void>;
  unreadOf(peerId: PeerId): number;
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
  readonly ownPeerId: PeerId;
  readonly contacts: ChatContacts;
  readonly screen: ChatScreen;
}

/** Messages to show when a conversation opens, besides the unread ones. */
const openedCount = 10;
/** The most unread messages to show. Beyond it, a line says how to see the rest. */
const maxOpenedCount = 500;
/** Found messages to show. */
const foundCount = 20;
/** Conversations to read unread counts of. */
const maxConversations = 500;

export function createChatConversations({ clock, messages, ownPeerId, contacts, screen }: Deps): ChatConversations {
  const marks = createChatMarks({ clock, messages, contacts, screen, isOpen: (conversation) => conversation === opened });
  let unread = countUnread();
  let openedId: PeerId | undefined;
  /** The conversation with them. */
  let opened: ConversationId | undefined;

  return {
    opened: () => openedId,
    async open(peerId) {
      openedId = peerId;
      const conversation = (opened = conversationOf(peerId));
      const name = contacts.nameOf(peerId);
      screen.say(say('chat.opened', { name, where: contacts.isHere(peerId) ? 'here' : 'away' }));
      const unreadHere = unread.get(conversation) ?? 0;
      if (unreadHere > maxOpenedCount) screen.say(say('chat.many-unread', { shown: maxOpenedCount, count: unreadHere }));
      show(messages.history(conversation, { limit: openedCount + Math.min(unreadHere, maxOpenedCount) }));
      await markRead(messages.history(conversation, { limit: 1 })[0]);
      showPrompt();
    },
    close() {
      openedId = opened = undefined;
      showPrompt();
    },
    async send(peerId, text) {
      const sent = await messages.send(peerId, text);
      if (!sent.ok) return screen.say(say('chat.error', { refusal: describeRefusal(sent) }));
      marks.follow(sent.message);
    },
    async cancelLatest() {
      if (opened === undefined) return screen.say(say('chat.none-open'));
      const own = messages.history(opened, { limit: 50 }).find(({ from, state }) => from === ownPeerId && state === 'queued');
      if (own && (await messages.cancel(own.messageId))) return;
      screen.say(say('chat.too-late'));
    },
    showHistory(limit) {
      if (opened === undefined) return screen.say(say('chat.none-open-pm'));
      show(messages.history(opened, { limit }));
    },
    async search(text) {
      const found = await messages.search(text, { limit: foundCount });
      if (found.length === 0) return screen.say(say('chat.nothing-found'));
      for (const message of found.toReversed()) {
        const who =
          message.from === ownPeerId
            ? say('chat.you-to', { name: contacts.titleOf(message.conversation) })
            : contacts.nameOf(message.from);
        screen.say(`${dayText(message.receivedAtMs)} ${who}: ${excerpt(message.text, screen.width() - 16 - who.length)}`);
      }
    },
    unreadOf: (peerId) => unread.get(conversationOf(peerId)) ?? 0,
    unread: () => unread,
    onEvent(event) {
      if (event.type === 'message') received(event.message);
      if (event.type === 'delivery') marks.delivered(event);
      if (event.type === 'conversation-changed') {
        unread = countUnread();
        showPrompt();
      }
    },
    showPrompt,
    end: marks.end,
  };

  function countUnread(): Map<ConversationId, number> {
    try {
      const conversations = messages.conversations(maxConversations).filter((summary) => summary.unread > 0);
      return new Map(conversations.map((summary) => [summary.conversation, summary.unread]));
    } catch (error) {
      if (error instanceof StoreError) return new Map();
      throw error;
    }
  }

  function showPrompt(): void {
    const total = [...unread].reduce((sum, [conversation, count]) => (conversation === opened ? sum : sum + count), 0);
    const mark = total > 0 ? say('chat.unread-prompt', { count: total }) : '';
    screen.setPrompt(mark + (openedId === undefined ? '' : contacts.nameOf(openedId)));
  }

  function received(message: StoredMessage): void {
    const author = contacts.nameOf(message.from);
    if (message.conversation === opened) {
      screen.say(messageText(message, author));
      void markRead(message);
      return;
    }
    const count = (unread.get(message.conversation) ?? 0) + 1;
    unread.set(message.conversation, count);
    const head = say('chat.unread-message', { name: author, count });
    screen.say(head + excerpt(message.text, screen.width() - head.length));
    showPrompt();
  }

  async function markRead(message: StoredMessage | undefined): Promise<void> {
    if (!message) return;
    unread.delete(message.conversation);
    await messages.markRead(message.conversation, message.cursor);
  }

  /** @param newestFirst in the order of the store */
  function show(newestFirst: readonly StoredMessage[]): void {
    let day = '';
    for (const message of newestFirst.toReversed()) {
      const nextDay = dayText(message.receivedAtMs);
      if (nextDay !== day) screen.say(`-- ${nextDay}`);
      day = nextDay;
      screen.say(messageText(message, message.from === ownPeerId ? say('chat.you') : contacts.nameOf(message.from)));
    }
  }
}
