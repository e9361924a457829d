/**
 * The user's marks on conversations: pinned ones in the order of the user, archived and muted ones,
 * and all of them read at once (rules LIST-1 to LIST-4 and LIST-22). Messages know nothing of it.
 */
import { maxPinned, mutedForGoodMs, type Mute } from '../../../shared/contract/marks.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { MessagesArea } from '../messaging/messages.ts';
import { StoreError, type ConversationSummary } from '../messaging/ports.ts';
import type { Clock } from '../ports.ts';
import type { RoomResult, Rooms } from '../rooms/rooms.ts';
import type { ConversationMark, MarkStore } from '../messaging/mark-store.ts';

/** Archived conversations that are remembered; the one archived first is listed again then. */
const maxArchived = 1_000;
/** Muted conversations; the one whose mute ends first is heard again then. */
const maxMuted = 1_000;
/**
 * The wall clock may be set, so the end of a mute is looked for this often at least. A look is
 * remembered if the last one that was remembered is as old.
 */
const muteLookMs = 5 * 60_000;
/** Conversations that are marked read at once. */
const maxRead = 10_000;

export interface MarksEvent {
  readonly type: 'marks-changed';
  readonly conversation: ConversationId;
}

export type MarksResult =
  { readonly ok: true } | Refusal<'not-kept' | 'too-many-pins'> | Extract<RoomResult, { readonly ok: false }>;

export interface MarksArea {
  /** In the order of the user. */
  pinned(): readonly ConversationId[];
  isArchived(summary: Pick<ConversationSummary, 'conversation' | 'last'>): boolean;
  /** Never throws: nobody counts as muted while the store cannot be read. */
  isMuted(conversation: ConversationId): boolean;
  muted(): readonly Mute[];
  /**
   * A room that is muted for good is the room's own mute, which other hosts show too.
   *
   * @param untilMs by the wall clock; null ends it
   */
  mute(conversation: ConversationId, untilMs: number | null): Promise<MarksResult>;
  /** @param place among the pinned ones, from 0; beyond the last means the last; null unpins */
  pin(conversation: ConversationId, place: number | null): MarksResult;
  /** Archiving reads it. A conversation without messages is not archived. */
  archive(conversation: ConversationId, isArchived: boolean): Promise<MarksResult>;
  /** Rejects with a StoreError. */
  markAllRead(): Promise<void>;
  subscribe(listener: (event: MarksEvent) => void): Unsubscribe;
}

export interface Marks extends MarksArea {
  close(): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'wallMs' | 'setTimer'>;
  readonly store: MarkStore;
  readonly messages: Pick<MessagesArea, 'history' | 'conversations' | 'markRead'>;
  readonly rooms: Pick<Rooms, 'history' | 'conversations' | 'markRead' | 'setMuted'> | undefined;
  readonly onListenerError?: (error: unknown) => void;
}

export function createMarks({ clock, store, messages, rooms, onListenerError }: Deps): Marks {
  const events = createEmitter<MarksEvent>(onListenerError);
  /** Read once: this process is the only writer. In the order of archiving. */
  let held: Map<ConversationId, ConversationMark> | undefined;
  let cancelLook: Unsubscribe | undefined;
  let isClosed = false;

  const areaOf = (conversation: ConversationId): Pick<MessagesArea, 'history' | 'markRead'> =>
    rooms !== undefined && partsOf(conversation).type === 'room' ? rooms : messages;

  return {
    pinned: () => pins().map(({ conversation }) => conversation),
    isArchived({ conversation, last }) {
      const through = marks().get(conversation)?.archivedThrough ?? null;
      return through !== null && last.position <= through;
    },
    isMuted(conversation) {
      try {
        return isOn(markOf(conversation));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        return false;
      }
    },
    muted: () => mutes(),
    async mute(conversation, untilMs) {
      const parts = partsOf(conversation);
      const isForGood = untilMs === mutedForGoodMs;
      if (rooms !== undefined && parts.type === 'room') {
        const result = await rooms.setMuted(parts.name, isForGood);
        if (!result.ok) return result;
        if (isForGood) return put([unmuted(markOf(conversation))], conversation);
      }
      const others = mutes().filter((mute) => mute.conversation !== conversation);
      const dropped = untilMs === null ? [] : others.slice(0, Math.max(0, others.length + 1 - maxMuted));
      const ended = dropped.map((mute) => unmuted(markOf(mute.conversation)));
      const muteSeenMs = untilMs === null ? null : clock.wallMs();
      const result = put([...ended, { ...markOf(conversation), mutedUntilMs: untilMs, muteSeenMs }], conversation);
      lookAtMutes();
      return result;
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
    close() {
      isClosed = true;
      cancelLook?.();
    },
  };

  function marks(): Map<ConversationId, ConversationMark> {
    if (held === undefined) {
      held = new Map(store.conversationMarks().map((mark) => [mark.conversation, mark]));
      lookAtMutes();
    }
    return held;
  }

  function isOn(mark: ConversationMark): mark is ConversationMark & { readonly mutedUntilMs: number } {
    return mark.mutedUntilMs !== null && mark.mutedUntilMs > clock.wallMs();
  }

  /** The one that ends first comes first. */
  function mutes(): readonly Mute[] {
    return [...marks().values()]
      .flatMap((mark) => (isOn(mark) ? [{ conversation: mark.conversation, untilMs: mark.mutedUntilMs }] : []))
      .sort((a, b) => a.untilMs - b.untilMs);
  }

  /** Ends the mutes whose time has come, and looks again when the next one does. */
  function lookAtMutes(): void {
    cancelLook?.();
    cancelLook = undefined;
    const over = [...marks().values()].filter((mark) => mark.mutedUntilMs !== null && !isOn(mark));
    for (const mark of over) put([unmuted(mark)], mark.conversation);
    shortenMutes();
    const next = mutes()[0];
    if (next === undefined || isClosed) return;
    cancelLook = clock.setTimer(lookAtMutes, Math.min(next.untilMs - clock.wallMs(), muteLookMs));
  }

  /**
   * A clock that was set back, in this run or before it, would make mutes longer, by years perhaps.
   */
  function shortenMutes(): void {
    const nowMs = clock.wallMs();
    for (const { conversation, untilMs } of mutes()) {
      if (untilMs === mutedForGoodMs) continue;
      const mark = markOf(conversation);
      const seenMs = mark.muteSeenMs ?? nowMs;
      if (nowMs < seenMs) put([{ ...mark, mutedUntilMs: nowMs + untilMs - seenMs, muteSeenMs: nowMs }], conversation);
      else if (mark.muteSeenMs === null || nowMs - seenMs >= muteLookMs) remember({ ...mark, muteSeenMs: nowMs });
    }
  }

  /** Nothing that anybody sees changes. A store that refuses reports that itself. */
  function remember(mark: ConversationMark): void {
    try {
      store.putConversationMark(mark);
      marks().set(mark.conversation, mark);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  function markOf(conversation: ConversationId): ConversationMark {
    return marks().get(conversation) ?? { conversation, pin: null, archivedThrough: null, mutedUntilMs: null, muteSeenMs: null };
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
        if (isSame(before, mark)) continue;
        store.putConversationMark(mark);
        // The latest one goes to the end.
        marks().delete(mark.conversation);
        if (mark.pin !== null || mark.archivedThrough !== null || mark.mutedUntilMs !== null)
          marks().set(mark.conversation, mark);
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return refuse('not-kept');
    }
    events.emit({ type: 'marks-changed', conversation });
    return { ok: true };
  }
}

function unmuted(mark: ConversationMark): ConversationMark {
  return { ...mark, mutedUntilMs: null, muteSeenMs: null };
}

function isSame(a: ConversationMark, b: ConversationMark): boolean {
  return (
    a.pin === b.pin &&
    a.archivedThrough === b.archivedThrough &&
    a.mutedUntilMs === b.mutedUntilMs &&
    a.muteSeenMs === b.muteSeenMs
  );
}
