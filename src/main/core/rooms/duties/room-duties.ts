/**
 * The duties of rooms beside carrying messages: who has ours, keeping within limits, and troubles. A part
 * of `rooms-area.ts`, which has the rooms themselves.
 */
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { Clock } from '../../ports.ts';
import type { RoomChannel } from '../../presence/index.ts';
import type { SettingsArea } from '../../settings/settings.ts';
import type { HistoryStore } from '../ports.ts';
import type { RoomsEvent } from '../rooms.ts';
import type { RoomId } from '../wire/block.ts';
import type { BlockFlow } from '../room/block-flow.ts';
import type { JoinedRoom } from '../room/joined-room.ts';
import { createKeptBy, type KeptBy } from './kept-by.ts';
import type { ListedPeers } from '../room/listed-peers.ts';
import { createRecount } from './recount.ts';
import type { RoomMembers } from '../room/room-members.ts';
import { createRoomUpkeep } from './room-upkeep.ts';

export interface RoomDuties {
  readonly keptBy: KeptBy;
  /** Tops or members changed. */
  review(): void;
  start(): Unsubscribe;
  /** A room is open: what was said in it before may not be delivered. */
  opened(room: JoinedRoom): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of' | 'topOf'>;
  readonly peers: Pick<ListedPeers, 'isHere'>;
  readonly store: HistoryStore['rooms'];
  readonly writer: Pick<StoreWriter, 'persist' | 'read'>;
  readonly settings: Pick<SettingsArea, 'get' | 'subscribe'>;
  readonly askTops: RoomChannel['askTops'];
  readonly flow: Pick<BlockFlow, 'delivered' | 'deliveredThrough'>;
  readonly ownPeerId: string;
  readonly emit: (event: RoomsEvent) => void;
}

/**
 * Beacons of fifty members come ten a second. Each would make hosts hear a higher count of each of
 * our messages; so the changes of this time share one look.
 */
const reviewAfterMs = 500;

export function createRoomDuties(deps: Deps): RoomDuties {
  const { clock, rooms, members, store, writer, settings, askTops, flow, emit } = deps;
  const told = { clock, membersOf: members.of, topOf: members.topOf, askTops };
  const recount = createRecount({ ...told, onAll: (room, tag, through) => void flow.deliveredThrough(room, tag, through) });
  const keptBy = createKeptBy({
    ...told,
    onMore: (messageId, conversation, count) => emit({ type: 'room-kept', messageId, conversation, keptBy: count }),
    onDropped: ({ room, name, tag, number }) => recount.add(room, name, tag, number),
    onAll: flow.delivered,
  });
  const upkeep = createRoomUpkeep({
    ...{ clock, rooms, store, persist: writer.persist, isHere: deps.peers.isHere },
    keepDays: () => settings.get('roomKeepDays'),
    keepMegabytes: () => settings.get('roomKeepMegabytes'),
    onRemoved(id) {
      const name = rooms.get(id)?.name;
      if (name !== undefined) emit({ type: 'conversation-changed', conversation: conversationOfRoom(name) });
    },
  });

  let cancelReview: Unsubscribe | undefined;

  return {
    keptBy,
    review() {
      cancelReview ??= clock.setTimer(() => {
        cancelReview = undefined;
        keptBy.review();
        recount.review();
      }, reviewAfterMs);
    },
    start() {
      upkeep.start();
      return settings.subscribe(({ settings: changed }) => {
        if (changed.roomKeepDays !== undefined || changed.roomKeepMegabytes !== undefined) upkeep.changed();
      });
    },
    opened({ name, keeper }) {
      for (const { tag } of keeper.logs.logsOf(deps.ownPeerId)) {
        const range = writer.read(() => store.undelivered(keeper.id, tag));
        if (range) recount.add(keeper.id, name, tag, range.last);
      }
    },
    close() {
      cancelReview?.();
      for (const part of [keptBy, recount, upkeep]) part.close();
    },
  };
}
