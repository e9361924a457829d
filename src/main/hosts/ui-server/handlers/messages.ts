/** Serves the calls about messages, and sends their events. A message never waits for the next delta. */
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import { conversationOf, partsOf, type ConversationId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Conversation, Message, messageCalls } from '../../../../shared/contract/messages.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { StoreError, type ConversationSummary, type StoredMessage } from '../../../core/messaging/ports.ts';
import { isRoomMessage, type RoomMessage } from '../../../core/rooms/rooms.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import { notAvailable, notKept, refused, type Failure } from './failures.ts';
import { sendDraft } from './send-draft.ts';

/** Conversations in one answer: more than anybody scrolls through. */
const maxConversations = 500;

function isRoom(conversation: ConversationId): boolean {
  return partsOf(conversation).type === 'room';
}

const badCursor: Failure = { ok: false, code: 'bad-cursor', message: say('failure.bad-cursor') };

type Areas = Pick<Hallway, 'messages' | 'rooms' | 'marks' | 'mentions' | 'drafts'>;
/** Makes messages of the core those of the contract. */
type Mentions = Pick<Hallway['mentions'], 'isMention'>;

export function messageHandlers({ messages, rooms, marks, mentions, drafts }: Areas): HandlersOf<typeof messageCalls> {
  const shown = (message: StoredMessage): Message => toMessage(message, mentions);
  /** Rooms have an order and a read state of their own. */
  const areaOf = (conversation: ConversationId, direct: MessagesArea): Pick<MessagesArea, 'history' | 'markRead' | 'clear'> =>
    rooms !== undefined && isRoom(conversation) ? rooms : direct;
  return {
    conversations: () =>
      answer((area) => {
        const direct = area.conversations(maxConversations).filter(({ conversation }) => !isRoom(conversation));
        const all = [...(rooms?.conversations() ?? []), ...direct];
        return {
          conversations: all.map((summary) => toSummary(summary, { marks, mentions })),
          pinned: [...(marks?.pinned() ?? [])],
          muted: [...(marks?.muted() ?? [])],
        };
      }),
    history: ({ conversation, limit, before, after }) =>
      answer((area) => {
        const page = areaOf(conversation, area).history(conversation, {
          limit,
          ...(before !== undefined && { before }),
          ...(after !== undefined && { after }),
        });
        return { messages: page.map(shown) };
      }),
    search: ({ text, limit, conversation }) =>
      answer(async (area) => {
        const found = await area.search(text, { limit, ...(conversation !== undefined && { conversation }) });
        return { messages: found.map(shown) };
      }),
    async send({ to, text, draft }) {
      if (!messages) return notAvailable;
      const of = { conversation: conversationOf(to), version: draft };
      const sent = await sendDraft({ drafts }, of, (alongside) => messages.send(to, text, alongside));
      return sent.ok ? { ok: true, output: shown(sent.message) } : refused(sent);
    },
    cancel: ({ messageId }) => answer(async (area) => ({ cancelled: await area.cancel(messageId) })),
    markRead: ({ conversation, through }) =>
      answer(async (area) => {
        await areaOf(conversation, area).markRead(conversation, through);
        return {};
      }),
    setTyping: ({ peerId, isTyping }) =>
      answer((area) => {
        area.setTyping(peerId, isTyping);
        return {};
      }),
    async clearConversation({ conversation }) {
      const cleared = await answer((area) => areaOf(conversation, area).clear(conversation));
      if (!cleared.ok) return cleared;
      return cleared.output === undefined ? notKept : { ok: true, output: { deleted: cleared.output } };
    },
  };

  async function answer<Output>(ask: (area: MessagesArea) => Output | Promise<Output>): Promise<CallResult<Output>> {
    return messages ? answerFromStore(() => ask(messages)) : notAvailable;
  }
}

function toSummary(summary: ConversationSummary, { marks, mentions }: Pick<Areas, 'marks' | 'mentions'>): Conversation {
  const archived = marks?.isArchived(summary) ?? false;
  return { ...summary, last: toMessage(summary.last, mentions), mentions: mentions.unreadIn(summary), archived };
}

/** A store that cannot be read now is an expected failure; messaging reports its cause. */
export async function answerFromStore<Output>(ask: () => Output | Promise<Output>): Promise<CallResult<Output>> {
  try {
    return { ok: true, output: await ask() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'bad-cursor') return badCursor;
    return { ok: false, code: 'not-readable', message: say('failure.not-readable', { systemCode: error.code }) };
  }
}

/** @returns its undo */
export function forwardMessages(
  { messages, mentions }: Pick<Hallway, 'messages' | 'mentions'>,
  emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void,
): Unsubscribe {
  const undo = messages?.subscribe((event) => {
    switch (event.type) {
      case 'message':
      case 'written':
        return emit('message', toMessage(event.message, mentions));
      case 'delivery':
        return emit('delivery', { messageId: event.messageId, conversation: event.conversation, state: event.state });
      case 'typing':
        return emit('typing', { peerId: event.peerId, isTyping: event.isTyping });
      case 'conversation-changed':
        return emit('conversationChanged', { conversation: event.conversation });
      // All are in the health.
      case 'store-problem':
      case 'strangers-wait':
      case 'strangers-flood':
        return undefined;
    }
  });
  return () => undo?.();
}

export function toMessage(stored: StoredMessage | RoomMessage, mentions: Mentions): Message {
  const { messageId, conversation, from, fromName, text, sentAtMs, receivedAtMs, state, cursor } = stored;
  const message = { messageId, conversation, from, fromName, text, sentAtMs, receivedAtMs, cursor, ...(state && { state }) };
  if (!isRoomMessage(stored)) return message;
  const { late, ahead, keptBy } = stored;
  const mention = mentions.isMention(stored);
  return { ...message, ...(mention && { mention }), ...(late && { late }), ...(ahead && { ahead }), ...(keptBy && { keptBy }) };
}
