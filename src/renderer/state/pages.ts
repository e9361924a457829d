/**
 * Queries the core for parts of a conversation: the newest, those before or after a cursor, and
 * those around a message.
 */
import type { CallInput } from '../../shared/contract/index.ts';
import type { Message } from '../../shared/contract/messages.ts';
import type { ConversationId, Cursor } from '../../shared/lib/ids.ts';
import type { CallResult, RpcClient } from '../../shared/rpc/rpc.ts';
import type { Page } from './message-window.ts';

type Client = Pick<RpcClient, 'call'>;

/** The newest messages, or those before a cursor. */
export function fetchOlder(
  client: Client,
  conversation: ConversationId,
  limit: number,
  before?: Cursor,
): Promise<CallResult<Page>> {
  return fetchPage(client, { conversation, limit, ...(before !== undefined && { before }) });
}

export function fetchNewer(
  client: Client,
  conversation: ConversationId,
  limit: number,
  after: Cursor,
): Promise<CallResult<Page>> {
  return fetchPage(client, { conversation, limit, after });
}

/** A message with its context before and after. */
export async function fetchAround(
  client: Client,
  { conversation, cursor }: Pick<Message, 'conversation' | 'cursor'>,
  limit: number,
): Promise<CallResult<Page>> {
  const newer = await fetchNewer(client, conversation, limit, cursor);
  if (!newer.ok) return newer;
  // Reads up to the next message, so that the page includes this one if it still exists.
  const older = await fetchOlder(client, conversation, limit, newer.output.messages.at(-1)?.cursor);
  if (!older.ok) return older;
  return { ok: true, output: { messages: [...older.output.messages, ...newer.output.messages], isEnd: older.output.isEnd } };
}

async function fetchPage(client: Client, input: CallInput<'history'>): Promise<CallResult<Page>> {
  const result = await client.call('history', input);
  if (!result.ok) return result;
  return { ok: true, output: { messages: result.output.messages, isEnd: result.output.messages.length < input.limit } };
}
