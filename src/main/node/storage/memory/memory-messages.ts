/**
 * The messages of a memory store, by position, conversation and id. Every change can be undone.
 * Bounded: beyond the limit the oldest go, except those that wait to be delivered.
 */
import type { ConversationId, Cursor, MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { DeliveryState, StoredMessage } from '../../../core/messaging/ports.ts';
import { cursorAt } from '../query/cursor.ts';
import type { MemoryTransactions } from './memory-transactions.ts';

export interface MemoryMessages {
  /** @returns undefined if that author's message is here, or has a tombstone */
  add(message: Omit<StoredMessage, 'position' | 'cursor'>, cursor?: Cursor): StoredMessage | undefined;
  /** Not of a message of a room: its block has its state. */
  setState(messageId: MessageId, state: DeliveryState): boolean;
  moveState(position: number, state: DeliveryState): boolean;
  /** Deletes all except those that wait to be delivered. @returns the number of deleted messages */
  remove(doomed: readonly StoredMessage[]): number;
  /** Deletes whatever waits too, and leaves no tombstones. @returns the number of deleted messages */
  erase(positions: readonly number[]): number;
  /** Marks a message of a room. */
  setCounts(position: number, counts: boolean): void;
  peek(position: number): StoredMessage | undefined;
  /** @param from absent means our own message, or else the first */
  find(messageId: MessageId, from?: PeerId): StoredMessage | undefined;
  conversations: ReadonlyMap<ConversationId, Conversation>;
  inOrder(conversation?: ConversationId): StoredMessage[];
  at(position: number): StoredMessage;
}

export interface Conversation {
  /** Rising. A deletion replaces the array rather than changing it. */
  positions: number[];
  /** Positions of our own messages that are not delivered. */
  readonly waiting: Set<number>;
  readPosition: number;
}

/** The share of messages to drop at once. One at a time, each would cost a scan. */
const dropShare = 0.1;

/** A state only moves forward. Failed and cancelled are final. */
const rank: Record<DeliveryState, number> = { queued: 1, sent: 2, delivered: 3, read: 4, failed: 5, cancelled: 5 };

export function createMemoryMessages(
  { change, put }: MemoryTransactions,
  { maxMessages }: { readonly maxMessages: number },
): MemoryMessages {
  const messages = new Map<number, StoredMessage>();
  const conversations = new Map<ConversationId, Conversation>();
  /**
   * The position of each author's message with that id. Entries of deleted messages are their
   * tombstones.
   */
  const ids = new Map<MessageId, Map<PeerId, number>>();
  let lastPosition = 0;

  const peek = (position: number): StoredMessage | undefined => messages.get(position);
  return { add, setState, moveState, remove, erase, setCounts, peek, find, conversations, inOrder, at };

  function add(draft: Omit<StoredMessage, 'position' | 'cursor'>, cursor?: Cursor): StoredMessage | undefined {
    if (ids.get(draft.messageId)?.has(draft.from)) return undefined;
    if (messages.size >= maxMessages) dropOldest();
    // An undo does not return it: a position is never used again.
    lastPosition += 1;
    const message = { ...draft, position: lastPosition, cursor: cursor ?? cursorAt(lastPosition) };
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
    const found = find(messageId);
    return found !== undefined && found.place === undefined && moveState(found.position, state);
  }

  function moveState(position: number, state: DeliveryState): boolean {
    const before = messages.get(position);
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
    return take(doomed.filter(({ state }) => state !== 'queued' && state !== 'sent'));
  }

  function erase(positions: readonly number[]): number {
    const doomed = positions.flatMap((position) => messages.get(position) ?? []);
    for (const { messageId, from, position, conversation } of doomed) {
      const waiting = conversations.get(conversation)?.waiting;
      if (waiting?.has(position)) {
        change(
          () => void waiting.delete(position),
          () => void waiting.add(position),
        );
      }
      const authors = ids.get(messageId);
      change(
        () => void authors?.delete(from),
        () => void authors?.set(from, position),
      );
    }
    return doomed.length === 0 ? 0 : take(doomed);
  }

  function setCounts(position: number, counts: boolean): void {
    const message = messages.get(position);
    if (message?.place) put(messages, position, { ...message, place: { ...message.place, counts } });
  }

  function take(removable: readonly StoredMessage[]): number {
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
        // Restores their order.
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
