/**
 * The commands of the automation interface about stored messages: `history`, `search`, `read`,
 * `export`, `clear`. run-command.ts runs the others, and replies if the messages cannot be read.
 */
import {
  conversationOf,
  conversationOfRoom,
  isPeerId,
  peerOfConversation,
  type ConversationId,
  type PeerId,
} from '../../../../shared/lib/ids.ts';
import { badRoom, isPrivateName, readAnyRoomName } from '../../../../shared/text/room-names.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import type { ContactsArea } from '../../../core/contacts/contacts.ts';
import type { Rooms } from '../../../core/rooms/rooms.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import type { CommandOf } from './automation-command.ts';
import {
  exportedMessageObject,
  messageObject,
  type AutomationObject,
  refusal,
  refused,
  unknownMessage,
  unresolved,
} from './automation-objects.ts';

export type HistoryCommand = CommandOf<'history' | 'search' | 'read' | 'export' | 'clear'>;

interface Areas {
  readonly messages: MessagesArea;
  readonly contacts: ContactsArea;
  readonly rooms: Rooms | undefined;
}

/**
 * Characters of text in one page of an export: fewer than a client's longest line, with all of them
 * escaped.
 */
const maxExportedLength = 1_048_576;
/** Conversations to clear at once: more than any user has. */
const maxConversations = 1_000_000;

export async function runHistoryCommand(areas: Areas, ownPeerId: PeerId, command: HistoryCommand): Promise<AutomationObject> {
  const { id } = command;
  const { messages, contacts, rooms } = areas;
  if (command.cmd === 'read') {
    const ofRoom = rooms?.get(command.messageId);
    const message = ofRoom ?? messages.get(command.messageId);
    if (!message) return unknownMessage(id);
    await (ofRoom && rooms ? rooms : messages).markRead(message.conversation, message.cursor);
    return { reply: id, ok: true };
  }
  const isRoom = isRoomSign(command.with ?? '');
  if (isRoom && !rooms) return refusal(id, 'not-available', say('automation.no-rooms'));
  const meant = command.with === undefined ? undefined : findConversation(contacts, command.with);
  if (meant && !meant.ok) return 'candidates' in meant ? unresolved(id, meant) : refused(id, meant);
  const conversation = meant?.conversation;
  switch (command.cmd) {
    case 'history':
      return history(isRoom && rooms ? withAhead(rooms) : messages, ownPeerId, conversation, command);
    case 'search': {
      const found = await messages.search(command.text, {
        limit: command.limit,
        ...(conversation !== undefined && { conversation }),
      });
      return { reply: id, ok: true, messages: found.map((message) => messageObject(message, ownPeerId)) };
    }
    case 'export':
      return exportPage(areas, conversation, command);
    case 'clear':
      return clear(areas, conversation, command);
  }
}

function isRoomSign(who: string): boolean {
  return who.startsWith('#') || isPrivateName(who);
}

type FoundConversation =
  { readonly ok: true; readonly conversation: ConversationId } | Extract<ResolvedContact, { ok: false }> | Refusal<'bad-room'>;

/**
 * A conversation may outlast its contact, so a peer ID needs no contact. A room may be one that we
 * left.
 */
function findConversation(contacts: ContactsArea, who: string): FoundConversation {
  if (isRoomSign(who)) {
    const name = readAnyRoomName(who);
    return name === undefined ? badRoom(who) : { ok: true, conversation: conversationOfRoom(name) };
  }
  const found: ResolvedContact = isPeerId(who) ? { ok: true, peerId: who } : contacts.resolve(who);
  return found.ok ? { ok: true, conversation: conversationOf(found.peerId) } : found;
}

type Readable = Pick<MessagesArea, 'get' | 'history'>;

/** The one order that every node shows ends with the messages that are ahead. */
function withAhead(rooms: Rooms): Readable {
  return {
    get: rooms.get,
    history(conversation, options) {
      const past = rooms.history(conversation, options);
      if (options.before !== undefined) return past;
      return [...rooms.ahead(conversation).toReversed(), ...past].slice(0, options.limit);
    },
  };
}

function history(
  messages: Readable,
  ownPeerId: PeerId,
  conversation: ConversationId | undefined,
  { id, limit, before }: CommandOf<'history'>,
): AutomationObject {
  const next = before === undefined ? undefined : messages.get(before);
  if (before !== undefined && next?.conversation !== conversation) return unknownMessage(id);
  const options = { limit, ...(next && { before: next.cursor }) };
  const page: readonly StoredMessage[] = conversation === undefined ? [] : messages.history(conversation, options);
  return { reply: id, ok: true, messages: page.map((message) => messageObject(message, ownPeerId)).reverse() };
}

function exportPage(
  { messages, contacts }: Areas,
  conversation: ConversationId | undefined,
  { id, limit, after }: CommandOf<'export'>,
): AutomationObject {
  const page: StoredMessage[] = [];
  let length = 0;
  for (const message of messages.exportMessages(conversation, after)) {
    page.push(message);
    length += message.text.length;
    if (page.length >= limit || length >= maxExportedLength) break;
  }
  const isFull = page.length >= limit || length >= maxExportedLength;
  const last = page.at(-1);
  return {
    reply: id,
    ok: true,
    messages: page.map((message) => exportedMessageObject(message, otherName(contacts, message.conversation))),
    ...(isFull && last && { next: last.position }),
  };
}

function otherName(contacts: ContactsArea, conversation: ConversationId): string | undefined {
  const peerId = peerOfConversation(conversation);
  return peerId === undefined ? undefined : contacts.get(peerId)?.name;
}

async function clear(
  { messages, rooms }: Areas,
  conversation: ConversationId | undefined,
  { id }: CommandOf<'clear'>,
): Promise<AutomationObject> {
  const cleared =
    conversation === undefined ? messages.conversations(maxConversations).map((summary) => summary.conversation) : [conversation];
  let deleted = 0;
  for (const one of cleared) {
    const isRoom = peerOfConversation(one) === undefined;
    const count = await (isRoom && rooms ? rooms : messages).clear(one);
    if (count === undefined) return refusal(id, 'not-kept', say('automation.not-cleared'));
    deleted += count;
  }
  return { reply: id, ok: true, deleted };
}
