/**
 * Shows the delivery of messages that were sent in a terminal chat: waiting, delivered, read,
 * rejected, cancelled.
 */
import type { ConversationId, MessageId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../../core/lib/lru-map.ts';
import type { MessagingEvent } from '../../../core/messaging/messaging.ts';
import { StoreError, type DeliveryState, type StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import type { ChatContacts } from './chat-contacts.ts';
import type { ChatScreen } from './chat-screen.ts';
import { excerpt } from './chat-text.ts';

export interface ChatMarks {
  /** To be called for each message that was sent here. */
  follow(message: StoredMessage): void;
  delivered(event: Extract<MessagingEvent, { type: 'delivery' }>): void;
  end(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly messages: Pick<MessagesArea, 'get'>;
  readonly contacts: ChatContacts;
  readonly screen: ChatScreen;
  readonly isOpen: (conversation: ConversationId) => boolean;
}

/** After this time, an undelivered message is shown as waiting. */
const waitingAfterMs = 2_000;
/** Messages whose delivery is shown. `/history` shows older ones. */
const maxFollowed = 1_000;

export function createChatMarks({ clock, messages, contacts, screen, isOpen }: Deps): ChatMarks {
  const followed = createLruMap<MessageId, { readonly message: StoredMessage; readonly cancelTimer: Unsubscribe }>(maxFollowed);

  return {
    follow(message) {
      const cancelTimer = clock.setTimer(() => sayWaiting(message), waitingAfterMs);
      followed.set(message.messageId, { message, cancelTimer })?.cancelTimer();
    },
    delivered({ messageId, state }) {
      const own = followed.get(messageId);
      if (!own || state === 'queued' || state === 'sent') return;
      own.cancelTimer();
      sayState(own.message, state);
      if (state !== 'delivered') forget(messageId);
    },
    end() {
      for (const { cancelTimer } of followed.values()) cancelTimer();
      followed.clear();
    },
  };

  function sayWaiting(message: StoredMessage): void {
    try {
      const state = messages.get(message.messageId)?.state;
      if (state === 'queued' || state === 'sent') sayState(message, state);
    } catch (error) {
      // Health reports what is wrong with the store.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  function sayState({ text, conversation }: StoredMessage, state: DeliveryState): void {
    const where = isOpen(conversation) ? 'open' : 'elsewhere';
    const mark = say('chat.mark', { state, where, name: contacts.titleOf(conversation), excerpt: excerpt(text) });
    screen.say(mark.trimEnd());
  }

  function forget(messageId: MessageId): void {
    followed.get(messageId)?.cancelTimer();
    followed.delete(messageId);
  }
}
