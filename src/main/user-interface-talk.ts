/** The calls and events of a user interface that concern messages and people; `user-interface.ts` serves the rest. */
import type { EventName, EventPayload } from '../shared/contract.ts';
import type { Unsubscribe } from '../shared/link.ts';
import type { Acquaintance, Message } from '../shared/message-model.ts';
import type { CallResult, Handlers } from '../shared/rpc.ts';
import type { Hallway } from './hallway.ts';
import type { StoredMessage } from './messaging/ports.ts';

type TalkCalls =
  | 'conversations'
  | 'history'
  | 'search'
  | 'send'
  | 'cancel'
  | 'markRead'
  | 'setTyping'
  | 'clearConversation'
  | 'acquaintance'
  | 'setVerified'
  | 'setBlocked';

/** Conversations listed: more than anybody scrolls through. */
const maxConversations = 500;

type Failure = { readonly ok: false; readonly code: string; readonly message: string };

const notAvailable: Failure = { ok: false, code: 'not-available', message: 'This node cannot talk to anybody.' };

export function talkHandlers(hallway: Hallway): Pick<Handlers, TalkCalls> {
  const { talk } = hallway;
  const messages = talk?.messages;
  return {
    conversations: () =>
      answer(
        messages && {
          conversations: messages
            .conversations(maxConversations)
            .map((summary) => ({ ...summary, last: toMessage(summary.last) })),
        },
      ),
    history: ({ conversation, limit, beforePosition }) =>
      answer(
        messages && {
          messages: messages
            .history(conversation, { limit, ...(beforePosition !== undefined && { beforePosition }) })
            .map(toMessage),
        },
      ),
    search: ({ text, limit, conversation }) =>
      answer(
        messages && {
          messages: messages.search(text, { limit, ...(conversation !== undefined && { conversation }) }).map(toMessage),
        },
      ),
    async send({ to, text }) {
      if (!messages) return notAvailable;
      const sent = await messages.send(to, text);
      return sent.ok ? { ok: true, output: toMessage(sent.message) } : sent;
    },
    cancel: async ({ messageId }) => answer(messages && { cancelled: await messages.cancel(messageId) }),
    async markRead({ conversation, throughPosition }) {
      await messages?.markRead(conversation, throughPosition);
      return answer(messages && {});
    },
    setTyping({ peerId, isTyping }) {
      messages?.setTyping(peerId, isTyping);
      return answer(messages && {});
    },
    clearConversation: async ({ conversation }) => answer(messages && { deleted: await messages.clear(conversation) }),
    acquaintance: ({ peerId }) => acquaintanceOf(hallway, peerId),
    setVerified: ({ peerId, verified }) => decide(peerId, talk?.people.setVerified(peerId, verified)),
    setBlocked: ({ peerId, blocked }) => decide(peerId, talk?.people.setBlocked(peerId, blocked)),
  };

  function decide(peerId: string, kept: boolean | undefined): CallResult<Acquaintance> {
    const known = acquaintanceOf(hallway, peerId);
    if (!known.ok || kept) return known;
    return { ok: false, code: 'not-kept', message: 'That could not be kept. The disk may be full.' };
  }
}

/** @returns its undo */
export function forwardTalk(
  hallway: Hallway,
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

function acquaintanceOf({ talk }: Hallway, peerId: string): CallResult<Acquaintance> {
  if (!talk) return notAvailable;
  const known = talk.people.acquaintance(peerId);
  if (!known) return { ok: false, code: 'unknown-peer', message: 'Nobody with that key was ever seen here.' };
  const earlier = talk.people.earlierHolder(peerId);
  const { name, firstSeenMs, verified, blocked } = known;
  return {
    ok: true,
    output: {
      peerId,
      name,
      firstSeenMs,
      verified,
      blocked,
      safetyCode: talk.people.safetyCode(peerId),
      earlierHolder: earlier ? { peerId: earlier.peerId, name: earlier.name, verified: earlier.verified } : null,
    },
  };
}

function answer<Output>(output: Output | undefined): CallResult<Output> {
  return output === undefined ? notAvailable : { ok: true, output };
}
