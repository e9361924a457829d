/**
 * A range of a conversation's messages that the user selected, whether the page holds them or not:
 * decides which messages belong to it, and fetches them. Bounded: of a longer range it takes the
 * latest messages.
 */
import { maxPage } from '../../shared/contract/messages.ts';
import type { Message } from '../../shared/contract/messages.ts';
import { compareCursors, isLater, type ConversationId, type Cursor } from '../../shared/lib/ids.ts';
import type { CallResult, RpcClient } from '../../shared/rpc/rpc.ts';
import type { MessageWindow } from './message-window.ts';
import { fetchNewer, fetchOlder } from './pages.ts';

/** Messages copied at most: 50 pages, which take less than a second. An export has no limit. */
export const maxCopied = 10_000;
/** Their texts together, in UTF-16 code units: programs paste some megabytes without trouble. */
export const maxCopiedLength = 4_000_000;

/** With both ends. Without one of them it reaches to the beginning or the end of the conversation. */
export interface MessageRange {
  readonly first?: Cursor;
  readonly last?: Cursor;
}

export interface RangeMessages {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Whether the range has earlier messages than fit. */
  readonly isCut: boolean;
}

export const wholeConversation: MessageRange = {};

/** @returns the range from the first to the last of these; `undefined` for fewer than two */
export function rangeOver(cursors: readonly Cursor[]): MessageRange | undefined {
  const sorted = cursors.toSorted(compareCursors);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first === undefined || last === undefined || first === last ? undefined : { first, last };
}

export function isInRange({ first, last }: MessageRange, cursor: Cursor): boolean {
  return !isLater(first, cursor) && (last === undefined || !isLater(cursor, last));
}

/** @returns `undefined` unless the page holds the whole range */
export function heldInRange(window: MessageWindow, range: MessageRange): RangeMessages | undefined {
  const [first, last] = [window.messages[0]?.cursor, window.messages.at(-1)?.cursor];
  const hasFirst = !window.hasOlder || (range.first !== undefined && first !== undefined && !isLater(first, range.first));
  const hasLast = !window.hasNewer || (range.last !== undefined && last !== undefined && !isLater(range.last, last));
  if (!hasFirst || !hasLast) return undefined;
  const collected = createCollection(range);
  for (const message of window.messages.toReversed()) if (!collected.add(message)) break;
  return collected.result();
}

/** Fetches a range page by page, from its end on. */
export async function fetchRange(
  client: Pick<RpcClient, 'call'>,
  conversation: ConversationId,
  range: MessageRange,
): Promise<CallResult<RangeMessages>> {
  const collected = createCollection(range);
  let before: Cursor | undefined;
  if (range.last !== undefined) {
    // A page ends before a cursor, so it takes the next one to include the last message.
    const next = await fetchNewer(client, conversation, 1, range.last);
    if (!next.ok) return next;
    before = next.output.messages[0]?.cursor;
  }
  for (;;) {
    const page = await fetchOlder(client, conversation, maxPage, before);
    if (!page.ok) return page;
    const latestFirst = page.output.messages.toSorted((a, b) => compareCursors(b.cursor, a.cursor));
    const isDone = latestFirst.some((message) => !collected.add(message));
    if (isDone || page.output.isEnd) return { ok: true, output: collected.result() };
    before = latestFirst.at(-1)?.cursor;
  }
}

interface Collection {
  /** Takes messages from the latest on. @returns whether earlier ones may follow */
  add(message: Message): boolean;
  result(): RangeMessages;
}

function createCollection(range: MessageRange): Collection {
  const messages: Message[] = [];
  let length = 0;
  let isCut = false;
  return {
    add(message) {
      if (isLater(range.first, message.cursor)) return false;
      if (!isInRange(range, message.cursor)) return true;
      isCut = messages.length >= maxCopied || length + message.text.length > maxCopiedLength;
      if (isCut) return false;
      messages.push(message);
      length += message.text.length;
      return true;
    },
    result: () => ({ messages: messages.toReversed(), isCut }),
  };
}
