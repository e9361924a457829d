/**
 * The user's marks on conversations: pinned ones in the order of the user, archived ones, and all of
 * them read at once (rules LIST-1 to LIST-4). Messages know nothing of it.
 */
import { maxPinned } from '../../../shared/contract/marks.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { MessagesArea } from '../messaging/messages.ts';
import { StoreError, type ConversationSummary } from '../messaging/ports.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { ConversationMark, MarkStore } from '../messaging/mark-store.ts';

/** Archived conversations that are remembered; the one archived first is listed again then. */
const maxArchived = 1_000;
/** Conversations that are marked read at once. */
const maxRead = 10_000;

export interface MarksEvent {
  readonly type: 'marks-changed';
  readonly conversation: ConversationId;
}

export type MarksResult = { readonly ok: true } | Refusal<'not-kept' | 'too-many-pins'>;

export interface MarksArea {
  /** In the order of the user. */
  pinned(): readonly ConversationId[];
  isArchived(summary: Pick<ConversationSummary, 'conversation' | 'last'>): boolean;
  /** @param place among the pinned ones, from 0; beyond the last means the last; null unpins */
  pin(conversation: ConversationId, place: number | null): MarksResult;
  /** Archiving reads it. A conversation without messages is not archived. */
  archive(conversation: ConversationId, isArchived: boolean): Promise<MarksResult>;
  /** Rejects with a StoreError. */
  markAllRead(): Promise<void>;
  subscribe(listener: (event: MarksEvent) => void): Unsubscribe;
}

interface Deps {
  readonly store: MarkStore;
  readonly messages: Pick<MessagesArea, 'history' | 'conversations' | 'markRead'>;
  readonly rooms: Pick<Rooms, 'history' | 'conversations' | 'markRead'> | undefined;
  readonly onListenerError?: (error: unknown) => void;
}

export function createMarks({ store, messages, rooms, onListenerError }: Deps): MarksArea {
  const events = createEmitter<MarksEvent>(onListenerError);
  /** Read once: this process is the only writer. In the order of archiving. */
  let held: Map<ConversationId, ConversationMark> | undefined;

  const areaOf = (conversation: ConversationId): Pick<MessagesArea, 'history' | 'markRead'> =>
    rooms !== undefined && partsOf(conversation).type === 'room' ? rooms : messages;

  return {
    pinned: () => pins().map(({ conversation }) => conversation),
    isArchived({ conversation, last }) {
      const through = marks().get(conversation)?.archivedThrough ?? null;
      return through !== null && last.position <= through;
    },
    pin(conversation, place) {
      const others = pins().filter((mark) => mark.conversation !== conversation);
      if (place !== null && others.length >= maxPinned) return refuse('too-many-pins', { limit: maxPinned });
      const order = others.map((mark) => mark.conversation);
      if (place !== null) order.splice(place, 0, conversation);
      const changed = [
        ...order.map((id, pin) => ({ ...markOf(id), pin })),
        ...(place === null ? [{ ...markOf(conversation), pin: null }] : []),
      ];
      return put(changed, conversation);
    },
    async archive(conversation, isArchived) {
      const [last] = areaOf(conversation).history(conversation, { limit: 1 });
      if (isArchived && last === undefined) return { ok: true };
      if (isArchived && last !== undefined) await areaOf(conversation).markRead(conversation, last.cursor);
      const mark = { ...markOf(conversation), archivedThrough: isArchived && last !== undefined ? last.position : null };
      const archived = [...marks().values()].filter(({ archivedThrough }) => archivedThrough !== null);
      const dropped = isArchived ? archived.slice(0, Math.max(0, archived.length + 1 - maxArchived)) : [];
      return put([...dropped.map((old) => ({ ...old, archivedThrough: null })), mark], conversation);
    },
    async markAllRead() {
      const all = [...(rooms?.conversations() ?? []), ...messages.conversations(maxRead)];
      for (const { conversation, last, unread } of all) {
        if (unread > 0) await areaOf(conversation).markRead(conversation, last.cursor);
      }
    },
    subscribe: (listener) => events.subscribe(listener),
  };

  function marks(): Map<ConversationId, ConversationMark> {
    held ??= new Map(store.conversationMarks().map((mark) => [mark.conversation, mark]));
    return held;
  }

  function markOf(conversation: ConversationId): ConversationMark {
    return marks().get(conversation) ?? { conversation, pin: null, archivedThrough: null };
  }

  function pins(): readonly (ConversationMark & { readonly pin: number })[] {
    return [...marks().values()]
      .flatMap((mark) => (mark.pin === null ? [] : [{ ...mark, pin: mark.pin }]))
      .sort((a, b) => a.pin - b.pin);
  }

  function put(changed: readonly ConversationMark[], conversation: ConversationId): MarksResult {
    try {
      for (const mark of changed) {
        const before = markOf(mark.conversation);
        if (before.pin === mark.pin && before.archivedThrough === mark.archivedThrough) continue;
        store.putConversationMark(mark);
        // The latest one goes to the end.
        marks().delete(mark.conversation);
        if (mark.pin !== null || mark.archivedThrough !== null) marks().set(mark.conversation, mark);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return refuse('not-kept');
    }
    events.emit({ type: 'marks-changed', conversation });
    return { ok: true };
  }
}
