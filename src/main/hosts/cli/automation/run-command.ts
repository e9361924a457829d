/**
 * Runs a command of the automation interface and makes its reply. Standard input (automation.ts)
 * and the profile's socket (control/) share it, so it knows neither the client nor the order of
 * replies. Commands about stored messages are in run-history-command.ts.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { StoreError } from '../../../core/messaging/ports.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import type { ContactsArea } from '../../../core/contacts/contacts.ts';
import type { Rooms } from '../../../core/rooms/rooms.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import type { AutomationCommand, CommandOf } from './automation-command.ts';
import {
  diagnosticsObject,
  findingObject,
  peerObject,
  refusal,
  refused,
  settingsObject,
  unknownMessage,
  unresolved,
  type AutomationObject,
} from './automation-objects.ts';
import { isPrivateRoomCommand, runPrivateRoomCommand, type PrivateRoomCommand } from './run-private-room-command.ts';
import { runRoomCommand, type RoomCommand } from './run-room-command.ts';
import { runTransferCommand } from './run-transfer-command.ts';
import { runHistoryCommand, type HistoryCommand } from './run-history-command.ts';

export async function runCommand(hallway: Hallway, command: AutomationCommand): Promise<AutomationObject> {
  try {
    return await run(hallway, command);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return refusal(command.id, 'not-readable', say('automation.not-readable', { systemCode: error.code }));
  }
}

async function run(hallway: Hallway, command: AutomationCommand): Promise<AutomationObject> {
  const { id } = command;
  switch (command.cmd) {
    case 'peers':
      return { reply: id, ok: true, peers: hallway.presence.peers().map(peerObject) };
    case 'profile':
      return changeProfile(hallway, command);
    case 'connect': {
      const result = await hallway.network.connect(command.address);
      return result.ok ? { reply: id, ok: true, peerId: result.peerId } : refused(id, result);
    }
    case 'settings':
      return { reply: id, ok: true, settings: settingsObject(hallway.settings.list()) };
    case 'set':
    case 'reset':
      return changeSetting(hallway, command);
    case 'diagnostics':
      return { reply: id, ok: true, diagnostics: diagnosticsObject(hallway.diagnostics.read(), hallway.rooms) };
    case 'doctor':
      return examine(hallway, id);
    case 'report': {
      const { fileName, text } = await hallway.diagnostics.report();
      return { reply: id, ok: true, fileName, text };
    }
    case 'quit':
      return { reply: id, ok: true };
    case 'send':
    case 'cancel':
    case 'history':
    case 'search':
    case 'read':
    case 'export':
    case 'clear': {
      const { messages, contacts, rooms } = hallway;
      if (!messages || !contacts) return refusal(id, 'not-available', say('automation.no-messages'));
      return runMessageCommand({ messages, contacts, rooms }, hallway.profile.self().peerId, command);
    }
    case 'rooms':
    case 'say':
    case 'join':
    case 'leave':
    case 'topic':
    case 'create':
    case 'invite':
    case 'remove':
    case 'admin':
    case 'title':
      return runInRooms(hallway, command);
    case 'send-files':
    case 'accept':
    case 'decline':
    case 'cancel-transfer':
    case 'pause-transfer':
    case 'resume-transfer':
    case 'transfers':
      return runTransferCommand(hallway, command);
  }
}

async function changeSetting({ settings }: Hallway, command: CommandOf<'set' | 'reset'>): Promise<AutomationObject> {
  const { id } = command;
  const result = await (command.cmd === 'set' ? settings.set(command.key, command.value) : settings.reset(command.key));
  return result.ok ? { reply: id, ok: true } : refused(id, result);
}

function examine(hallway: Hallway, id: AutomationCommand['id']): AutomationObject {
  const { findings, diagnostics } = hallway.diagnostics.examine();
  return {
    reply: id,
    ok: true,
    findings: findings.map(findingObject),
    diagnostics: diagnosticsObject(diagnostics, hallway.rooms),
  };
}

function runInRooms({ rooms, contacts }: Hallway, command: RoomCommand | PrivateRoomCommand): Promise<AutomationObject> {
  if (!rooms || !contacts) return Promise.resolve(refusal(command.id, 'not-available', say('automation.no-rooms')));
  return isPrivateRoomCommand(command) ? runPrivateRoomCommand(rooms, contacts, command) : runRoomCommand(rooms, command);
}

function changeProfile(hallway: Hallway, { id, name, status, note }: CommandOf<'profile'>): AutomationObject {
  const result = hallway.profile.change({
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
    ...(note !== undefined && { note }),
  });
  if (!result.ok) return refused(id, result);
  const { self } = result;
  return { reply: id, ok: true, name: self.name, status: self.status, note: self.note };
}

function runMessageCommand(
  areas: { readonly messages: MessagesArea; readonly contacts: ContactsArea; readonly rooms: Rooms | undefined },
  ownPeerId: PeerId,
  command: CommandOf<'send' | 'cancel'> | HistoryCommand,
): Promise<AutomationObject> {
  switch (command.cmd) {
    case 'send':
      return send(areas.messages, areas.contacts.resolve(command.to), command);
    case 'cancel':
      return cancel(areas.messages, ownPeerId, command);
    default:
      return runHistoryCommand(areas, ownPeerId, command);
  }
}

async function send(messages: MessagesArea, who: ResolvedContact, { id, text }: CommandOf<'send'>): Promise<AutomationObject> {
  if (!who.ok) return unresolved(id, who);
  const sent = await messages.send(who.peerId, text);
  return sent.ok ? { reply: id, ok: true, messageId: sent.message.messageId } : refused(id, sent);
}

async function cancel(
  messages: MessagesArea,
  ownPeerId: PeerId,
  { id, messageId }: CommandOf<'cancel'>,
): Promise<AutomationObject> {
  const message = messages.get(messageId);
  if (message?.from !== ownPeerId) return unknownMessage(id);
  if (await messages.cancel(messageId)) return { reply: id, ok: true };
  return refusal(id, 'too-late', say('automation.too-late'));
}
