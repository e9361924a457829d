/**
 * Makes the parts of one room that the user is in. A private room gets no part that sends datagrams:
 * its blocks go by session (rule ROOM-177).
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { isPrivateName } from '../../../shared/text/room-names.ts';
import type { StoreWriter } from '../messaging/delivery/store-writer.ts';
import type { Clock, Hash, Identity } from '../ports.ts';
import type { RoomOffers } from '../transfers/room-files.ts';
import type { RoomRecord, RoomStore } from './ports.ts';
import type { BlockFlow } from './room/block-flow.ts';
import { createJoinedRoom, type JoinedRoom } from './room/joined-room.ts';
import type { ListedPeers } from './room/listed-peers.ts';
import { createRoomKeeper } from './room/room-keeper.ts';
import type { RoomLive } from './room/room-live.ts';

interface Deps {
  readonly clock: Clock;
  readonly hash: Hash;
  readonly identity: Identity;
  readonly ownPeerId: PeerId;
  readonly ownName: () => string;
  readonly store: RoomStore;
  readonly persist: StoreWriter['persist'];
  readonly contacts: { isBlocked(peerId: PeerId): boolean; isKnown(peerId: PeerId): boolean };
  readonly peers: Pick<ListedPeers, 'isHere'>;
  readonly live: Pick<RoomLive, 'references' | 'allowsTail' | 'sendHeads'>;
  readonly flow: Pick<BlockFlow, 'written' | 'send'>;
  readonly onTopic: (room: JoinedRoom) => void;
  readonly roomTimeMs: () => number;
  readonly isUnclean: boolean;
  readonly offers: () => Pick<RoomOffers, 'keepOffer'> | undefined;
}

export function openRoom(deps: Deps, record: RoomRecord): JoinedRoom {
  const { clock, hash, store, ownPeerId, peers, live, flow } = deps;
  const { isBlocked, isKnown } = deps.contacts;
  const { id } = record;
  const isPrivate = isPrivateName(record.name);
  const keeper = createRoomKeeper({
    ...{ hash, store, id, wallMs: clock.wallMs, isBlocked },
    keepOffer: (message, offer) => deps.offers()?.keepOffer(message, offer),
    // Members of a private room are no strangers.
    isKnown: isPrivate ? () => true : isKnown,
    isHere: (peerId) => peerId === ownPeerId || peers.isHere(peerId),
  });
  const room = createJoinedRoom(
    {
      ...deps,
      keeper,
      // A reference names a log: in a datagram none of a private room, and none of others in it.
      references: isPrivate ? () => [] : live.references,
      allowsTail: () => !isPrivate && live.allowsTail(),
      sendHeads: () => live.sendHeads(id),
      onTopic: () => deps.onTopic(room),
      onWritten: (written) => flow.written(record.name, written),
      send: (block, said, isBySession) => flow.send(room, block, said, isBySession),
    },
    record,
  );
  return room;
}
