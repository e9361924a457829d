/**
 * A MessageStore that lasts as long as the process: for a system without SQLite, a folder that
 * cannot be written, and simulations. It passes the contract suite of the store on disk
 * (test/contract/store).
 */
import { conversationOf, peerOfConversation, type ConversationId, type Cursor, type PeerId } from '../../../../shared/lib/ids.ts';
import {
  StoreError,
  type Contact,
  type DeletionSlice,
  type HistoryOptions,
  type ReadMessage,
  type SearchOptions,
  type SearchSlice,
  type StoredMessage,
} from '../../../core/messaging/ports.ts';
import { defaultRoomLimits, type HistoryStore, type RoomLimits } from '../../../core/rooms/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { blockOfCursor, cursorAt, positionOf } from '../query/cursor.ts';
import { createSlice } from '../query/slice.ts';
import { createMemoryDrafts } from './memory-drafts.ts';
import { createMemoryMarks } from './memory-marks.ts';
import { createMemoryMessages, type Conversation, type MemoryMessages } from './memory-messages.ts';
import { createMemoryRooms, type MemoryRooms } from './memory-rooms.ts';
import { createMemoryTransfers } from './memory-transfers.ts';
import { parseQuery } from '../../../../shared/text/search-words.ts';
import { createMemoryTransactions, type MemoryTransactions } from './memory-transactions.ts';
import { toRowLimit } from '../query/row-limit.ts';

/** Some 100 MB of ordinary messages. */
const defaultMaxMessages = 100_000;

/** Bytes of blocks per room: these too are in memory. */
const defaultLimits: RoomLimits = { ...defaultRoomLimits, roomBytes: 64 * 1024 * 1024 };

/** Messages deleted at a time. Each slice copies the list of all messages: some 5 ms. */
const deletedPerSlice = 1_000;

export function createMemoryStore(
  { clock }: { readonly clock: Clock },
  {
    maxMessages = defaultMaxMessages,
    roomLimits = defaultLimits,
  }: { readonly maxMessages?: number; readonly roomLimits?: RoomLimits } = {},
): HistoryStore {
  const transactions = createMemoryTransactions();
  const messages = createMemoryMessages(transactions, { maxMessages });
  const sequences = new Map<string, number>();
  const contacts = new Map<PeerId, Contact>();
  const { read, write } = transactions;
  const rooms = createMemoryRooms(transactions, messages, roomLimits);

  return {
    ...{ rooms: rooms.store, drafts: createMemoryDrafts(transactions) },
    ...{ ...createMemoryMarks(transactions), ...createMemoryTransfers(transactions) },
    batch: (act) => transactions.batch(act),
    addOutgoing: (draft, state = 'queued') =>
      write(() => {
        const key = `${draft.conversation} ${draft.from}`;
        const sequence = (sequences.get(key) ?? 0) + 1;
        const message = messages.add({ ...draft, sequence, receivedAtMs: clock.wallMs(), state });
        if (!message) throw new StoreError('failed', 'that message was added before');
        transactions.put(sequences, key, sequence);
        return message;
      }),
    addIncoming: (message) => write(() => messages.add(message)),
    get: (messageId, from) => read(() => messages.find(messageId, from)),
    setState: (messageId, state) => write(() => messages.setState(messageId, state)),
    setStatesOf: (changed, state) => write(() => changed.map(({ messageId }) => messages.setState(messageId, state))),
    undelivered: (recipient, { afterSequence, limit }) =>
      read(() =>
        waitingIn(messages, conversationOf(recipient))
          .filter(({ sequence }) => sequence > afterSequence)
          .sort((a, b) => a.sequence - b.sequence || a.position - b.position)
          .slice(0, toRowLimit(limit)),
      ),
    history: (id, { limit, ...places }) =>
      read(() => {
        const page = { ...places, limit: toRowLimit(limit) };
        return rooms.isPlaced(id) ? rooms.history(id, page) : historyByArrival(messages, id, page);
      }),
    search: (text, options) => read(() => searchSlice(text, options)),
    hasWrittenTo: (recipient) => read(() => hasWrittenTo(conversationOf(recipient))),
    conversations: (limit, here = []) =>
      read(() => {
        const rankOf = (id: ConversationId): number => {
          const peerId = peerOfConversation(id);
          if (peerId === undefined || hasWrittenTo(id) || contacts.get(peerId)?.verified) return 1;
          return here.includes(peerId) ? 2 : 3;
        };
        const filled = [...messages.conversations].filter(([, { positions }]) => positions.length > 0);
        const all = filled.map(([conversation, { positions }]) => ({
          conversation,
          latest: positions.at(-1) ?? 0,
          last: rooms.history(conversation, { limit: 1 })[0] ?? messages.at(positions.at(-1) ?? 0),
          unread: rooms.isPlaced(conversation) ? rooms.unread(conversation) : unreadIn(messages, conversation).length,
        }));
        const latestFirst = all.sort((a, b) => b.latest - a.latest);
        const first = latestFirst.toSorted((a, b) => rankOf(a.conversation) - rankOf(b.conversation)).slice(0, toRowLimit(limit));
        return first
          .sort((a, b) => b.latest - a.latest)
          .map(({ conversation, last, unread }) => ({ conversation, last, unread }));
      }),
    markRead: (id, through, limit = Infinity) =>
      write(() =>
        rooms.isPlaced(id)
          ? rooms.markRead(id, through, toRowLimit(limit))
          : markRead(id, positionOf(through), toRowLimit(limit)),
      ),
    putContact: ({ peerId, name, nameSinceMs, firstSeenMs, lastSeenMs, verified, blocked }) =>
      write(() => transactions.put(contacts, peerId, { peerId, name, nameSinceMs, firstSeenMs, lastSeenMs, verified, blocked })),
    removeContacts: (peerIds) =>
      write(() => {
        for (const peerId of peerIds) {
          const before = contacts.get(peerId);
          transactions.change(
            () => void contacts.delete(peerId),
            () => before && contacts.set(peerId, before),
          );
        }
      }),
    contacts: () => read(() => [...contacts.values()].sort((a, b) => (a.peerId < b.peerId ? -1 : 1))),
    correspondents: () =>
      read(() => {
        const filled = [...messages.conversations].filter(([, { positions }]) => positions.length > 0).map(([id]) => id);
        const written = [...sequences.keys()].map((key) => key.split(' ')[0] as ConversationId);
        return [...new Set([...filled, ...written])].flatMap((id) => {
          const peerId = peerOfConversation(id);
          return peerId === undefined ? [] : { peerId, isAnswered: hasWrittenTo(id) };
        });
      }),
    clear: (id, after) => write(() => (rooms.isPlaced(id) ? rooms.clear(id, after) : removeSlice(messages.inOrder(id), after))),
    deleteOlderThan: (receivedAtMs, after) =>
      write(() => {
        if (after !== undefined && blockOfCursor(after) !== undefined) return rooms.removeOlder(receivedAtMs, after);
        const slice = removeSlice(readBefore(messages, rooms, receivedAtMs), after);
        const next = slice.next ?? rooms.firstBlock();
        return { ...slice, ...(next !== undefined && { next }) };
      }),
    *exportMessages(id, afterPosition = 0) {
      yield* read(() => messages.inOrder(id).filter(({ position }) => position > afterPosition));
    },
    close: transactions.close,
  };

  function searchSlice(text: string, { limit, conversation, before }: SearchOptions): SearchSlice {
    const query = parseQuery(text);
    const beforePosition = before === undefined ? Infinity : positionOf(before);
    const slice = createSlice(clock);
    const found: StoredMessage[] = [];
    for (const message of messages.inOrder(conversation).reverse()) {
      if (found.length >= toRowLimit(limit)) break;
      if (message.position >= beforePosition) continue;
      slice.spend(message.text.length);
      if (query.matches(message.text)) found.push(message);
      if (slice.isSpent()) return { found, next: cursorAt(message.position) };
    }
    return { found };
  }

  function removeSlice(doomed: readonly StoredMessage[], after: Cursor | undefined): DeletionSlice {
    const start = after === undefined ? 0 : positionOf(after);
    const rest = doomed.filter(({ position }) => position > start);
    const last = rest[deletedPerSlice - 1];
    return {
      deleted: messages.remove(rest.slice(0, deletedPerSlice)),
      ...(last && { next: cursorAt(last.position) }),
    };
  }

  function hasWrittenTo(id: ConversationId): boolean {
    return [...sequences.keys()].some((key) => key.startsWith(`${id} `));
  }

  function markRead(id: ConversationId, throughPosition: number, limit: number): readonly ReadMessage[] {
    const conversation = messages.conversations.get(id);
    const through = Math.min(throughPosition, conversation?.positions.at(-1) ?? 0);
    if (!conversation || !(through > conversation.readPosition)) return [];
    const unread = unreadIn(messages, id).filter(({ position }) => position <= through);
    const newlyRead = unread.slice(0, limit);
    moveReadPosition(
      transactions,
      conversation,
      newlyRead.length < limit ? through : (newlyRead.at(-1)?.position ?? conversation.readPosition),
    );
    return newlyRead.map(({ messageId, from }) => ({ messageId, from }));
  }
}

function moveReadPosition({ change }: MemoryTransactions, conversation: Conversation, through: number): void {
  const before = conversation.readPosition;
  change(
    () => void (conversation.readPosition = through),
    () => void (conversation.readPosition = before),
  );
}

function historyByArrival(
  messages: MemoryMessages,
  id: ConversationId,
  { limit, before, after }: HistoryOptions,
): readonly StoredMessage[] {
  const beforePosition = before === undefined ? Infinity : positionOf(before);
  const afterPosition = after === undefined ? undefined : positionOf(after);
  const positions = messages.conversations.get(id)?.positions ?? [];
  if (afterPosition !== undefined) {
    const start = positions.findLastIndex((position) => position <= afterPosition) + 1;
    return positions
      .slice(start, start + limit)
      .reverse()
      .map(messages.at);
  }
  const end = positions.findLastIndex((position) => position < beforePosition) + 1;
  return positions
    .slice(Math.max(end - limit, 0), end)
    .reverse()
    .map(messages.at);
}

function waitingIn(messages: MemoryMessages, id: ConversationId): StoredMessage[] {
  return [...(messages.conversations.get(id)?.waiting ?? [])].map(messages.at);
}

function unreadIn(messages: MemoryMessages, id: ConversationId): readonly StoredMessage[] {
  const conversation = messages.conversations.get(id);
  if (!conversation) return [];
  const first = conversation.positions.findLastIndex((position) => position <= conversation.readPosition) + 1;
  return conversation.positions
    .slice(first)
    .map(messages.at)
    .filter(({ state }) => state === undefined);
}

/** Up to the first message that was persisted at that time or later. */
function readBefore(messages: MemoryMessages, rooms: MemoryRooms, receivedAtMs: number): readonly StoredMessage[] {
  const all = messages.inOrder();
  const end = all.findIndex((message) => message.receivedAtMs >= receivedAtMs);
  return all
    .slice(0, end === -1 ? all.length : end)
    .filter(({ conversation }) => !rooms.isPlaced(conversation))
    .filter(({ conversation, position, state }) => state !== undefined || position <= readPositionOf(messages, conversation));
}

function readPositionOf(messages: MemoryMessages, conversation: ConversationId): number {
  return messages.conversations.get(conversation)?.readPosition ?? 0;
}
