/**
 * The way of a block, ours or another's: it is persisted, shown to hosts, and ours is sent
 * (rules ROOM-60, ROOM-125). `room-live.ts` and `room-catch-up.ts` bring the blocks of others.
 */
import type { ConversationId, MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import type { RoomStore } from '../ports.ts';
import type { RoomsEvent } from '../rooms.ts';
import type { LogTag, RoomId, SignedBlock } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { KeptBy } from './kept-by.ts';
import type { Kept } from './room-keeper.ts';
import type { RoomLive } from './room-live.ts';
import type { RoomMembers } from './room-members.ts';
import type { RoomMessages } from './room-messages.ts';
import type { RoomNews } from './room-news.ts';
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
  /** A block of ours is persisted. It goes to the group, unless it is too long for a datagram. */
  send(room: JoinedRoom, block: SignedBlock, said: readonly StoredMessage[], isBySession: boolean): void;
}

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
  readonly store: Pick<RoomStore, 'setStates'>;
  readonly live: () => Pick<RoomLive, 'send'>;
  readonly keptBy: () => Pick<KeptBy, 'sent'>;
  readonly messages: () => Pick<RoomMessages, 'shown' | 'isAheadNow'>;
  readonly news: () => Pick<RoomNews, 'topic' | 'changed'>;
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isStopped: () => boolean;
  readonly announceChange: () => void;
  readonly emit: (event: RoomsEvent) => void;
}

export function createBlockFlow(deps: Deps): BlockFlow {
  const { rooms, members, tops, emit, isStopped } = deps;

  return {
    keep,
    kept(block, kept) {
      const room = rooms.get(block.room);
      if (!room || !('messages' in kept)) return;
      const messages = deps.messages();
      tops.held(block);
      for (const message of kept.messages) emit({ type: 'message', message: messages.shown(message) });
      if (block.type === 'topic' && !deps.isBlocked(block.authorId))
        void room.noteTopic(block).then((isNew) => isNew && deps.news().topic(room));
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
    send({ name }, block, said, isBySession) {
      if (isStopped()) return;
      if (isBySession) deps.announceChange();
      else deps.live().send(block);
      tops.spoke(block);
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
    if (room && kept && 'messages' in kept) written(room.name, kept.messages);
  }

  /** Nobody is known to have them yet. */
  function written(name: string, said: readonly StoredMessage[]): void {
    const keptBy = { count: 0, of: members.of(name).length };
    for (const message of said) emit({ type: 'written', message: { keptBy, ...deps.messages().shown(message) } });
  }
}
