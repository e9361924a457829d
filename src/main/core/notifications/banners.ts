/**
 * The banners, at most one per conversation (rules NOTIFY-1, NOTIFY-12 to NOTIFY-15). Messages that
 * come together share an update, so that 50 in a second are two. `policy.ts` decides which messages
 * count; hosts show what this file emits.
 */
import type { ConversationId, Cursor, MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Offer } from '../messaging/ports.ts';
import type { Clock } from '../ports.ts';
import type { Banner } from './policy.ts';

/** Least time between two updates of a banner: systems leave ghosts when one changes faster. */
export const bannerIntervalMs = 1_000;
/** History comes in slices. By then most of it is there to be counted. */
export const summaryDelayMs = 3_000;
/** Least time between two sounds of a conversation that goes on. */
export const soundIntervalMs = 30_000;
/** Banners at a time. The oldest makes room, for nobody looks through more. */
export const maxBanners = 32;

/** The latest message of a banner. */
export interface BannerMessage {
  readonly conversation: ConversationId;
  readonly messageId: MessageId;
  readonly cursor: Cursor;
  readonly from: PeerId;
  readonly fromName: string;
  readonly text: string;
  /** Files that it offers, or that have arrived. */
  readonly offer?: Pick<Offer, 'fileCount' | 'totalBytes' | 'files'>;
}

/**
 * `messages`: there are new ones · `received`: files have arrived · `failed`: one message of ours
 * was refused for good.
 */
export type BannerKind = 'messages' | 'received' | 'failed';

export interface ShownBanner {
  readonly kind: BannerKind;
  readonly latest: BannerMessage;
  /** Messages since the last banner of the conversation was cleared. */
  readonly count: number;
  /** The first update since the banner was cleared. */
  readonly isNew: boolean;
  readonly mayHaveSound: boolean;
}

export interface Banners {
  add(message: BannerMessage, options: { readonly kind: BannerKind; readonly isHistory: boolean }): void;
  clear(conversation: ConversationId): void;
  clearAll(): void;
  stateOf(conversation: ConversationId): Banner;
  /** Those that are shown or will be. */
  conversations(): readonly ConversationId[];
}

interface Entry {
  kind: BannerKind;
  latest: BannerMessage;
  count: number;
  isSummary: boolean;
  shownAtMs: number | undefined;
  cancelTimer: Unsubscribe | undefined;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  readonly onShown: (banner: ShownBanner) => void;
  /** Only of a banner that was shown. */
  readonly onCleared: (conversation: ConversationId) => void;
}

export function createBanners({ clock, onShown, onCleared }: Deps): Banners {
  /** The oldest first. */
  const entries = new Map<ConversationId, Entry>();
  /** Stays at its place: messages mostly come in a row. */
  let newest: Entry | undefined;
  /** Outlives the banners, so that a conversation that is read at once does not ring at each message. */
  const rangAtMs = new Map<ConversationId, number>();

  function show(entry: Entry): void {
    const { conversation } = entry.latest;
    const nowMs = clock.monotonicMs();
    const isNew = entry.shownAtMs === undefined;
    const mayHaveSound = nowMs - (rangAtMs.get(conversation) ?? Number.NEGATIVE_INFINITY) >= soundIntervalMs;
    if (mayHaveSound) remember(conversation, nowMs);
    entry.shownAtMs = nowMs;
    entry.cancelTimer = undefined;
    onShown({ kind: entry.kind, latest: entry.latest, count: entry.count, isNew, mayHaveSound });
  }

  function remember(conversation: ConversationId, nowMs: number): void {
    rangAtMs.delete(conversation);
    rangAtMs.set(conversation, nowMs);
    const [oldest] = rangAtMs.keys();
    if (rangAtMs.size > maxBanners && oldest !== undefined) rangAtMs.delete(oldest);
  }

  function plan(entry: Entry): void {
    if (entry.cancelTimer !== undefined) return;
    const nextMs = entry.shownAtMs === undefined ? 0 : entry.shownAtMs + bannerIntervalMs - clock.monotonicMs();
    const delayMs = entry.isSummary && entry.shownAtMs === undefined ? summaryDelayMs : nextMs;
    if (delayMs <= 0) show(entry);
    else entry.cancelTimer = clock.setTimer(() => show(entry), delayMs);
  }

  function clear(conversation: ConversationId): void {
    const entry = entries.get(conversation);
    if (entry === undefined) return;
    entries.delete(conversation);
    entry.cancelTimer?.();
    if (entry.shownAtMs !== undefined) onCleared(conversation);
  }

  return {
    add(message, { kind, isHistory }) {
      const { conversation } = message;
      const entry = entries.get(conversation) ?? {
        kind,
        latest: message,
        count: 0,
        isSummary: isHistory,
        shownAtMs: undefined,
        cancelTimer: undefined,
      };
      if (entry !== newest) entries.delete(conversation);
      entries.set(conversation, entry);
      newest = entry;
      entry.kind = kind;
      entry.latest = message;
      if (kind === 'messages') entry.count += 1;
      if (!isHistory && entry.isSummary) {
        entry.isSummary = false;
        // A fresh message does not wait for the history.
        entry.cancelTimer?.();
        entry.cancelTimer = undefined;
      }
      plan(entry);
      if (entries.size <= maxBanners) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) clear(oldest);
    },
    clear,
    clearAll: () => [...entries.keys()].forEach(clear),
    stateOf(conversation) {
      const entry = entries.get(conversation);
      if (entry === undefined) return 'none';
      // Until it is shown, history is counted.
      return entry.isSummary && entry.shownAtMs !== undefined ? 'summary' : 'fresh';
    },
    conversations: () => [...entries.keys()],
  };
}
