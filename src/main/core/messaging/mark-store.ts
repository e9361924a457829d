/** The port for the user's marks on conversations. The store of messages implements it. */
import type { ConversationId } from '../../../shared/lib/ids.ts';

/** A conversation may be pinned before its first message. */
export interface ConversationMark {
  readonly conversation: ConversationId;
  /** Pinned conversations sort by this number; null if it is not pinned. */
  readonly pin: number | null;
  /**
   * Archived while its last message has this position or an earlier one, so that a new message ends
   * it without another write; null if it is not archived.
   */
  readonly archivedThrough: number | null;
  /** The end of its mute, by the wall clock; null if it is not muted. */
  readonly mutedUntilMs: number | null;
  /**
   * The wall clock at the last look at the mute. An earlier clock was set back. Null if it is not
   * muted, or was muted by an earlier version.
   */
  readonly muteSeenMs: number | null;
}

/** Synchronous. Throws StoreErrors. */
export interface MarkStore {
  /** In any order. */
  conversationMarks(): readonly ConversationMark[];
  /** A mark without pin, archive and mute is forgotten. */
  putConversationMark(mark: ConversationMark): void;
}
