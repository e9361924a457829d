/**
 * The window of what is on its way to one peer, from one session to its end: what may be sent next, in order, and what was sent without being
 * kept over there (rules DELIVER-4, DELIVER-6, DELIVER-8). Only books; `outbox.ts` acts.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { countForFrame } from '../wire/frames.ts';
import type { DeliveryState, StoredMessage } from '../ports.ts';

/** Messages on their way to one peer that are not acknowledged: enough for a fast link, little enough to send again. */
const maxInFlight = 4_096;
/** Their texts together, in UTF-16 units: 8 MB for a peer that never acknowledges. */
const maxTextInFlight = 4_194_304;
/** Read from the store at a time. */
export const loadCount = 1_024;
/**
 * Just written, held until they are sent, and their texts in UTF-16 units: a whole window of them, because whoever writes as fast as the other
 * acknowledges would otherwise make us read everything back from the store.
 */
export const maxAppended = maxInFlight;
const maxTextAppended = 1_048_576;

export interface SendWindow {
  /** Sent, and not yet kept as delivered, by id. */
  readonly inFlight: Map<MessageId, StoredMessage>;
  textInFlight: number;
  /** Of those, what the peer has acknowledged and the store has not kept yet. */
  readonly acknowledged: Map<MessageId, Extract<DeliveryState, 'delivered' | 'failed'>>;
  /** About to be sent, while that is being kept. */
  readonly leaving: Set<MessageId>;
  /** The last sequence that was sent in this session. */
  sentThrough: number;
  /** Read from the store or just written, not sent yet; in order, from `next` on. */
  loaded: StoredMessage[];
  next: number;
  /** The texts of those, in UTF-16 units. */
  textLoaded: number;
  /** Nothing behind `loaded` waits in the store. */
  isCaughtUp: boolean;
  /** The session takes no more for now. */
  isFull: boolean;
  /** Something was acknowledged in this session. */
  hasProgress: boolean;
  cancelTurn: Unsubscribe | undefined;
  cancelRetry: Unsubscribe | undefined;
}

export function createSendWindow(): SendWindow {
  return {
    inFlight: new Map(),
    textInFlight: 0,
    acknowledged: new Map(),
    leaving: new Set(),
    sentThrough: 0,
    loaded: [],
    next: 0,
    textLoaded: 0,
    isCaughtUp: false,
    isFull: false,
    hasProgress: false,
    cancelTurn: undefined,
    cancelRetry: undefined,
  };
}

export function hasRoom(window: SendWindow): boolean {
  return !window.isFull && window.inFlight.size < maxInFlight && window.textInFlight < maxTextInFlight;
}

export function isEmpty(window: SendWindow): boolean {
  return window.next === window.loaded.length;
}

/** What the store says comes next. */
export function fill(window: SendWindow, messages: readonly StoredMessage[]): void {
  window.loaded = [...messages];
  window.next = 0;
  window.textLoaded = 0;
  for (const { text } of messages) window.textLoaded += text.length;
  window.isCaughtUp = messages.length < loadCount;
}

/** Spares the store a question about what was just given to it. */
export function append(window: SendWindow, message: StoredMessage): void {
  const last = window.loaded.at(-1)?.sequence ?? window.sentThrough;
  // Otherwise it is among the loaded ones already, or something between them is not.
  const isNext = window.isCaughtUp && message.sequence === last + 1;
  const hasSpace = window.loaded.length - window.next < maxAppended && window.textLoaded < maxTextAppended;
  if (!isNext || !hasSpace) {
    window.isCaughtUp = false;
    return;
  }
  // What was sent is not held for the sake of what was not: a window that is never empty would hold everything.
  if (isEmpty(window) || window.next >= maxAppended) leaveOut(window);
  window.loaded.push(message);
  window.textLoaded += message.text.length;
}

export function drop(window: SendWindow, messageId: MessageId): void {
  leaveOut(window, messageId);
}

/** Takes what fits into one frame and into the window, and counts it as sent. @param isHeldBack nothing overtakes such a message, nor one that may not leave yet */
export function takeForFrame(window: SendWindow, isHeldBack: (messageId: MessageId) => boolean): readonly StoredMessage[] {
  const most = Math.min(countForFrame(window.loaded, window.next), maxInFlight - window.inFlight.size);
  const taken: StoredMessage[] = [];
  for (let message = window.loaded[window.next]; message && taken.length < most; message = window.loaded[window.next]) {
    if (isHeldBack(message.messageId) || message.state === 'queued') break;
    taken.push(message);
    window.next += 1;
    window.textLoaded -= message.text.length;
    window.sentThrough = message.sequence;
    window.inFlight.set(message.messageId, message);
    window.textInFlight += message.text.length;
  }
  return taken;
}

export function isNextQueued(window: SendWindow): boolean {
  return window.loaded[window.next]?.state === 'queued';
}

/** Those that never left us, from the next one on, and none behind one that is held back. */
export function nextQueued(window: SendWindow, isHeldBack: (messageId: MessageId) => boolean): readonly MessageId[] {
  const messageIds: MessageId[] = [];
  for (let index = window.next; index < window.loaded.length && messageIds.length < loadCount; index += 1) {
    const { messageId, state } = window.loaded[index] as StoredMessage;
    if (isHeldBack(messageId)) break;
    if (state === 'queued') messageIds.push(messageId);
  }
  return messageIds;
}

/** It is kept that those leave. */
export function markLeft(window: SendWindow): void {
  window.loaded = window.loaded.map((message) =>
    window.leaving.has(message.messageId) ? { ...message, state: 'sent' } : message,
  );
  window.leaving.clear();
}

/** It is kept that this one needs no delivery any more. @returns undefined if that was known */
export function removeInFlight(window: SendWindow, messageId: MessageId): StoredMessage | undefined {
  const message = window.inFlight.get(messageId);
  if (!message) return undefined;
  window.inFlight.delete(messageId);
  window.acknowledged.delete(messageId);
  window.textInFlight -= message.text.length;
  return message;
}

/** What was sent, and that one. */
function leaveOut(window: SendWindow, messageId?: MessageId): void {
  const { isCaughtUp } = window;
  fill(
    window,
    window.loaded.slice(window.next).filter((message) => message.messageId !== messageId),
  );
  window.isCaughtUp = isCaughtUp;
}
