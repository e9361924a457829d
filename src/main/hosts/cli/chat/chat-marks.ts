/** Says in a terminal chat what becomes of the messages that were written in it: waiting, delivered, read, refused, taken back. */
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
  /** A message was written here. */
  follow(message: StoredMessage): void;
  delivered(event: Extract<MessagingEvent, { type: 'delivery' }>): void;
  end(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly messages: Pick<MessagesArea, 'get'>;
  readonly people: ChatContacts;
  readonly screen: ChatScreen;
  readonly isOpen: (conversation: ConversationId) => boolean;
}

/** A message that is not delivered by then is said to wait. */
const waitingAfterMs = 2_000;
/** Messages whose fate is told; of older ones `/history` tells. */
const maxFollowed = 1_000;

export function createChatMarks({ clock, messages, people, screen, isOpen }: Deps): ChatMarks {
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
      // What is wrong with the store is told as health.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  function sayState({ text, conversation }: StoredMessage, state: DeliveryState): void {
    const where = isOpen(conversation) ? 'open' : 'elsewhere';
    const mark = say('chat.mark', { state, where, name: people.titleOf(conversation), excerpt: excerpt(text) });
    screen.say(mark.trimEnd());
  }

  function forget(messageId: MessageId): void {
    followed.get(messageId)?.cancelTimer();
    followed.delete(messageId);
  }
}
