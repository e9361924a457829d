/**
 * The port through which transfers use rooms (rules RFILE-1, RFILE-16, RFILE-20).
 * core/rooms/room-files.ts implements it. It is here because rooms import transfers, and transfers
 * import no room.
 */
import type { ConversationId, MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { Offer, StoredMessage } from '../messaging/ports.ts';

/** The files that a text in a room offers. */
export interface OfferedFiles {
  readonly offer: Offer;
  /** Persists all else of the offer, in the transaction of its message. */
  keep(message: StoredMessage): void;
  /** The message is persisted. Its block leaves once that settles. Never rejects. */
  kept(message: StoredMessage): Promise<void>;
}

/** Calls by which rooms tell of offers. */
export interface RoomOffers {
  /** A message of another member offers files: called in the transaction that persists it. */
  keepOffer(message: StoredMessage, offer: Offer): void;
  /** That member ended its offer of files in that message. */
  withdrawn(author: PeerId, room: string, messageId: MessageId): void;
}

export type SaidOffer =
  | { readonly ok: true; readonly message: StoredMessage }
  | Refusal<'bad-room' | 'not-joined' | 'unknown-room' | 'empty' | 'too-long' | 'not-kept'>;

export interface RoomFiles {
  /** @param room in any form that a user types */
  say(room: string, text: string, offered: OfferedFiles): Promise<SaidOffer>;
  /**
   * Tells all members that the offer in our message has ended.
   *
   * @returns false if that is not persisted
   */
  withdraw(conversation: ConversationId, messageId: MessageId): Promise<boolean>;
  /** The other members that are here; none of a room that the user is not in. */
  membersOf(conversation: ConversationId): readonly PeerId[];
  /** Whether that peer may read that room, which the user is in. */
  isMember(conversation: ConversationId, peerId: PeerId): boolean;
  subscribe(listener: {
    /** Ours or another's is persisted. */
    onMessage(message: StoredMessage): void;
    /** Members came or went. */
    onChanged(conversation: ConversationId): void;
  }): Unsubscribe;
  /** Messages of a room were deleted, or read. */
  followConversations(listener: (conversation: ConversationId) => void): Unsubscribe;
}
