/** Serves the calls about messages, and sends their events. A message never waits for the next delta. */
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Message, messageCalls } from '../../../../shared/contract/messages.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { StoreError, type StoredMessage } from '../../../core/messaging/ports.ts';
import type { Talk } from '../../../core/direct-messages.ts';
import { notAvailable, notKept, refused } from './failures.ts';

/** Conversations in one answer: more than anybody scrolls through. */
const maxConversations = 500;

export function messageHandlers({ talk }: Pick<Hallway, 'talk'>): HandlersOf<typeof messageCalls> {
  return {
    conversations: () =>
      answer((messages) => ({
        conversations: messages.conversations(maxConversations).map((summary) => ({ ...summary, last: toMessage(summary.last) })),
      })),
    history: ({ conversation, limit, beforePosition }) =>
      answer((messages) => {
        const page = messages.history(conversation, { limit, ...(beforePosition !== undefined && { beforePosition }) });
        return { messages: page.map(toMessage) };
      }),
    search: ({ text, limit, conversation }) =>
      answer((messages) => {
        const found = messages.search(text, { limit, ...(conversation !== undefined && { conversation }) });
        return { messages: found.map(toMessage) };
      }),
    async send({ to, text }) {
      if (!talk) return notAvailable;
      const sent = await talk.messages.send(to, text);
      return sent.ok ? { ok: true, output: toMessage(sent.message) } : refused(sent);
    },
    cancel: ({ messageId }) => answer(async (messages) => ({ cancelled: await messages.cancel(messageId) })),
    markRead: ({ conversation, throughPosition }) =>
      answer(async (messages) => {
        await messages.markRead(conversation, throughPosition);
        return {};
      }),
    setTyping: ({ peerId, isTyping }) =>
      answer((messages) => {
        messages.setTyping(peerId, isTyping);
        return {};
      }),
    async clearConversation({ conversation }) {
      const cleared = await answer((messages) => messages.clear(conversation));
      if (!cleared.ok) return cleared;
      return cleared.output === undefined ? notKept : { ok: true, output: { deleted: cleared.output } };
    },
  };

  /** A store that cannot be read now is an expected failure; messaging reports its cause. */
  async function answer<Output>(ask: (messages: Talk['messages']) => Output | Promise<Output>): Promise<CallResult<Output>> {
    if (!talk) return notAvailable;
    try {
      return { ok: true, output: await ask(talk.messages) };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { ok: false, code: 'not-readable', message: say('ui.not-readable', { systemCode: error.code }) };
    }
  }
}

/** @returns its undo */
export function forwardMessages(
  hallway: Pick<Hallway, 'subscribe'>,
  emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void,
): Unsubscribe {
  return hallway.subscribe((event) => {
    switch (event.type) {
      case 'message':
      case 'written':
        return emit('message', toMessage(event.message));
      case 'delivery':
        return emit('delivery', { messageId: event.messageId, conversation: event.conversation, state: event.state });
      case 'typing':
        return emit('typing', { peerId: event.peerId, isTyping: event.isTyping });
      case 'conversation-changed':
        return emit('conversationChanged', { conversation: event.conversation });
      default:
        return undefined;
    }
  });
}

function toMessage(stored: StoredMessage): Message {
  const { messageId, conversation, from, fromName, text, sentAtMs, receivedAtMs, state, position } = stored;
  return { messageId, conversation, from, fromName, text, sentAtMs, receivedAtMs, position, ...(state && { state }) };
}
