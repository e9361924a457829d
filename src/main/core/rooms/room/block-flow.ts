/**
 * The way of a block, ours or another's: it is persisted, shown to hosts, and ours is sent
 * (rules ROOM-60, ROOM-125). `room-live.ts` and `room-catch-up.ts` bring the blocks of others.
 */
import type { KeptBy as KeptByCount } from '../../../../shared/contract/messages.ts';
import { conversationOfRoom, type ConversationId, type MessageId, type PeerId } from '../../../../shared/lib/ids.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import { isMessageId } from '../../messaging/wire/field-checks.ts';
import { isPrivateName } from '../../../../shared/text/room-names.ts';
import type { RoomOffers } from '../../transfers/room-files.ts';
import type { RoomStore } from '../ports.ts';
import type { RoomMessage, RoomsEvent } from '../rooms.ts';
import { frameBlockLimits, type LogTag, type RoomId, type SignedBlock } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { Kept } from './room-keeper.ts';
import type { RoomLive } from './room-live.ts';
import type { RoomMembers } from './room-members.ts';
import type { RoomMessages } from './room-messages.ts';
import type { RoomNews } from './room-news.ts';
import type { RoomTree } from './room-tree.ts';
import type { Tops } from './tops.ts';

export interface BlockFlow {
  /** Persists a block whose signature is right; undefined if the store refused. */
  keep(block: SignedBlock): Promise<Kept | undefined>;
  /** A block of another author is kept. */
  kept(block: SignedBlock, kept: Kept): void;
  /** A block with our key came that we never gave. */
  copyCame(block: SignedBlock): void;
  /** The same, and it is kept already. */
  ownKept(block: SignedBlock, kept: Kept | undefined): void;
  /** Messages of ours are persisted, before they leave. */
  written(name: string, messages: readonly StoredMessage[]): void;
  /** Every member that is here has these messages of one log. */
  delivered(room: RoomId, tag: LogTag, messages: readonly Delivered[]): void;
  /** Every member that is here has our messages of that log up to a number, also those of earlier runs. */
  deliveredThrough(room: RoomId, tag: LogTag, through: number): Promise<void>;
  /** A block of ours is persisted. It goes to the group, or by session only. */
  send(room: JoinedRoom, block: SignedBlock, said: readonly StoredMessage[], isBySession: boolean): void;
}

/** Of one transaction, beside a block that goes beyond them. */
const numbersAtOnce = 1_000;
const longestBlock = frameBlockLimits.maxMessages;

interface Delivered {
  readonly messageId: MessageId;
  readonly conversation: ConversationId;
  readonly number: number;
}

/** The parts that are made after this one are functions. */
interface Deps {
  readonly ownPeerId: PeerId;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of'>;
  readonly tops: Pick<Tops, 'spoke' | 'held'>;
  readonly persist: StoreWriter['persist'];
  readonly store: Pick<RoomStore, 'setStates' | 'undelivered'>;
  readonly live: () => Pick<RoomLive, 'send' | 'sentBySession'>;
  readonly tree: () => Pick<RoomTree, 'sent'>;
  /** Counts who has our messages of one block from now on. */
  readonly keptBy: () => { sent(messages: readonly StoredMessage[], room: RoomId, name: string, tag: LogTag): void };
  /** Sends a block of ours in a private room to its members. */
  readonly push: (block: SignedBlock) => void;
  readonly messages: () => Pick<RoomMessages, 'allShown' | 'isAheadNow'>;
  readonly news: () => Pick<RoomNews, 'topic' | 'changed'>;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isStopped: () => boolean;
  readonly emit: (event: RoomsEvent) => void;
  /** That author signed two different blocks for one place. */
  readonly onFork: (authorId: PeerId, name: string) => void;
  readonly offers: () => Pick<RoomOffers, 'withdrawn'> | undefined;
}

export function createBlockFlow(deps: Deps): BlockFlow {
  const { rooms, members, tops, emit, isStopped } = deps;

  return {
    keep,
    kept(block, kept) {
      const room = rooms.get(block.room);
      if (!room || !('messages' in kept)) return;
      if (kept.kind === 'fork' && !deps.isBlocked(block.authorId)) deps.onFork(block.authorId, block.authorName);
      const messages = deps.messages();
      if (!isPrivateName(room.name)) tops.held(block);
      for (const message of shownByBlock(kept.messages)) emit({ type: 'message', message });
      if (block.type === 'topic' && !deps.isBlocked(block.authorId))
        void room.noteTopic(block).then((isNew) => isNew && deps.news().topic(room));
      if (block.type === 'withdraw' && !deps.isBlocked(block.authorId))
        for (const messageId of block.texts.filter(isMessageId)) deps.offers()?.withdrawn(block.authorId, room.name, messageId);
      if (messages.isAheadNow(block.clock)) deps.news().changed(room.name);
    },
    copyCame(block) {
      void keep(block).then((kept) => ownKept(block, kept));
    },
    ownKept,
    written,
    delivered(room, tag, messages) {
      const numbers = messages.map(({ number }) => number);
      const range = { first: Math.min(...numbers), last: Math.max(...numbers) };
      void deps
        .persist(() => deps.store.setStates(room, tag, range, 'delivered'))
        .then((changed) => {
          for (const { messageId, conversation } of changed && !isStopped() ? messages : [])
            emit({ type: 'delivery', messageId, conversation, state: 'delivered' });
        });
    },
    async deliveredThrough(room, tag, through) {
      const from = await deps.persist(() => deps.store.undelivered(room, tag)?.first);
      for (let first = from ?? Infinity; first <= through; first += numbersAtOnce) {
        const range = { first, last: Math.min(through, first + numbersAtOnce - 1 + longestBlock) };
        const changed = await deps.persist(() => deps.store.setStates(room, tag, range, 'delivered'));
        const name = rooms.get(room)?.name;
        if (isStopped() || name === undefined) return;
        const conversation = conversationOfRoom(name);
        for (const messageId of changed ?? []) emit({ type: 'delivery', messageId, conversation, state: 'delivered' });
      }
    },
    send({ name }, block, said, isBySession) {
      if (isStopped()) return;
      if (isPrivateName(name)) deps.push(block);
      else {
        if (isBySession) deps.live().sentBySession(block);
        else deps.live().send(block);
        deps.tree().sent(block, isBySession);
        tops.spoke(block);
      }
      for (const { messageId, conversation } of said) emit({ type: 'delivery', messageId, conversation, state: 'sent' });
      deps.keptBy().sent(said, block.room, name, block.tag);
    },
  };

  async function keep(block: SignedBlock): Promise<Kept | undefined> {
    const keeper = rooms.get(block.room)?.keeper;
    if (!keeper) return { kind: 'refused' };
    return deps.persist(() => keeper.keep(block, block.authorId === deps.ownPeerId));
  }

  /** Another copy of this profile spoke, or a message came back that this copy lost. */
  function ownKept(block: SignedBlock, kept: Kept | undefined): void {
    if (isStopped() || kept?.kind === 'had') return;
    const room = rooms.get(block.room);
    room?.ownLog.copyHeard(block.tag);
    if (!room || !kept || !('messages' in kept)) return;
    written(room.name, kept.messages);
    room.sayAgain(kept.lost);
  }

  /** Nobody is known to have them yet. */
  function written(name: string, said: readonly StoredMessage[]): void {
    const keptBy = { count: 0, of: members.of(name).length };
    for (const message of shownByBlock(said, keptBy)) emit({ type: 'written', message });
  }

  /** Mostly those of one block; spares that count now bring those of others. */
  function shownByBlock(messages: readonly StoredMessage[], keptBy?: KeptByCount): readonly RoomMessage[] {
    const [first] = messages;
    const isOneBlock = messages.every(({ place }) => place?.clock === first?.place?.clock);
    const parts = isOneBlock ? [messages] : messages.map((message) => [message]);
    return parts.flatMap((part) => deps.messages().allShown(part, keptBy));
  }
}
