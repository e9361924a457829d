/**
 * The commands of the terminal chat about private rooms: `/rooms`, `/new`, `/invite`, `/remove`,
 * `/title` (rule CHAT-10). chat-room-commands.ts has those of all rooms.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { RoomResult, Rooms } from '../../../core/rooms/rooms.ts';
import type { Chat, ChatCommand } from './chat-command.ts';
import { listRooms, openRoom, sayRefusal } from './chat-room-commands.ts';

const names = ({ contacts }: Chat): readonly string[] => contacts.names();

export const privateRoomCommands: readonly ChatCommand[] = [
  {
    name: '/rooms',
    usage: '/rooms',
    help: say('chat.help.rooms'),
    run: listRooms,
  },
  {
    name: '/new',
    usage: '/new TITLE: NAME, NAME',
    help: say('chat.help.new'),
    run: create,
  },
  {
    name: '/invite',
    usage: '/invite NAME, NAME',
    help: say('chat.help.invite'),
    complete: names,
    run: (chat, typed) => change(chat, typed, 'invite'),
  },
  {
    name: '/remove',
    usage: '/remove NAME, NAME',
    help: say('chat.help.remove'),
    complete: names,
    run: (chat, typed) => change(chat, typed, 'remove'),
  },
  {
    name: '/title',
    usage: '/title TEXT',
    help: say('chat.help.title'),
    run: rename,
  },
];

async function create(chat: Chat, typed: string): Promise<void> {
  const { hallway, screen, conversations } = chat;
  const colon = typed.lastIndexOf(':');
  const title = typed.slice(0, colon).trim();
  if (colon < 1 || title === '') return screen.say(say('chat.new-what'));
  const people = readPeople(chat, typed.slice(colon + 1));
  if (!people) return;
  const result = await hallway.rooms?.createPrivate(title, people);
  if (result?.ok) await conversations.openRoom(result.room.name);
  else if (result) sayRefusal(chat, result);
}

async function change(chat: Chat, typed: string, what: 'invite' | 'remove'): Promise<void> {
  const room = openPrivate(chat);
  if (!room) return;
  if (typed.trim() === '') return chat.screen.say(say('chat.invite-whom', { command: what }));
  const people = readPeople(chat, typed);
  if (people) report(chat, await room.rooms[what](room.name, people));
}

async function rename(chat: Chat, title: string): Promise<void> {
  const room = openPrivate(chat);
  if (room) report(chat, await room.rooms.rename(room.name, title));
}

function report(chat: Chat, result: RoomResult): void {
  if (!result.ok) return sayRefusal(chat, result);
  const { private: closed, conversation } = result.room;
  const people = (closed?.people ?? []).filter((peerId) => peerId !== chat.hallway.profile.self().peerId);
  const values = { count: people.length, names: chat.contacts.namesOf(people).join(', ') };
  chat.screen.say(say('chat.members', { room: chat.contacts.titleOf(conversation), ...values }));
}

function openPrivate(chat: Chat): { readonly rooms: Rooms; readonly name: string } | undefined {
  const room = openRoom(chat);
  const { rooms } = chat.hallway;
  if (rooms && room?.private) return { rooms, name: room.name };
  chat.screen.say(say('chat.no-private-open'));
  return undefined;
}

/** @returns undefined if a name means nobody, or several people; then it is said */
function readPeople({ contacts, screen }: Chat, typed: string): readonly PeerId[] | undefined {
  const people: PeerId[] = [];
  for (const who of typed.split(',').map((name) => name.trim().replaceAll('"', ''))) {
    if (who === '') continue;
    const found = contacts.resolve(who);
    if (!found.ok) {
      screen.say(say('chat.error', { refusal: describeRefusal(found) }));
      return undefined;
    }
    people.push(found.peerId);
  }
  return people;
}
