/**
 * Room messages as hosts see them: history in the order of the room, and the marks of each message
 * (rules ROOM-30, ROOM-127). The store has the messages; this adds what depends on the time.
 */
import { isLater, partsOf, type ConversationId, type Cursor, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { HistoryOptions, MessageStore, StoredMessage } from '../../messaging/ports.ts';
import { cursorOfPlace } from '../order/place.ts';
import { isFarAhead, maxNearMs } from '../order/room-clock.ts';
import { isLate } from '../order/room-time.ts';
import type { RoomMessage } from '../rooms.ts';
import { maxClockCount, maxMessageNumber, type RoomClock } from '../wire/block.ts';
import { maxPage, type KeptBy } from '../../../../shared/contract/messages.ts';

export interface RoomMessages {
  /** Adds the marks of now. */
  shown(message: StoredMessage): RoomMessage;
  /** The same for the messages of one block, with the same clock. */
  allShown(messages: readonly StoredMessage[], keptBy?: KeptBy): readonly RoomMessage[];
  history(conversation: ConversationId, options: HistoryOptions): readonly RoomMessage[];
  ahead(conversation: ConversationId): readonly RoomMessage[];
  get(messageId: string): RoomMessage | undefined;
  /** Whether a clock is ahead of room time now. */
  isAheadNow(clock: RoomClock): boolean;
}

interface Deps {
  readonly store: Pick<MessageStore, 'history' | 'get'>;
  readonly ownPeerId: PeerId;
  readonly roomTimeMs: () => number;
  readonly countOf: (messageId: MessageId) => KeptBy | undefined;
}

export function createRoomMessages({ store, ownPeerId, roomTimeMs, countOf }: Deps): RoomMessages {
  return {
    shown,
    allShown(messages, keptBy) {
      const [first] = messages;
      if (!first) return [];
      const { late, ahead } = shown(first);
      return messages.map((message) => ({ ...message, late, ahead, ...(keptBy && { keptBy }) }));
    },
    isAheadNow: (clock) => isFarAhead(clock, roomTimeMs()),
    history(conversation, { limit, before, after }) {
      // Of a room that the user was never in, the store takes no place for a cursor.
      if (store.history(conversation, { limit: 1 }).length === 0) return [];
      const end = endOfNow();
      // One of the two at most; what is ahead stands behind the end.
      if (after !== undefined) {
        const page = store.history(conversation, { limit, after });
        return page.filter(({ cursor }) => isLater(end, cursor)).map(shown);
      }
      const from = before !== undefined && isLater(end, before) ? before : end;
      return store.history(conversation, { limit, before: from }).map(shown);
    },
    ahead: (conversation) =>
      store
        .history(conversation, { limit: maxPage })
        .map(shown)
        .filter(({ ahead }) => ahead)
        .reverse(),
    get(messageId) {
      const message = store.get(messageId);
      return message && partsOf(message.conversation).type === 'room' ? shown(message) : undefined;
    },
  };

  function shown(message: StoredMessage): RoomMessage {
    const clock = message.place?.clock;
    const isOwn = message.from === ownPeerId;
    const keptBy = isOwn ? countOf(message.messageId) : undefined;
    return {
      ...message,
      late: !isOwn && clock !== undefined && isLate(clock, message.receivedAtMs),
      ahead: clock !== undefined && isFarAhead(clock, roomTimeMs()),
      ...(keptBy && { keptBy }),
    };
  }

  /** The place behind all messages that are not ahead. */
  function endOfNow(): Cursor {
    const clock = { ms: Math.floor(roomTimeMs()) + maxNearMs, count: maxClockCount };
    return cursorOfPlace({ clock, tag: 'f'.repeat(16), number: maxMessageNumber });
  }
}
