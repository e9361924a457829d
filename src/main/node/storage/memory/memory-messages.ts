/**
 * The messages of a memory store, found by position, conversation and id, and changed so that every change can be undone. Bounded: beyond its
 * limit the oldest go, but for those that wait to be delivered.
 */
import type { ConversationId, MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { DeliveryState, StoredMessage } from '../../../core/messaging/ports.ts';
import { cursorAt } from '../query/cursor.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export interface MemoryMessages {
  /** @returns undefined if that author's message is here, or was */
  add(message: Omit<StoredMessage, 'position' | 'cursor'>): StoredMessage | undefined;
  setState(messageId: MessageId, state: DeliveryState): boolean;
  /** All but those that wait to be delivered. @returns how many */
  remove(doomed: readonly StoredMessage[]): number;
  /** @param from absent means ours, or else the first */
  find(messageId: MessageId, from?: PeerId): StoredMessage | undefined;
  conversations: ReadonlyMap<ConversationId, Conversation>;
  inOrder(conversation?: ConversationId): StoredMessage[];
  at(position: number): StoredMessage;
}

export interface Conversation {
  /** Rising. Replaced, not changed, when some are deleted. */
  positions: number[];
  /** Of our own that are not delivered. */
  readonly waiting: Set<number>;
  readPosition: number;
}

/** Of the messages, this share goes at once when there are too many: one by one, each would cost a look at all. */
const dropShare = 0.1;

/** A state may only become a later one; what failed or was cancelled stays so. */
const rank: Record<DeliveryState, number> = { queued: 1, sent: 2, delivered: 3, read: 4, failed: 5, cancelled: 5 };

export function createMemoryMessages(
  { change, put }: MemoryTransactions,
  { maxMessages }: { readonly maxMessages: number },
): MemoryMessages {
  const messages = new Map<number, StoredMessage>();
  const conversations = new Map<ConversationId, Conversation>();
  /** Per id the position that each author's message has, or had: deleted ones are not taken for new when they come again. */
  const ids = new Map<MessageId, Map<PeerId, number>>();
  let lastPosition = 0;

  return { add, setState, remove, find, conversations, inOrder, at };

  function add(draft: Omit<StoredMessage, 'position' | 'cursor'>): StoredMessage | undefined {
    if (ids.get(draft.messageId)?.has(draft.from)) return undefined;
    if (messages.size >= maxMessages) dropOldest();
    // Not given back by an undo: a position is never used again.
    lastPosition += 1;
    const message = { ...draft, position: lastPosition, cursor: cursorAt(lastPosition) };
    const conversation = conversations.get(draft.conversation) ?? { positions: [], waiting: new Set(), readPosition: 0 };
    const authors = ids.get(draft.messageId) ?? new Map<PeerId, number>();
    put(conversations, draft.conversation, conversation);
    put(messages, message.position, message);
    put(ids, draft.messageId, authors);
    put(authors, draft.from, message.position);
    change(
      () => void conversation.positions.push(message.position),
      () => void conversation.positions.pop(),
    );
    if (message.state !== undefined) {
      change(
        () => void conversation.waiting.add(message.position),
        () => void conversation.waiting.delete(message.position),
      );
    }
    return message;
  }

  function setState(messageId: MessageId, state: DeliveryState): boolean {
    const before = find(messageId);
    if (before?.state === undefined) return false;
    const limit = state === 'failed' || state === 'cancelled' ? rank.delivered : rank[state];
    if (rank[before.state] >= limit) return false;
    put(messages, before.position, { ...before, state });
    const waiting = conversations.get(before.conversation)?.waiting;
    if (state !== 'sent' && waiting?.has(before.position)) {
      change(
        () => void waiting.delete(before.position),
        () => void waiting.add(before.position),
      );
    }
    return true;
  }

  function remove(doomed: readonly StoredMessage[]): number {
    const removable = doomed.filter(({ state }) => state !== 'queued' && state !== 'sent');
    const gone = new Set(removable.map(({ position }) => position));
    for (const id of new Set(removable.map((message) => message.conversation))) {
      const conversation = conversations.get(id);
      if (!conversation) continue;
      const before = conversation.positions;
      change(
        () => void (conversation.positions = before.filter((position) => !gone.has(position))),
        () => void (conversation.positions = before),
      );
    }
    const before = [...messages];
    change(
      () => {
        for (const position of gone) messages.delete(position);
      },
      () => {
        // In their order again.
        messages.clear();
        for (const [position, message] of before) messages.set(position, message);
      },
    );
    return removable.length;
  }

  function dropOldest(): void {
    const count = Math.ceil(maxMessages * dropShare);
    remove(inOrder().slice(0, count));
    const oldIds = [...ids.keys()].slice(0, Math.max(ids.size - 2 * maxMessages, 0));
    for (const id of oldIds) ids.delete(id);
  }

  function find(messageId: MessageId, from?: PeerId): StoredMessage | undefined {
    const found = [...(ids.get(messageId) ?? [])].flatMap(([author, position]) =>
      from === undefined || from === author ? (messages.get(position) ?? []) : [],
    );
    found.sort((a, b) => Number(a.state === undefined) - Number(b.state === undefined) || a.position - b.position);
    return found[0];
  }

  function inOrder(id?: ConversationId): StoredMessage[] {
    return id === undefined ? [...messages.values()] : (conversations.get(id)?.positions ?? []).map(at);
  }

  function at(position: number): StoredMessage {
    const message = messages.get(position);
    if (!message) throw new Error(`there is no message at ${position}`);
    return message;
  }
}
