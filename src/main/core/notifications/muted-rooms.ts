/** The rooms that the user muted, for notifications. */
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Rooms } from '../rooms/rooms.ts';

/** The rooms of which the user wants no news. It reads them when it is first asked. */
export function createMutedRooms(rooms: Pick<Rooms, 'list'> | undefined): {
  has(conversation: ConversationId): boolean;
  put(room: { readonly conversation: ConversationId; readonly isMuted: boolean }): void;
} {
  let muted: Set<ConversationId> | undefined;
  // Rooms open after this area is made.
  const read = () => (muted ??= new Set((rooms?.list() ?? []).flatMap((room) => (room.isMuted ? room.conversation : []))));
  return {
    has: (conversation) => read().has(conversation),
    put({ conversation, isMuted }) {
      if (isMuted) read().add(conversation);
      else read().delete(conversation);
    },
  };
}
