/** The commands of the terminal chat about rooms: `/join`, `/leave`, `/topic` (rule CHAT-10). */
import type { Room } from '../../../../shared/contract/rooms.ts';
import { partsOf, shortNameOf } from '../../../../shared/lib/ids.ts';
import { readAnyRoomName } from '../../../../shared/text/room-names.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { RoomResult } from '../../../core/rooms/rooms.ts';
import type { Chat, ChatCommand } from './chat-command.ts';

/** Members to name. The others are counted. */
const maxNamed = 20;

export const roomCommands: readonly ChatCommand[] = [
  {
    name: '/join',
    usage: '/join [ROOM]',
    help: say('chat.help.join'),
    complete: ({ hallway }) => (hallway.rooms?.list() ?? []).map(({ conversation }) => shortNameOf(conversation)),
    run: join,
  },
  {
    name: '/leave',
    usage: '/leave [ROOM]',
    help: say('chat.help.leave'),
    complete: ({ hallway }) =>
      (hallway.rooms?.list() ?? []).flatMap((room) => (room.isJoined || room.private ? [shortNameOf(room.conversation)] : [])),
    run: leave,
  },
  {
    name: '/topic',
    usage: '/topic [TEXT]',
    help: say('chat.help.topic'),
    run: changeTopic,
  },
];

async function join(chat: Chat, typed: string): Promise<void> {
  const { hallway, conversations, screen } = chat;
  const { rooms } = hallway;
  if (!rooms) return screen.say(say('chat.no-rooms'));
  if (typed === '') return listRooms(chat);
  const result = await rooms.join(typed);
  if (result.ok) await conversations.openRoom(result.room.name);
  else sayRefusal({ screen }, result);
}

export function listRooms({ hallway: { rooms }, contacts, screen }: Chat): void {
  if (!rooms) return screen.say(say('chat.no-rooms'));
  const listed = rooms.list().map((room) => {
    const { name, members, isJoined, conversation } = room;
    const title = contacts.titleOf(conversation);
    return room.private
      ? say('chat.private-listed', { room: title, name, members: members.length, standing: room.private.standing })
      : say('chat.room-listed', { room: title, members: members.length, joined: isJoined ? 'yes' : 'no' });
  });
  screen.say(say('chat.rooms', { rooms: listed.join(', ') }));
}

async function leave(chat: Chat, typed: string): Promise<void> {
  const { hallway, conversations, screen } = chat;
  const open = openRoom(chat);
  if (typed === '' && !conversations.isChosen()) return screen.say(say('chat.nothing-to-leave'));
  if (typed === '' && open === undefined) return conversations.close();
  const left = typed === '' ? open : hallway.rooms?.list().find(({ name }) => name === readAnyRoomName(typed));
  const title = left && chat.contacts.titleOf(left.conversation);
  const result = await hallway.rooms?.leave(typed === '' ? (open?.name ?? '') : typed);
  if (result === undefined) return screen.say(say('chat.no-rooms'));
  if (!result.ok) return sayRefusal(chat, result);
  screen.say(say('chat.left-room', { room: title ?? shortNameOf(result.room.conversation) }));
  if (result.room.name === open?.name) conversations.close();
}

async function changeTopic(chat: Chat, topic: string): Promise<void> {
  const room = openRoom(chat);
  if (room === undefined) return chat.screen.say(say('chat.no-room-open'));
  if (topic === '') {
    const shown =
      room.topic === '' ? say('chat.no-topic', { room: chat.contacts.titleOf(room.conversation) }) : topicText(chat, room);
    return chat.screen.say(shown);
  }
  const result = await chat.hallway.rooms?.setTopic(room.name, topic);
  if (result && !result.ok) sayRefusal(chat, result);
}

/** Says who is in the open room, unless everybody is. */
export function showMembers(chat: Chat): void {
  const room = openRoom(chat);
  if (room === undefined || !chat.conversations.isChosen()) return;
  const members = room.members.filter((peerId) => !chat.contacts.isBlocked(peerId));
  const names = chat.contacts.namesOf(members.slice(0, maxNamed)).join(', ') + (members.length > maxNamed ? ', …' : '');
  chat.screen.say(say('chat.members', { room: chat.contacts.titleOf(room.conversation), count: members.length, names }));
}

function topicText({ contacts }: Chat, { conversation, topic }: Room): string {
  return say('chat.topic', { room: contacts.titleOf(conversation), topic });
}

export function openRoom({ hallway, conversations }: Chat): Room | undefined {
  const open = conversations.opened();
  if (open === undefined || partsOf(open).type !== 'room') return undefined;
  return hallway.rooms?.list().find(({ conversation }) => conversation === open);
}

export function sayRefusal({ screen }: Pick<Chat, 'screen'>, refusal: Extract<RoomResult, { ok: false }>): void {
  screen.say(say('chat.error', { refusal: describeRefusal(refusal) }));
}
