/** Serves the calls about rooms, and sends their events. The rooms themselves are in the snapshot and its deltas. */
import type { EventName, EventPayload } from '../../../../shared/contract/index.ts';
import type { Room, roomCalls } from '../../../../shared/contract/rooms.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import { readAnyRoomName } from '../../../../shared/text/room-names.ts';
import type { Hallway } from '../../../core/hallway.ts';
import type { RoomResult, Rooms } from '../../../core/rooms/rooms.ts';
import type { ShownEvent } from '../pending-delta.ts';
import { notAvailable, refused } from './failures.ts';
import { answerFromStore, toMessage } from './messages.ts';
import { sendDraft } from './send-draft.ts';

export function roomHandlers({
  rooms,
  drafts,
  mentions,
}: Pick<Hallway, 'rooms' | 'drafts' | 'mentions'>): HandlersOf<typeof roomCalls> {
  return {
    joinRoom: ({ room }) => change((area) => area.join(room)),
    leaveRoom: ({ room }) => change((area) => area.leave(room)),
    muteRoom: ({ room, isMuted }) => change((area) => area.setMuted(room, isMuted)),
    setTopic: ({ room, topic }) => change((area) => area.setTopic(room, topic)),
    createPrivateRoom: ({ title, people }) => change((area) => area.createPrivate(title, people)),
    addToRoom: ({ room, people }) => change((area) => area.invite(room, people)),
    removeFromRoom: ({ room, people }) => change((area) => area.remove(room, people)),
    renameRoom: ({ room, title }) => change((area) => area.rename(room, title)),
    makeRoomAdmin: ({ room, peerId }) => change((area) => area.makeAdmin(room, peerId)),
    async say({ room, text, draft }) {
      if (!rooms) return notAvailable;
      const name = readAnyRoomName(room);
      const of = { conversation: conversationOfRoom(name ?? ''), version: name === undefined ? undefined : draft };
      const said = await sendDraft({ drafts }, of, () => rooms.say(room, text));
      return said.ok ? { ok: true, output: toMessage(said.message, mentions) } : refused(said);
    },
    messagesAhead: ({ conversation }) =>
      rooms
        ? answerFromStore(() => ({ messages: rooms.ahead(conversation).map((message) => toMessage(message, mentions)) }))
        : notAvailable,
  };

  async function change(ask: (area: Rooms) => Promise<RoomResult>): Promise<CallResult<Room>> {
    if (!rooms) return notAvailable;
    const result = await ask(rooms);
    return result.ok ? { ok: true, output: result.room } : refused(result);
  }
}

interface Forwarding {
  readonly emit: <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void;
  /** The list of rooms changed, which the next delta tells. */
  readonly onListed: (event: ShownEvent) => void;
}

/** @returns its undo */
export function forwardRooms(
  { rooms, mentions }: Pick<Hallway, 'rooms' | 'mentions'>,
  { emit, onListed }: Forwarding,
): Unsubscribe {
  const undo = rooms?.subscribe((event) => {
    switch (event.type) {
      case 'message':
      case 'written':
        return emit('message', toMessage(event.message, mentions));
      case 'delivery':
        return emit('delivery', { messageId: event.messageId, conversation: event.conversation, state: event.state });
      case 'conversation-changed':
        return emit('conversationChanged', { conversation: event.conversation });
      case 'room-kept':
        return emit('kept', { messageId: event.messageId, conversation: event.conversation, keptBy: event.keptBy });
      case 'room-notice':
        return emit('roomNotice', { conversation: event.conversation, notice: event.notice });
      case 'room-changed':
      case 'room-gone':
        return onListed(event);
    }
  });
  return () => undo?.();
}
