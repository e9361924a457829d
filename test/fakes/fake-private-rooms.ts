/** The private rooms of the fake: lists without signatures, which change at once. fake-rooms.ts has the rest. */
import { refuse } from '../../src/shared/text/messages/problem-values.ts';
import type { PrivateRoom } from '../../src/shared/contract/private-rooms.ts';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { RoomResult, Rooms } from '../../src/main/core/rooms/rooms.ts';
import type { FakeRoom, FakeRoomBook } from './fake-room-book.ts';

type Calls = Pick<Rooms, 'createPrivate' | 'invite' | 'remove' | 'rename' | 'makeAdmin'>;

export function addPrivate({ rooms, roomOf }: FakeRoomBook, closed: PrivateRoom): FakeRoom {
  const room = roomOf(`&${String(rooms.size).padStart(16, '0')}`);
  room.private = closed;
  room.isJoined = closed.standing === 'member';
  return room;
}

export function createPrivateCalls(book: FakeRoomBook, ownPeerId: () => PeerId): Calls {
  const { rooms, changed } = book;

  async function change(name: string, next: (closed: PrivateRoom) => PrivateRoom): Promise<RoomResult> {
    const room = rooms.get(name);
    if (!room?.private || !room.isJoined) return refuse('unknown-room', { name });
    if (!room.private.admins.includes(ownPeerId())) return refuse('not-admin');
    room.private = next(room.private);
    return { ok: true, room: changed(room) };
  }

  return {
    async createPrivate(title, people) {
      if (title.trim() === '') return refuse('bad-title');
      if (book.state.refusesWrites) return refuse('not-kept');
      const by = ownPeerId();
      const all = [by, ...people];
      return {
        ok: true,
        room: changed(addPrivate(book, { title, standing: 'member', by, creator: by, admins: [by], people: all })),
      };
    },
    invite: (name, people) => change(name, (closed) => ({ ...closed, people: [...new Set([...closed.people, ...people])] })),
    remove: (name, people) =>
      change(name, (closed) => ({ ...closed, people: closed.people.filter((peerId) => !people.includes(peerId)) })),
    rename: (name, title) => change(name, (closed) => ({ ...closed, title })),
    makeAdmin: (name, person) => change(name, (closed) => ({ ...closed, admins: [...closed.admins, person] })),
  };
}
