/**
 * The commands of the automation interface about the members of private rooms: `create`, `invite`,
 * `remove`, `admin`, `title`. run-room-command.ts has those of all rooms.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { ContactsArea } from '../../../core/contacts/contacts.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import type { RoomResult, Rooms } from '../../../core/rooms/rooms.ts';
import type { AutomationCommand, CommandOf } from './automation-command.ts';
import { refused, unresolved, type AutomationObject } from './automation-objects.ts';

export type PrivateRoomCommand = CommandOf<'create' | 'invite' | 'remove' | 'admin' | 'title'>;

const names: readonly string[] = ['create', 'invite', 'remove', 'admin', 'title'] satisfies readonly PrivateRoomCommand['cmd'][];

export function isPrivateRoomCommand(command: AutomationCommand): command is PrivateRoomCommand {
  return names.includes(command.cmd);
}

export async function runPrivateRoomCommand(
  rooms: Rooms,
  contacts: ContactsArea,
  command: PrivateRoomCommand,
): Promise<AutomationObject> {
  const { id } = command;
  if (command.cmd === 'title') return replyTo(id, await rooms.rename(command.room, command.text));
  const people = command.people.map((who) => contacts.resolve(who));
  const unclear = people.find(isUnresolved);
  if (unclear) return unresolved(id, unclear);
  const peerIds = people.flatMap((one) => (one.ok ? [one.peerId] : []));
  if (command.cmd === 'create') {
    const created = await rooms.createPrivate(command.title, peerIds);
    return created.ok ? { reply: id, ok: true, room: created.room.name } : refused(id, created);
  }
  return replyTo(id, await change(rooms, command, peerIds));
}

/** Admins one after the other, until one is refused. */
async function change(
  rooms: Rooms,
  { cmd, room }: CommandOf<'invite' | 'remove' | 'admin'>,
  people: readonly PeerId[],
): Promise<RoomResult> {
  if (cmd === 'invite') return rooms.invite(room, people);
  if (cmd === 'remove') return rooms.remove(room, people);
  let result: RoomResult | undefined;
  for (const person of people) {
    result = await rooms.makeAdmin(room, person);
    if (!result.ok) break;
  }
  return result ?? rooms.invite(room, []);
}

function isUnresolved(found: ResolvedContact): found is Extract<ResolvedContact, { ok: false }> {
  return !found.ok;
}

function replyTo(id: PrivateRoomCommand['id'], result: RoomResult): AutomationObject {
  return result.ok ? { reply: id, ok: true } : refused(id, result);
}
