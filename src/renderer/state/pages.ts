/**
 * Asks the core for stretches of a conversation. The contract pages backwards only, from a position on; here are also the ways forward and
 * around a message, which follow from that: as positions rise by at least one, no more than N messages lie in the next N positions.
 */
import type { Message } from '../../shared/contract/messages.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import type { CallResult, RpcClient } from '../../shared/rpc/rpc.ts';
import type { Page } from './message-window.ts';

type Client = Pick<RpcClient, 'call'>;

/** How much farther to look where the next stretch of positions has nothing of this conversation. */
const widening = 8;

/** The newest messages, or those before a position. */
export async function fetchOlder(
  client: Client,
  conversation: PeerId,
  limit: number,
  beforePosition?: number,
): Promise<CallResult<Page>> {
  const input = { conversation, limit, ...(beforePosition !== undefined && { beforePosition }) };
  const result = await client.call('history', input);
  if (!result.ok) return result;
  return { ok: true, output: { messages: result.output.messages, isEnd: result.output.messages.length < limit } };
}

/** @param lastPosition of the conversation, as far as is known: where to stop looking */
export async function fetchNewer(
  client: Client,
  conversation: PeerId,
  limit: number,
  { afterPosition, lastPosition }: { readonly afterPosition: number; readonly lastPosition: number },
): Promise<CallResult<Page>> {
  // Nothing lies within `empty` of the start; too much lies within `crowded`.
  let empty = 0;
  let crowded = Number.POSITIVE_INFINITY;
  let span = limit;
  for (;;) {
    const result = await fetchOlder(client, conversation, limit, afterPosition + span + 1);
    if (!result.ok) return result;
    const messages = result.output.messages.filter(({ position }) => position > afterPosition);
    const isPart = messages.length === limit && span - empty > limit;
    const isEnd = afterPosition + span >= lastPosition;
    if (!isPart && (messages.length > 0 || isEnd)) return { ok: true, output: { messages, isEnd } };
    if (isPart) crowded = span;
    else empty = span;
    const wider = Number.isFinite(crowded) ? Math.floor((empty + crowded) / 2) : span * widening;
    span = Math.max(wider, empty + limit);
  }
}

/** A message with what was said before and after it. */
export async function fetchAround(
  client: Client,
  { conversation, position }: Pick<Message, 'conversation' | 'position'>,
  limit: number,
  lastPosition: number,
): Promise<CallResult<Page>> {
  const [before, after] = await Promise.all([
    fetchOlder(client, conversation, limit, position + 1),
    fetchNewer(client, conversation, limit, { afterPosition: position, lastPosition }),
  ]);
  if (!before.ok) return before;
  if (!after.ok) return after;
  return { ok: true, output: { messages: [...before.output.messages, ...after.output.messages], isEnd: before.output.isEnd } };
}
