/**
 * The commands of the automation interface about messages that are kept: `history`, `search`, `read`, `export`, `clear`. run-command.ts does the
 * rest, and answers where the messages cannot be read.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import type { ResolvedPerson } from '../../../core/contacts/resolve-contact.ts';
import type { Talk } from '../../../core/direct-messages.ts';
import type { CommandOf } from './automation-command.ts';
import { exportedMessageObject, messageObject, type AutomationObject } from './automation-objects.ts';
import { notAvailableYet, refusal, unknownMessage, unresolved } from './refusals.ts';

export type HistoryCommand = CommandOf<'history' | 'search' | 'read' | 'export' | 'clear'>;

type TalkOfCommands = Pick<Talk, 'messages' | 'people'>;

/** Characters of texts in one page of an export: with every one of them escaped, less than a client takes in one line. */
const maxExportedLength = 1_048_576;
/** Conversations cleared at once: more than anybody has. */
const maxConversations = 1_000_000;

export async function runHistoryCommand(
  { messages, people }: TalkOfCommands,
  ownPeerId: PeerId,
  command: HistoryCommand,
): Promise<AutomationObject> {
  const { id } = command;
  if (command.cmd === 'read') {
    const message = messages.get(command.messageId);
    if (!message) return unknownMessage(id);
    await messages.markRead(message.conversation, message.position);
    return { reply: id, ok: true };
  }
  // No person can be meant: this is how rooms will be called.
  if (command.with?.startsWith('#')) return notAvailableYet(id, 'rooms');
  const who = command.with === undefined ? undefined : withWhom(people, command.with);
  if (who && !who.ok) return unresolved(id, who);
  const conversation = who?.peerId;
  switch (command.cmd) {
    case 'history':
      return history(messages, ownPeerId, conversation ?? '', command);
    case 'search': {
      const found = messages.search(command.text, { limit: command.limit, ...(conversation !== undefined && { conversation }) });
      return { reply: id, ok: true, messages: found.map((message) => messageObject(message, ownPeerId)) };
    }
    case 'export':
      return exportPage({ messages, people }, conversation, command);
    case 'clear':
      return clear(messages, conversation, command);
  }
}

/** A conversation may outlast the memory of whom it was with. */
function withWhom(people: Talk['people'], who: string): ResolvedPerson {
  return /^[a-z2-7]{52}$/.test(who) ? { ok: true, peerId: who } : people.resolve(who);
}

function history(
  messages: Talk['messages'],
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

function exportPage(
  { messages, people }: TalkOfCommands,
  conversation: string | undefined,
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
    messages: page.map((message) => exportedMessageObject(message, people.acquaintance(message.conversation)?.name)),
    ...(isFull && last && { next: last.position }),
  };
}

async function clear(
  messages: Talk['messages'],
  conversation: string | undefined,
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
