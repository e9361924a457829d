/**
 * The commands of the automation interface about stored messages: `history`, `search`, `read`,
 * `export`, `clear`. run-command.ts runs the others, and replies if the messages cannot be read.
 */
import { conversationOf, isPeerId, peerOfConversation, type ConversationId, type PeerId } from '../../../../shared/lib/ids.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import type { ContactsArea } from '../../../core/contacts/contacts.ts';
import type { MessagesArea } from '../../../core/messaging/messages.ts';
import type { CommandOf } from './automation-command.ts';
import {
  exportedMessageObject,
  messageObject,
  type AutomationObject,
  notAvailableYet,
  refusal,
  unknownMessage,
  unresolved,
} from './automation-objects.ts';

export type HistoryCommand = CommandOf<'history' | 'search' | 'read' | 'export' | 'clear'>;

interface Areas {
  readonly messages: MessagesArea;
  readonly contacts: ContactsArea;
}

/**
 * Characters of text in one page of an export: fewer than a client's longest line, with all of them
 * escaped.
 */
const maxExportedLength = 1_048_576;
/** Conversations to clear at once: more than any user has. */
const maxConversations = 1_000_000;

export async function runHistoryCommand(
  { messages, contacts }: Areas,
  ownPeerId: PeerId,
  command: HistoryCommand,
): Promise<AutomationObject> {
  const { id } = command;
  if (command.cmd === 'read') {
    const message = messages.get(command.messageId);
    if (!message) return unknownMessage(id);
    await messages.markRead(message.conversation, message.cursor);
    return { reply: id, ok: true };
  }
  // Rooms of later versions, never a contact.
  if (command.with?.startsWith('#')) return notAvailableYet(id, 'rooms');
  const who = command.with === undefined ? undefined : withWhom(contacts, command.with);
  if (who && !who.ok) return unresolved(id, who);
  const conversation = who && conversationOf(who.peerId);
  switch (command.cmd) {
    case 'history':
      return history(messages, ownPeerId, conversation, command);
    case 'search': {
      const found = await messages.search(command.text, {
        limit: command.limit,
        ...(conversation !== undefined && { conversation }),
      });
      return { reply: id, ok: true, messages: found.map((message) => messageObject(message, ownPeerId)) };
    }
    case 'export':
      return exportPage({ messages, contacts }, conversation, command);
    case 'clear':
      return clear(messages, conversation, command);
  }
}

/** A conversation may outlast its contact, so a peer ID needs no contact. */
function withWhom(contacts: ContactsArea, who: string): ResolvedContact {
  return isPeerId(who) ? { ok: true, peerId: who } : contacts.resolve(who);
}

function history(
  messages: MessagesArea,
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
  messages: MessagesArea,
  conversation: ConversationId | undefined,
  { id }: CommandOf<'clear'>,
): Promise<AutomationObject> {
  const cleared =
    conversation === undefined ? messages.conversations(maxConversations).map((summary) => summary.conversation) : [conversation];
  let deleted = 0;
  for (const one of cleared) {
    const count = await messages.clear(one);
    if (count === undefined) return refusal(id, 'not-kept', say('automation.not-cleared'));
    deleted += count;
  }
  return { reply: id, ok: true, deleted };
}
