/**
 * The part of a conversation that the page holds: without gaps, in cursor order, and bounded. Pure.
 * `message-loader.ts` loads its parts.
 */
import type { KeptBy, Message } from '../../shared/contract/messages.ts';
import { compareCursors, isLater, type Cursor } from '../../shared/lib/ids.ts';

type DeliveryState = NonNullable<Message['state']>;

/**
 * Messages held at most, some 30 windows full. Beyond that, the end farther from the reader is
 * dropped.
 */
export const maxHeld = 1_200;
/** The first number of a list; older messages count down from here. */
const firstIndexAtStart = 10_000_000;

export interface MessageWindow {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /**
   * The number of the first message. It falls by the count of prepended messages, so that a list
   * recognises the others.
   */
  readonly firstIndex: number;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Rises when the window is replaced, so that the list starts over. */
  readonly generation: number;
}

export interface Page {
  /** In any order. */
  readonly messages: readonly Message[];
  /** Whether it reaches the end of the conversation in the queried direction. */
  readonly isEnd: boolean;
}

/**
 * A message moves from `queued` over `sent` and `delivered` to `read`, never back (rule DELIVER-5).
 * The last two states are final. Events may arrive twice or late.
 */
const ranks: Readonly<Record<DeliveryState, number>> = { queued: 0, sent: 1, delivered: 2, read: 3, failed: 4, cancelled: 4 };

export function laterState(before: DeliveryState | undefined, news: DeliveryState | undefined): DeliveryState | undefined {
  if (before === undefined || news === undefined) return news ?? before;
  return ranks[news] > ranks[before] ? news : before;
}

export function openWindow(page: Page, generation: number, hasNewer = false): MessageWindow {
  return { messages: inOrder(page.messages), firstIndex: firstIndexAtStart, hasOlder: !page.isEnd, hasNewer, generation };
}

export function putOlder(window: MessageWindow, page: Page): MessageWindow {
  const first = window.messages[0]?.cursor;
  const older = inOrder(page.messages.filter(({ cursor }) => first === undefined || isLater(first, cursor)));
  const all = [...older, ...window.messages];
  const messages = all.slice(0, maxHeld);
  return {
    ...window,
    messages,
    firstIndex: window.firstIndex - older.length,
    hasOlder: !page.isEnd,
    hasNewer: window.hasNewer || messages.length < all.length,
  };
}

/**
 * @param last the conversation's last message; newer ones than the window may have arrived during
 * the query
 */
export function putNewer(window: MessageWindow, page: Page, last: Cursor | undefined): MessageWindow {
  const ownLast = lastCursorOf(window);
  const all = [...window.messages, ...inOrder(page.messages.filter(({ cursor }) => isLater(cursor, ownLast)))];
  const messages = all.slice(-maxHeld);
  const dropped = all.length - messages.length;
  return {
    ...window,
    messages,
    firstIndex: window.firstIndex + dropped,
    hasOlder: window.hasOlder || dropped > 0,
    hasNewer: isLater(last, messages.at(-1)?.cursor),
  };
}

/**
 * A message that was just persisted. If the window has it, only its state changes. Beyond a gap it
 * is left to be loaded.
 */
export function putMessage(window: MessageWindow, message: Message): MessageWindow {
  if (!isLater(message.cursor, lastCursorOf(window))) return message.late ? putLate(window, message) : replace(window, message);
  return window.hasNewer ? window : putNewer(window, { messages: [message], isEnd: true }, message.cursor);
}

/** A message that belongs before others that are held. Before a gap it is left to be loaded. */
function putLate(window: MessageWindow, message: Message): MessageWindow {
  const { messages, hasOlder } = window;
  if (messages.some(({ cursor }) => cursor === message.cursor)) return replace(window, message);
  if (hasOlder && !isLater(message.cursor, messages[0]?.cursor)) return window;
  return { ...window, messages: inOrder([...messages, message]) };
}

/** How many have a message of ours. */
export function putKept(window: MessageWindow, messageId: string, keptBy: KeptBy): MessageWindow {
  const index = window.messages.findLastIndex((other) => other.messageId === messageId && other.state !== undefined);
  const before = window.messages[index];
  return before === undefined ? window : { ...window, messages: window.messages.with(index, { ...before, keptBy }) };
}

export function putState(window: MessageWindow, messageId: string, state: DeliveryState): MessageWindow {
  // Own messages only: a message ID is unique per author.
  const message = window.messages.findLast((other) => other.messageId === messageId && other.state !== undefined);
  return message === undefined ? window : replace(window, { ...message, state });
}

/**
 * Merges the latest page, as after a deletion or a lost connection.
 *
 * @param knownThrough the last known position when the page was queried: newer messages arrived
 * meanwhile, and stay
 */
export function refresh(window: MessageWindow, page: Page, knownThrough: Cursor | undefined): MessageWindow {
  if (window.hasNewer) return window;
  const fresh = inOrder(page.messages);
  const from = page.isEnd ? undefined : fresh[0]?.cursor;
  // No overlap: the messages between are not loaded.
  if (isLater(from, lastCursorOf(window))) return openWindow(page, window.generation + 1);
  const cursors = new Set(fresh.map(({ cursor }) => cursor));
  const isGone = ({ cursor }: Message): boolean =>
    !isLater(from, cursor) && !isLater(cursor, knownThrough) && !cursors.has(cursor);
  if (window.messages.some(isGone)) {
    const arrived = window.messages.filter(({ cursor }) => isLater(cursor, knownThrough) && !cursors.has(cursor));
    return openWindow({ messages: [...fresh, ...arrived], isEnd: page.isEnd }, window.generation + 1);
  }
  return fresh.reduce(putMessage, window);
}

export function lastCursorOf({ messages }: Pick<MessageWindow, 'messages'>): Cursor | undefined {
  return messages.at(-1)?.cursor;
}

function replace(window: MessageWindow, message: Message): MessageWindow {
  const index = window.messages.findLastIndex(({ cursor }) => cursor === message.cursor);
  const before = window.messages[index];
  if (before === undefined) return window;
  const state = laterState(before.state, message.state);
  if (state === before.state) return window;
  return { ...window, messages: window.messages.with(index, { ...before, ...(state !== undefined && { state }) }) };
}

function inOrder(messages: readonly Message[]): readonly Message[] {
  const byCursor = new Map(messages.map((message) => [message.cursor, message]));
  return [...byCursor.values()].sort((a, b) => compareCursors(a.cursor, b.cursor));
}
