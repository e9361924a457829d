/**
 * Rooms as transfers use them (rules RFILE-1, RFILE-16, RFILE-20): says an offer, ends one, and
 * knows the members that may have its files.
 */
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { isPrivateName } from '../../../shared/text/room-names.ts';
import type { RoomFiles } from '../transfers/room-files.ts';
import type { PrivateRooms } from './private/private-rooms.ts';
import type { JoinedRoom } from './room/joined-room.ts';
import type { RoomMembers } from './room/room-members.ts';
import type { Rooms } from './rooms.ts';
import type { RoomId } from './wire/block.ts';

interface Deps {
  readonly area: Pick<Rooms, 'say' | 'subscribe'>;
  readonly rooms: ReadonlyMap<RoomId, JoinedRoom>;
  readonly members: Pick<RoomMembers, 'of'>;
  readonly privates: Pick<PrivateRooms, 'admits'>;
  readonly idOf: (name: string) => RoomId;
}

export function createRoomFiles({ area, rooms, members, privates, idOf }: Deps): RoomFiles {
  return {
    say: area.say,
    subscribe: ({ onMessage, onChanged }) =>
      area.subscribe((event) => {
        if (event.type === 'message' || event.type === 'written') onMessage(event.message);
        if (event.type === 'room-changed') onChanged(event.room.conversation);
      }),
    followConversations: (listener) =>
      area.subscribe((event) => {
        if (event.type === 'conversation-changed') listener(event.conversation);
      }),
    withdraw: async (conversation, messageId) => (await joined(conversation)?.withdraw(messageId)) ?? false,
    membersOf(conversation) {
      const room = joined(conversation);
      return room ? members.of(room.name) : [];
    },
    isMember(conversation, peerId) {
      const room = joined(conversation);
      if (!room) return false;
      // A list says who is in a private room, a member's own beacons who is in any other.
      return isPrivateName(room.name) ? privates.admits(peerId, room.keeper.id) : members.of(room.name).includes(peerId);
    },
  };

  function joined(conversation: ConversationId): JoinedRoom | undefined {
    const parts = partsOf(conversation);
    return parts.type === 'room' ? rooms.get(idOf(parts.name)) : undefined;
  }
}
