/**
 * Does what a command of the automation interface asks, and says what became of it. Who sent the command, and in which order commands are
 * answered, is not known here: the standard input (automation.ts) and the profile's socket (control/) share it.
 */
import type { PeerId } from '../../shared/model.ts';
import type { Hallway } from '../hallway.ts';
import { StoreError, type StoredMessage } from '../messaging/ports.ts';
import type { ResolvedPerson } from '../people.ts';
import type { Talk } from '../talk.ts';
import type { AutomationCommand, CommandId } from './automation-command.ts';
import { messageObject, peerObject, type AutomationObject } from './automation-objects.ts';

type CommandOf<Name extends AutomationCommand['cmd']> = Extract<AutomationCommand, { cmd: Name }>;
type Messages = Talk['messages'];

export async function runCommand(hallway: Hallway, command: AutomationCommand): Promise<AutomationObject> {
  try {
    return await run(hallway, command);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return refusal(command.id, 'not-readable', `The messages cannot be read now (${error.code}). "health" says what to do.`);
  }
}

export function refusal(id: CommandId, code: string, message: string): AutomationObject {
  return { reply: id, ok: false, code, message };
}

export function notAvailable({ id, cmd }: AutomationCommand): AutomationObject {
  return refusal(id, 'not-available', `"${cmd}" is not available here.`);
}

async function run(hallway: Hallway, command: AutomationCommand): Promise<AutomationObject> {
  const { id } = command;
  switch (command.cmd) {
    case 'peers':
      return { reply: id, ok: true, peers: hallway.peers().map(peerObject) };
    case 'profile':
      return changeProfile(hallway, command);
    case 'connect': {
      const result = await hallway.connect(command.address);
      return result.ok ? { reply: id, ok: true, peerId: result.peerId } : refusal(id, result.code, result.message);
    }
    case 'diagnostics':
      return { reply: id, ok: true, diagnostics: hallway.diagnostics() };
    case 'doctor': {
      const { findings, diagnostics } = hallway.examine();
      return { reply: id, ok: true, findings, diagnostics };
    }
    case 'quit':
      return { reply: id, ok: true };
    case 'send':
    case 'cancel':
    case 'history':
    case 'search':
    case 'read':
      if (!hallway.talk) return refusal(id, 'not-available', 'This node cannot talk to anybody now. "health" says why.');
      return runTalkCommand(hallway.talk, hallway.self().peerId, command);
    default:
      return refusal(id, 'not-available', `"${command.cmd}" is not available yet in this version.`);
  }
}

function changeProfile(hallway: Hallway, { id, name, status, note }: CommandOf<'profile'>): AutomationObject {
  const result = hallway.changeProfile({
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
    ...(note !== undefined && { note }),
  });
  if (!result.ok) return refusal(id, result.code, result.message);
  const { self } = result;
  return { reply: id, ok: true, name: self.name, status: self.status, note: self.note };
}

async function runTalkCommand(
  { messages, people }: NonNullable<Hallway['talk']>,
  ownPeerId: PeerId,
  command: CommandOf<'send' | 'cancel' | 'history' | 'search' | 'read'>,
): Promise<AutomationObject> {
  const { id } = command;
  switch (command.cmd) {
    case 'send':
      return send(messages, people.resolve(command.to), command);
    case 'cancel':
      return cancel(messages, ownPeerId, command);
    case 'history': {
      const who = withWhom(people, command.with);
      return who.ok ? history(messages, ownPeerId, who.peerId, command) : unresolved(id, who);
    }
    case 'search': {
      const who = command.with === undefined ? undefined : withWhom(people, command.with);
      if (who && !who.ok) return unresolved(id, who);
      const found = messages.search(command.text, { limit: command.limit, ...(who && { conversation: who.peerId }) });
      return { reply: id, ok: true, messages: found.map((message) => messageObject(message, ownPeerId)) };
    }
    case 'read': {
      const message = messages.get(command.messageId);
      if (!message) return unknownMessage(id);
      await messages.markRead(message.conversation, message.position);
      return { reply: id, ok: true };
    }
  }
}

async function send(messages: Messages, who: ResolvedPerson, { id, text }: CommandOf<'send'>): Promise<AutomationObject> {
  if (!who.ok) return unresolved(id, who);
  const sent = await messages.send(who.peerId, text);
  return sent.ok ? { reply: id, ok: true, messageId: sent.message.messageId } : refusal(id, sent.code, sent.message);
}

async function cancel(messages: Messages, ownPeerId: string, { id, messageId }: CommandOf<'cancel'>): Promise<AutomationObject> {
  const message = messages.get(messageId);
  if (message?.from !== ownPeerId) return unknownMessage(id);
  if (await messages.cancel(messageId)) return { reply: id, ok: true };
  return refusal(id, 'too-late', 'The message is on its way already, or its end is known.');
}

function history(
  messages: Messages,
  ownPeerId: string,
  conversation: PeerId,
  { id, limit, before }: CommandOf<'history'>,
): AutomationObject {
  const next = before === undefined ? undefined : messages.get(before);
  if (before !== undefined && next?.conversation !== conversation) return unknownMessage(id);
  const page: readonly StoredMessage[] = messages.history(conversation, {
    limit,
    ...(next && { beforePosition: next.position }),
  });
  return { reply: id, ok: true, messages: page.map((message) => messageObject(message, ownPeerId)).reverse() };
}

/** A conversation may outlast the memory of whom it was with. */
function withWhom(people: NonNullable<Hallway['talk']>['people'], who: string): ResolvedPerson {
  return /^[a-z2-7]{52}$/.test(who) ? { ok: true, peerId: who } : people.resolve(who);
}

function unresolved(id: CommandId, { code, message, candidates }: Extract<ResolvedPerson, { ok: false }>): AutomationObject {
  if (candidates.length === 0) return refusal(id, code, message);
  const listed = candidates.map(({ peerId, name, isHere }) => ({ peerId, name, here: isHere }));
  const named = candidates.map(({ peerId, isHere }) => `${peerId} (${isHere ? 'here' : 'not here'})`);
  return { reply: id, ok: false, code, message: `${message} ${named.join(', ')}`, candidates: listed };
}

function unknownMessage(id: CommandId): AutomationObject {
  return refusal(id, 'unknown-message', 'There is no such message.');
}
