/**
 * The messages in flight to one peer during one session, and the next ones in order (rules
 * DELIVER-3, DELIVER-4, DELIVER-6, DELIVER-8). Persists their states: `sent` before the first byte
 * leaves, then the peer's answer. A message stays in flight until that answer is persisted here too.
 * When to send, load and retry is left to outbox.ts.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../ports.ts';
import { countForFrame } from '../wire/frames.ts';
import type { StoreWriter } from './store-writer.ts';

/** Unacknowledged messages: enough for a fast link, few enough to send again. */
const maxInFlight = 4_096;
/** Their texts together, in UTF-16 units: 8 MB for a peer that never acknowledges. */
const maxTextInFlight = 4_194_304;
/** Messages read from the store at a time. */
export const loadCount = 1_024;
/**
 * New messages held until they are sent, and their texts in UTF-16 units. A whole window of them:
 * if the user writes as fast as the peer acknowledges, none is read back from the store.
 */
export const maxAppended = maxInFlight;
const maxTextAppended = 1_048_576;

/** The state that the peer's answer gives a message. */
export type Answer = Extract<DeliveryState, 'delivered' | 'failed'>;

/** Nothing may overtake such a message: the user is cancelling it. */
type IsHeld = (messageId: MessageId) => boolean;

export interface SendWindow {
  /** Whether the window and the session take another frame. */
  hasRoom(): boolean;
  /** Whether no message is loaded. */
  isEmpty(): boolean;
  /** Whether no message waits in the store behind the loaded ones. */
  isCaughtUp(): boolean;
  /** The last sequence that was sent in this session. */
  sentThrough(): number;
  /** Whether the peer acknowledged anything in this session. */
  hasProgress(): boolean;
  /** Whether answers of the peer wait to be persisted. */
  hasUnsettled(): boolean;
  /** Whether the message is in flight, or about to be: too late to cancel it. */
  hasLeft(messageId: MessageId): boolean;
  /** @param isFull the session takes no more for now */
  setFull(isFull: boolean): void;
  /** @param messages the next ones according to the store */
  fill(messages: readonly StoredMessage[]): void;
  /** Spares the store a query for a message that was just persisted. */
  append(message: StoredMessage): void;
  /** Removes a cancelled message. */
  drop(messageId: MessageId): void;
  isNextQueued(): boolean;
  /**
   * Persists that the loaded queued messages leave, up to one that is held.
   *
   * @returns whether the store persisted it; undefined if there was nothing to do
   */
  markSent(isHeld: IsHeld): Promise<boolean | undefined>;
  /** Puts the messages of the next frame in flight, up to one that is held or queued. */
  takeForFrame(isHeld: IsHeld): readonly StoredMessage[];
  /**
   * Persists an answer of the peer to messages in flight, and ignores other messages.
   *
   * @returns whether the store persisted it; undefined if there was nothing to do
   */
  settle(messageIds: readonly MessageId[], answer: Answer): Promise<boolean | undefined>;
  /** Persists answers again that the store refused. @returns likewise */
  settleAgain(answer: Answer): Promise<boolean | undefined>;
}

interface Deps {
  readonly store: Pick<MessageStore, 'setState'>;
  readonly persist: StoreWriter['persist'];
  readonly onState: (message: StoredMessage, state: DeliveryState) => void;
}

export function createSendWindow({ store, persist, onState }: Deps): SendWindow {
  const inFlight = new Map<MessageId, StoredMessage>();
  let textInFlight = 0;
  /** Those in flight that the peer answered, and whose answer is not persisted yet. */
  const answered = new Map<MessageId, Answer>();
  /** Those whose leaving is being persisted. */
  const leaving = new Set<MessageId>();
  /** Not sent yet from `next` on, in order. */
  let loaded: StoredMessage[] = [];
  let next = 0;
  let textLoaded = 0;
  let isCaughtUp = false;
  let isFull = false;
  let hasProgress = false;
  let sentThrough = 0;

  return {
    hasRoom: () => !isFull && inFlight.size < maxInFlight && textInFlight < maxTextInFlight,
    isEmpty,
    isCaughtUp: () => isCaughtUp,
    sentThrough: () => sentThrough,
    hasProgress: () => hasProgress,
    hasUnsettled: () => answered.size > 0,
    hasLeft: (messageId) => leaving.has(messageId) || inFlight.has(messageId),
    setFull: (isNowFull) => void (isFull = isNowFull),
    fill(messages) {
      load(messages);
      isCaughtUp = messages.length < loadCount;
    },
    append(message) {
      const last = loaded.at(-1)?.sequence ?? sentThrough;
      // Otherwise it is loaded already, or a message before it is not.
      const isNext = isCaughtUp && message.sequence === last + 1;
      const hasSpace = loaded.length - next < maxAppended && textLoaded < maxTextAppended;
      if (!isNext || !hasSpace) {
        isCaughtUp = false;
        return;
      }
      // A window that is never empty must not hold every message that it sent.
      if (isEmpty() || next >= maxAppended) load(loaded.slice(next));
      loaded.push(message);
      textLoaded += message.text.length;
    },
    drop: (messageId) => load(loaded.slice(next).filter((message) => message.messageId !== messageId)),
    isNextQueued: () => loaded[next]?.state === 'queued',
    async markSent(isHeld) {
      if (leaving.size > 0) return undefined;
      for (const messageId of nextQueued(isHeld)) leaving.add(messageId);
      if (leaving.size === 0) return undefined;
      const changed = await persist(() => [...leaving].map((messageId) => store.setState(messageId, 'sent')));
      if (changed) loaded = loaded.map((message) => (leaving.has(message.messageId) ? { ...message, state: 'sent' } : message));
      leaving.clear();
      return changed !== undefined;
    },
    takeForFrame(isHeld) {
      const most = Math.min(countForFrame(loaded, next), maxInFlight - inFlight.size);
      const taken: StoredMessage[] = [];
      for (let message = loaded[next]; message && taken.length < most; message = loaded[next]) {
        if (isHeld(message.messageId) || message.state === 'queued') break;
        taken.push(message);
        next += 1;
        textLoaded -= message.text.length;
        sentThrough = message.sequence;
        inFlight.set(message.messageId, message);
        textInFlight += message.text.length;
      }
      return taken;
    },
    async settle(messageIds, answer) {
      const fresh = messageIds.filter((messageId) => {
        if (!inFlight.has(messageId) || answered.has(messageId)) return false;
        answered.set(messageId, answer);
        return true;
      });
      return persistAnswer(fresh, answer);
    },
    settleAgain(answer) {
      const messageIds = [...answered].flatMap(([messageId, given]) => (given === answer ? messageId : []));
      return persistAnswer(messageIds, answer);
    },
  };

  function isEmpty(): boolean {
    return next === loaded.length;
  }

  function load(messages: readonly StoredMessage[]): void {
    loaded = [...messages];
    next = 0;
    textLoaded = 0;
    for (const { text } of messages) textLoaded += text.length;
  }

  function nextQueued(isHeld: IsHeld): readonly MessageId[] {
    const messageIds: MessageId[] = [];
    for (let index = next; index < loaded.length && messageIds.length < loadCount; index += 1) {
      const { messageId, state } = loaded[index] as StoredMessage;
      if (isHeld(messageId)) break;
      if (state === 'queued') messageIds.push(messageId);
    }
    return messageIds;
  }

  async function persistAnswer(messageIds: readonly MessageId[], answer: Answer): Promise<boolean | undefined> {
    if (messageIds.length === 0) return undefined;
    hasProgress = true;
    const changed = await persist(() => messageIds.map((messageId) => store.setState(messageId, answer)));
    if (!changed) return false;
    for (const [index, messageId] of messageIds.entries()) {
      const message = inFlight.get(messageId);
      if (!message) continue;
      inFlight.delete(messageId);
      answered.delete(messageId);
      textInFlight -= message.text.length;
      if (changed[index]) onState(message, answer);
    }
    return true;
  }
}
