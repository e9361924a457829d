/** Work on all conversations, a page of messages at a time. Every call may fail, and ends the work. */
import { maxPage, type Conversation, type Message } from '../../../shared/contract/messages.ts';
import { partsOf } from '../../../shared/lib/ids.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { createMessageLine, oneLine } from '../../../shared/text/message-line.ts';
import type { HallwayState } from '../../state/store.ts';
import { saveText } from '../../ui/save-text.ts';
import { say } from '../../../shared/text/messages/page.ts';

const lineTexts = {
  unknownTime: say('line.unknown-time'),
  failed: say('line.failed'),
  cancelled: say('line.cancelled'),
  sent: (time: string) => say('line.sent', { time }),
};

/** The name of a contact, else its peer ID. */
type NameOf = (peerId: string) => string;

export type Done = { readonly ok: true; readonly count: number } | { readonly ok: false; readonly message: string };
type Exported = { readonly ok: true; readonly count: number; readonly text: string } | Extract<Done, { ok: false }>;

/** @returns the number of conversations that had something unread */
export async function markAllRead(client: RpcClient): Promise<Done> {
  return forEach(client, async ({ conversation, unread, last }) => {
    if (unread === 0) return { ok: true, count: 0 };
    const marked = await client.call('markRead', { conversation, through: last.cursor });
    return marked.ok ? { ok: true, count: 1 } : marked;
  });
}

/** @returns the number of deleted messages */
export async function clearAll(client: RpcClient): Promise<Done> {
  return forEach(client, async ({ conversation }) => {
    const cleared = await client.call('clearConversation', { conversation });
    return cleared.ok ? { ok: true, count: cleared.output.deleted } : cleared;
  });
}

/** @returns the number of messages, and the text: a paragraph per conversation, oldest message first */
async function exportAll(client: RpcClient, nameOf: NameOf): Promise<Exported> {
  const parts: string[] = [];
  const lineOf = createMessageLine({ texts: lineTexts });
  const done = await forEach(client, async (summary) => {
    const read = await readConversation(client, summary);
    if (!read.ok) return read;
    parts.push(`${titleOf(summary, nameOf)}\n${read.messages.map((message) => lineOf(message, message.fromName)).join('\n')}\n`);
    return { ok: true, count: read.messages.length };
  });
  return done.ok ? { ...done, text: parts.join('\n') } : done;
}

/** Saves all messages as a file. */
export async function saveAllMessages(client: RpcClient, { core, messages }: HallwayState): Promise<Done> {
  const nameOf = (peerId: string): string => messages.contacts.get(peerId)?.name ?? core.peers.get(peerId)?.name ?? peerId;
  const result = await exportAll(client, nameOf);
  if (result.ok) saveText(`hallway-messages-${new Date().toISOString().slice(0, 10)}.txt`, result.text);
  return result;
}

async function forEach(client: RpcClient, work: (summary: Conversation) => Promise<Done>): Promise<Done> {
  const listed = await client.call('conversations', {});
  if (!listed.ok) return listed;
  let count = 0;
  for (const summary of listed.output.conversations) {
    const done = await work(summary);
    if (!done.ok) return done;
    count += done.count;
  }
  return { ok: true, count };
}

type ReadConversation = { readonly ok: true; readonly messages: readonly Message[] } | Extract<Done, { ok: false }>;

async function readConversation(client: RpcClient, { conversation }: Conversation): Promise<ReadConversation> {
  const messages: Message[] = [];
  for (;;) {
    const oldest = messages.at(-1);
    const page = await client.call('history', {
      conversation,
      limit: maxPage,
      ...(oldest !== undefined && { before: oldest.cursor }),
    });
    if (!page.ok) return page;
    messages.push(...page.output.messages);
    if (page.output.messages.length < maxPage) return { ok: true, messages: messages.reverse() };
  }
}

function titleOf({ conversation }: Conversation, nameOf: NameOf): string {
  const parts = partsOf(conversation);
  return parts.type === 'room'
    ? say('settings-page.export.room', { name: `#${parts.name}` })
    : say('settings-page.export.with', { name: oneLine(nameOf(parts.peerId)) });
}
