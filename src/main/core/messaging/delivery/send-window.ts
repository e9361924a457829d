/**
 * The window of what is on its way to one peer, from one session to its end: what may be sent next, in order, and what was sent without being
 * kept over there (rules DELIVER-4, DELIVER-6, DELIVER-8). Only books; `outbox.ts` acts.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { countForFrame } from '../wire/frames.ts';
import type { DeliveryState, StoredMessage } from '../ports.ts';

/** Messages on their way to one peer that are not acknowledged: enough for a fast link, little enough to send again. */
const maxOnTheirWay = 4_096;
/** Their texts together, in UTF-16 units: 8 MB for a peer that never acknowledges. */
const maxTextOnItsWay = 4_194_304;
/** Read from the store at a time. */
export const loadCount = 1_024;
/**
 * Just written, held until they are sent, and their texts in UTF-16 units: a whole window of them, because whoever writes as fast as the other
 * acknowledges would otherwise make us read everything back from the store.
 */
export const maxAppended = maxOnTheirWay;
const maxTextAppended = 1_048_576;

export interface DeliveryLane {
  /** Sent, and not yet kept as delivered, by id. */
  readonly onTheirWay: Map<MessageId, StoredMessage>;
  textOnItsWay: number;
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

export function createLane(): DeliveryLane {
  return {
    onTheirWay: new Map(),
    textOnItsWay: 0,
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

export function hasRoom(lane: DeliveryLane): boolean {
  return !lane.isFull && lane.onTheirWay.size < maxOnTheirWay && lane.textOnItsWay < maxTextOnItsWay;
}

export function isEmpty(lane: DeliveryLane): boolean {
  return lane.next === lane.loaded.length;
}

/** What the store says comes next. */
export function fill(lane: DeliveryLane, messages: readonly StoredMessage[]): void {
  lane.loaded = [...messages];
  lane.next = 0;
  lane.textLoaded = 0;
  for (const { text } of messages) lane.textLoaded += text.length;
  lane.isCaughtUp = messages.length < loadCount;
}

/** Spares the store a question about what was just given to it. */
export function append(lane: DeliveryLane, message: StoredMessage): void {
  const last = lane.loaded.at(-1)?.sequence ?? lane.sentThrough;
  // Otherwise it is among the loaded ones already, or something between them is not.
  const isNext = lane.isCaughtUp && message.sequence === last + 1;
  const hasSpace = lane.loaded.length - lane.next < maxAppended && lane.textLoaded < maxTextAppended;
  if (!isNext || !hasSpace) {
    lane.isCaughtUp = false;
    return;
  }
  // What was sent is not held for the sake of what was not: a lane that is never empty would hold everything.
  if (isEmpty(lane) || lane.next >= maxAppended) leaveOut(lane);
  lane.loaded.push(message);
  lane.textLoaded += message.text.length;
}

export function drop(lane: DeliveryLane, messageId: MessageId): void {
  leaveOut(lane, messageId);
}

/** Takes what fits into one frame and into the window, and counts it as sent. @param isHeldBack nothing overtakes such a message, nor one that may not leave yet */
export function takeForFrame(lane: DeliveryLane, isHeldBack: (messageId: MessageId) => boolean): readonly StoredMessage[] {
  const most = Math.min(countForFrame(lane.loaded, lane.next), maxOnTheirWay - lane.onTheirWay.size);
  const taken: StoredMessage[] = [];
  for (let message = lane.loaded[lane.next]; message && taken.length < most; message = lane.loaded[lane.next]) {
    if (isHeldBack(message.messageId) || message.state === 'queued') break;
    taken.push(message);
    lane.next += 1;
    lane.textLoaded -= message.text.length;
    lane.sentThrough = message.sequence;
    lane.onTheirWay.set(message.messageId, message);
    lane.textOnItsWay += message.text.length;
  }
  return taken;
}

export function isNextQueued(lane: DeliveryLane): boolean {
  return lane.loaded[lane.next]?.state === 'queued';
}

/** Those that never left us, from the next one on, and none behind one that is held back. */
export function nextQueued(lane: DeliveryLane, isHeldBack: (messageId: MessageId) => boolean): readonly MessageId[] {
  const messageIds: MessageId[] = [];
  for (let index = lane.next; index < lane.loaded.length && messageIds.length < loadCount; index += 1) {
    const { messageId, state } = lane.loaded[index] as StoredMessage;
    if (isHeldBack(messageId)) break;
    if (state === 'queued') messageIds.push(messageId);
  }
  return messageIds;
}

/** It is kept that those leave. */
export function markLeft(lane: DeliveryLane): void {
  lane.loaded = lane.loaded.map((message) => (lane.leaving.has(message.messageId) ? { ...message, state: 'sent' } : message));
  lane.leaving.clear();
}

/** It is kept that this one needs no delivery any more. @returns undefined if that was known */
export function takeSettled(lane: DeliveryLane, messageId: MessageId): StoredMessage | undefined {
  const message = lane.onTheirWay.get(messageId);
  if (!message) return undefined;
  lane.onTheirWay.delete(messageId);
  lane.acknowledged.delete(messageId);
  lane.textOnItsWay -= message.text.length;
  return message;
}

/** What was sent, and that one. */
function leaveOut(lane: DeliveryLane, messageId?: MessageId): void {
  const { isCaughtUp } = lane;
  fill(
    lane,
    lane.loaded.slice(lane.next).filter((message) => message.messageId !== messageId),
  );
  lane.isCaughtUp = isCaughtUp;
}
