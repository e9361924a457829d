/**
 * The commands of the automation interface about rooms: `rooms`, `say`, `join`, `leave`, `topic`.
 * run-private-room-command.ts has those about members; run-command.ts runs the others.
 */
import type { RoomResult, Rooms } from '../../../core/rooms/rooms.ts';
import type { CommandOf } from './automation-command.ts';
import { refused, roomObject, type AutomationObject } from './automation-objects.ts';

export type RoomCommand = CommandOf<'rooms' | 'say' | 'join' | 'leave' | 'topic'>;

export async function runRoomCommand(rooms: Rooms, command: RoomCommand): Promise<AutomationObject> {
  const { id } = command;
  switch (command.cmd) {
    case 'rooms': {
      const unread = new Map(rooms.conversations().map((summary) => [summary.conversation, summary.unread]));
      const joined = rooms.list().filter(({ isJoined, private: closed }) => isJoined || closed);
      return { reply: id, ok: true, rooms: joined.map((room) => roomObject(room, unread.get(room.conversation) ?? 0)) };
    }
    case 'say': {
      const said = await rooms.say(command.room, command.text);
      return said.ok ? { reply: id, ok: true, messageId: said.message.messageId } : refused(id, said);
    }
    case 'join':
      return replyTo(command, await rooms.join(command.room));
    case 'leave':
      return replyTo(command, await rooms.leave(command.room));
    case 'topic':
      return replyTo(command, await rooms.setTopic(command.room, command.text));
  }
}

function replyTo({ id }: RoomCommand, result: RoomResult): AutomationObject {
  return result.ok ? { reply: id, ok: true } : refused(id, result);
}
