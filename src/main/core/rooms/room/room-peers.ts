/**
 * Follows the peers of presence for rooms (rules ROOM-120 to ROOM-122): each announcement of a peer
 * that is online counts once, for members, news, losses, catching up and ticks. What it says is kept
 * in room-members.ts.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { PeerRecord, RegistryEvent } from '../../presence/index.ts';
import type { RoomStore } from '../ports.ts';
import type { RoomId } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { RoomCatchUp } from './room-catch-up.ts';
import type { RoomLive } from './room-live.ts';
import type { RoomMembers } from './room-members.ts';
import type { RoomTree } from './room-tree.ts';
import type { RoomNews } from './room-news.ts';

interface Deps {
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'heard' | 'left' | 'digestOf'>;
  readonly news: Pick<RoomNews, 'heard' | 'left'>;
  readonly live: Pick<RoomLive, 'topsHeard' | 'digestHeard'>;
  readonly catchUp: Pick<RoomCatchUp, 'digestHeard'>;
  readonly tree: Pick<RoomTree, 'listed' | 'gone'>;
  /** Tops or members changed. */
  readonly review: () => void;
  readonly store: Pick<RoomStore, 'noteHere'>;
  readonly persist: StoreWriter['persist'];
}

/** @returns a listener of the registry */
export function createRoomPeers(deps: Deps): (event: RegistryEvent) => void {
  const { rooms, members, news, live, catchUp, review, store } = deps;

  return (event) => {
    if (event.type === 'left') {
      gone(event.departed.record.peerId);
      deps.tree.gone(event.departed.record.peerId);
    }
    if (event.type === 'joined') {
      noteHere(event.record.peerId);
      deps.tree.listed(event.record.peerId);
    }
    if (event.type === 'joined' || event.type === 'updated' || event.type === 'seen') heard(event.record);
  };

  function gone(peerId: PeerId): void {
    const names = members.left(peerId);
    news.left(peerId, names);
    if (names.length > 0) review();
  }

  function heard({ peerId, presence, lastAddress, announcement }: PeerRecord): void {
    if (presence === 'one-way') return gone(peerId);
    const names = members.heard(peerId, lastAddress.address, announcement);
    if (!names) return;
    news.heard(peerId, names);
    live.topsHeard(peerId, announcement.tops);
    for (const { keeper, name } of rooms.values()) {
      const digest = members.digestOf(peerId, name);
      if (!digest) continue;
      live.digestHeard(peerId, keeper.id, digest);
      catchUp.digestHeard(peerId, keeper.id);
    }
    review();
  }

  /** Its logs are no longer those of a stranger, which share a small space. */
  function noteHere(peerId: PeerId): void {
    const isAuthor = [...rooms.values()].some(({ keeper }) => keeper.logs.logsOf(peerId).length > 0);
    if (isAuthor) void deps.persist(() => store.noteHere(peerId));
  }
}
