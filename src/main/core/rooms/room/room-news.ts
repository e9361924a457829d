/**
 * News of rooms for the hosts: who came and went, topics, and messages whose time has come (rules
 * ROOM-129, ROOM-130). Changes of one moment share an event.
 */
import { conversationOfRoom, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Room, RoomNotice } from '../../../../shared/contract/rooms.ts';
import { isPrivateName } from '../../../../shared/text/room-names.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { RoomsEvent } from '../rooms.ts';
import type { RoomId } from '../wire/block.ts';
import type { JoinedRoom } from './joined-room.ts';
import type { RoomMembers } from './room-members.ts';
import type { RoomMessages } from './room-messages.ts';

export interface RoomNews {
  /** By a beacon, that peer entered or left these rooms. */
  heard(peerId: PeerId, names: readonly string[]): void;
  /** That peer is not online any more, and was in these rooms. */
  left(peerId: PeerId, names: readonly string[]): void;
  topic(room: JoinedRoom): void;
  /** Something of that room changed. */
  changed(name: string): void;
  shown(name: string): Room;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of'>;
  readonly messages: Pick<RoomMessages, 'ahead'>;
  /** Of a private room that the user did not leave. */
  readonly privateOf: (name: string) => Room['private'];
  readonly isTeam: boolean;
  readonly roomTimeMs: () => number;
  readonly emit: (event: RoomsEvent) => void;
  /** The setting of the user: whether there are notices of who joins and leaves. */
  readonly notices: () => 'auto' | 'always' | 'never';
}

/** Changes within this time share an event. */
const gatherMs = 250;
/** Rooms with more members have no notices of who joins and leaves, unless the user wants them always. */
const maxNoticed = 20;
/** While something is ahead, it is looked at so often. */
const aheadCheckMs = 30_000;

export function createRoomNews(deps: Deps): RoomNews {
  const { clock, rooms, members, messages, privateOf, isTeam, roomTimeMs, emit, notices: noticed } = deps;
  const changes = new Set<string>();
  const notices = new Map<string, { readonly joined: Set<PeerId>; readonly left: Set<PeerId> }>();
  /** A peer that comes online is in its rooms already: that is no notice of the rooms. */
  const known = new Set<PeerId>();
  /** Names of rooms with messages ahead, and how many. */
  const withAhead = new Map<string, number>();
  const topics = new Map<string, RoomNotice>();
  let isClosed = false;
  let cancelGather: Unsubscribe | undefined;
  let cancelAhead: Unsubscribe | undefined;

  return {
    heard(peerId, names) {
      for (const name of names) {
        changed(name);
        if (known.has(peerId)) note(name, peerId, members.of(name).includes(peerId) ? 'joined' : 'left');
      }
      known.add(peerId);
    },
    left(peerId, names) {
      known.delete(peerId);
      for (const name of names) changed(name);
    },
    topic(room) {
      const topic = room.record().topic;
      changed(room.name);
      if (!topic || room.record().isMuted) return;
      // The last of a moment: a peer can say many.
      topics.set(room.name, { what: 'topic', by: topic.from, topic: topic.text });
    },
    changed,
    shown,
    close() {
      isClosed = true;
      cancelGather?.();
      cancelAhead?.();
    },
  };

  function joinedRoom(name: string): JoinedRoom | undefined {
    return [...rooms.values()].find((room) => room.name === name);
  }

  function changed(name: string): void {
    if (isClosed) return;
    changes.add(name);
    cancelGather ??= clock.setTimer(tell, gatherMs);
  }

  function note(name: string, peerId: PeerId, what: 'joined' | 'left'): void {
    const noted = notices.get(name) ?? { joined: new Set<PeerId>(), left: new Set<PeerId>() };
    notices.set(name, noted);
    const opposite = what === 'joined' ? noted.left : noted.joined;
    if (!opposite.delete(peerId)) noted[what].add(peerId);
  }

  function tell(): void {
    cancelGather = undefined;
    for (const name of changes) {
      const room = shown(name);
      if (room.isJoined || room.private || room.members.length > 0) emit({ type: 'room-changed', room });
      else emit({ type: 'room-gone', name });
    }
    changes.clear();
    for (const [name, notice] of topics) emit({ type: 'room-notice', conversation: conversationOfRoom(name), notice });
    topics.clear();
    for (const [name, noted] of notices) tellNotices(name, noted);
    notices.clear();
  }

  function tellNotices(name: string, noted: { readonly joined: ReadonlySet<PeerId>; readonly left: ReadonlySet<PeerId> }): void {
    const room = joinedRoom(name);
    const isCrowded = members.of(name).length > maxNoticed;
    if (!room || room.record().isMuted || noticed() === 'never' || (isCrowded && noticed() !== 'always')) return;
    for (const what of ['joined', 'left'] as const) {
      const peerIds = [...noted[what]];
      if (peerIds.length > 0) emit({ type: 'room-notice', conversation: conversationOfRoom(name), notice: { what, peerIds } });
    }
  }

  function shown(name: string): Room {
    const room = joinedRoom(name);
    const conversation = conversationOfRoom(name);
    const ahead = room ? aheadOf(name) : [];
    const closed = privateOf(name);
    return {
      name,
      conversation,
      isJoined: room !== undefined,
      members: [...members.of(name)],
      topic: room?.record().topic?.text ?? '',
      isMuted: room?.record().isMuted ?? false,
      isOpen: !isTeam && !isPrivateName(name),
      ahead,
      ...(closed && { private: closed }),
    };
  }

  function aheadOf(name: string): Room['ahead'] {
    const byAuthor = new Map<PeerId, { from: PeerId; count: number; aheadMs: number }>();
    const ahead = messages.ahead(conversationOfRoom(name));
    for (const { from, sentAtMs } of ahead) {
      const entry = byAuthor.get(from) ?? { from, count: 0, aheadMs: 0 };
      entry.count += 1;
      entry.aheadMs = Math.max(entry.aheadMs, sentAtMs - roomTimeMs());
      byAuthor.set(from, entry);
    }
    if (ahead.length === 0) withAhead.delete(name);
    else {
      withAhead.set(name, ahead.length);
      if (!isClosed) cancelAhead ??= clock.setTimer(checkAhead, aheadCheckMs);
    }
    return [...byAuthor.values()];
  }

  /** The time of some may have come. A clock of 2099 must not make the hosts read again for ever. */
  function checkAhead(): void {
    cancelAhead = undefined;
    for (const [name, count] of [...withAhead]) {
      const conversation = conversationOfRoom(name);
      if (messages.ahead(conversation).length >= count) continue;
      changed(name);
      emit({ type: 'conversation-changed', conversation });
    }
    if (withAhead.size > 0) cancelAhead = clock.setTimer(checkAhead, aheadCheckMs);
  }
}
