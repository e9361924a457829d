/** The calls and events of a user interface that concern messages and people; `user-interface.ts` serves the rest. */
import type { EventName, EventPayload } from '../../../shared/contract/index.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Acquaintance, Message } from '../../../shared/contract/messages.ts';
import type { CallResult, Handlers } from '../../../shared/rpc/rpc.ts';
import { describeRefusal } from '../../../shared/text/messages/describe-problem.ts';
import { say } from '../../../shared/text/messages/page.ts';
import type { Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { Hallway } from '../../core/hallway.ts';
import { StoreError, type StoredMessage } from '../../core/messaging/ports.ts';
import type { Talk } from '../../core/direct-messages.ts';

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

const notAvailable: Failure = { ok: false, code: 'not-available', message: say('ui.not-available') };

const notKept: Failure = { ok: false, code: 'not-kept', message: say('ui.not-kept') };

/** The core answers codes and values; the page is told a sentence. */
export function refused({ code, values }: Refusal): Failure {
  return { ok: false, code, message: describeRefusal({ code, values }) };
}

export function talkHandlers(hallway: Hallway): Pick<Handlers, TalkCalls> {
  const { talk } = hallway;
  const people = talk?.people;
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
    acquaintance: ({ peerId }) => acquaintanceOf(hallway, peerId),
    setVerified: ({ peerId, verified }) => decide(peerId, people?.setVerified(peerId, verified)),
    setBlocked: ({ peerId, blocked }) => decide(peerId, people?.setBlocked(peerId, blocked)),
  };

  /** What cannot be read now is an answer too; messaging tells of the cause. */
  async function answer<Output>(ask: (messages: Talk['messages']) => Output | Promise<Output>): Promise<CallResult<Output>> {
    if (!talk) return notAvailable;
    try {
      return { ok: true, output: await ask(talk.messages) };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { ok: false, code: 'not-readable', message: say('ui.not-readable', { systemCode: error.code }) };
    }
  }

  function decide(peerId: string, kept: boolean | undefined): CallResult<Acquaintance> {
    const known = acquaintanceOf(hallway, peerId);
    if (!known.ok || kept) return known;
    return notKept;
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
  if (!known) return { ok: false, code: 'unknown-peer', message: say('ui.unknown-peer') };
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
