/**
 * Rooms as the core offers them to the hosts. Room messages are StoredMessages with a few facts
 * more, so hosts show them as any others. The protocol, the store and the order are left to the
 * rest of this folder.
 */
import type { KeptBy } from '../../../shared/contract/messages.ts';
import type { Room, RoomNotice } from '../../../shared/contract/rooms.ts';
import type { ConversationId, Cursor, MessageId, PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { OfferedFiles } from '../transfers/room-files.ts';
import type { PrivateRefusal } from './private/private-calls.ts';
import type { ConversationSummary, DeliveryState, HistoryOptions, StoredMessage } from '../messaging/ports.ts';

/**
 * `position` rises with every message that is persisted here, direct messages included. `cursor`
 * is its place in the one order of the room. An export of the message store returns these too.
 */
export interface RoomMessage extends StoredMessage {
  /** It arrived long after its time, and belongs before what was told already. */
  readonly late: boolean;
  /** Its author's clock is more than 60 s ahead of room time, now. */
  readonly ahead: boolean;
  /** Of our own messages only. */
  readonly keptBy?: KeptBy;
}

export type RoomsEvent =
  /** Received and persisted; exactly once ever. */
  | { readonly type: 'message'; readonly message: RoomMessage }
  /** The user said it, and it is persisted. */
  | { readonly type: 'written'; readonly message: RoomMessage }
  /** `sent`: it left · `delivered`: all members here have it. At least one member is here then. */
  | {
      readonly type: 'delivery';
      readonly messageId: MessageId;
      readonly conversation: ConversationId;
      readonly state: DeliveryState;
    }
  /** More members have that message of ours than before. Before `delivered`, if all have it. */
  | {
      readonly type: 'room-kept';
      readonly messageId: MessageId;
      readonly conversation: ConversationId;
      readonly keptBy: KeptBy;
    }
  /** Messages were read or deleted, or the time of one that was ahead has come. */
  | { readonly type: 'conversation-changed'; readonly conversation: ConversationId }
  /** A room is new, or something of it changed: its members, its topic, whether we are in it. */
  | { readonly type: 'room-changed'; readonly room: Room }
  /** Nobody here is in it any more, and neither are we. */
  | { readonly type: 'room-gone'; readonly name: string }
  /** Not of muted rooms. */
  | { readonly type: 'room-notice'; readonly conversation: ConversationId; readonly notice: RoomNotice };

export type RoomRefusal =
  Refusal<'bad-room' | 'not-joined' | 'too-many-rooms' | 'topic-too-long' | 'topic-too-soon' | 'not-kept'> | PrivateRefusal;
export type RoomResult = { readonly ok: true; readonly room: Room } | RoomRefusal;
export type SayResult =
  | { readonly ok: true; readonly message: RoomMessage }
  | Refusal<'bad-room' | 'not-joined' | 'unknown-room' | 'empty' | 'too-long' | 'not-kept'>;

/** For the diagnostics: what this node holds of a room, and what it did for it since the start. */
export interface RoomCounters {
  /** Authors' logs and messages that are held. */
  readonly logs: number;
  readonly messages: number;
  /** Messages that this node asked others for. */
  readonly askedFor: number;
  /** Messages that this node sent again, to all or to one peer. */
  readonly repairedByMulticast: number;
  readonly repairedByUnicast: number;
  /** Messages that came in an exchange of histories. */
  readonly pulled: number;
  /** Messages of others that this node passed on. */
  readonly relayed: number;
  /** Messages that are known to exist and are not held. */
  readonly missing: number;
}

/** A `name` of a parameter has any form that a user types; see shared/text/room-names.ts. */
export interface Rooms {
  /** `everyone` first, then by name: joined rooms, and those that members here are in. */
  list(): readonly Room[];
  /** Of the joined rooms with messages, latest first. None that is ahead counts as the last. */
  conversations(): readonly ConversationSummary[];
  /** Idempotent, as is `leave`. Of a private room it accepts an invitation, and `leave` declines. */
  join(name: string): Promise<RoomResult>;
  /** The messages stay. */
  leave(name: string): Promise<RoomResult>;
  /** Creates a private room with these people, whom its members see as added by the user. */
  createPrivate(title: string, people: readonly PeerId[]): Promise<RoomResult>;
  /** As an admin of that private room, as are the next two. Those who are in it are left out. */
  invite(name: string, people: readonly PeerId[]): Promise<RoomResult>;
  remove(name: string, people: readonly PeerId[]): Promise<RoomResult>;
  rename(name: string, title: string): Promise<RoomResult>;
  /** As its creator. */
  makeAdmin(name: string, person: PeerId): Promise<RoomResult>;
  setMuted(name: string, isMuted: boolean): Promise<RoomResult>;
  /** @param topic empty removes it */
  setTopic(name: string, topic: string): Promise<RoomResult>;
  /**
   * Persists a message and begins to send it. Calls take effect in their order.
   *
   * @param offered files that it offers
   */
  say(name: string, text: string, offered?: OfferedFiles): Promise<SayResult>;
  /**
   * Newest first, in the one order that every node shows, without those that are ahead.
   *
   * @throws StoreError
   */
  history(conversation: ConversationId, options: HistoryOptions): readonly RoomMessage[];
  /** Unread ones, newest first, without those that are ahead. @throws StoreError */
  unread(conversation: ConversationId, limit: number): readonly RoomMessage[];
  /** Those that are ahead, oldest first; the latest of very many. */
  ahead(conversation: ConversationId): readonly RoomMessage[];
  get(messageId: MessageId): RoomMessage | undefined;
  /** Rejects with the StoreError `bad-cursor`. */
  markRead(conversation: ConversationId, through: Cursor): Promise<void>;
  /** @returns how many were deleted here; undefined if the store refused */
  clear(conversation: ConversationId): Promise<number | undefined>;
  /** Of the joined rooms, by name. */
  counters(): ReadonlyMap<string, RoomCounters>;
  subscribe(listener: (event: RoomsEvent) => void): Unsubscribe;
  close(): void;
}

export function isRoomMessage(message: StoredMessage | RoomMessage): message is RoomMessage {
  return 'late' in message;
}
