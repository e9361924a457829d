/**
 * The messages in flight to one peer during one session, and the next ones in order (rules
 * DELIVER-3, DELIVER-4, DELIVER-6, DELIVER-8). Persists their states: `sent` before the first byte
 * leaves, then the answer of the peer. A message stays in flight until that answer is persisted
 * here too. outbox.ts decides when to send, load and retry.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { DeliveryState, MessageStore, StoredMessage } from '../ports.ts';
import type { StoreWriter } from './store-writer.ts';
import { createUpcomingMessages, loadCount, type UpcomingMessages } from './upcoming-messages.ts';

/** Unacknowledged messages: enough for a fast link, few enough to send again. */
const maxInFlight = 4_096;
/** Their texts together, in UTF-16 units: 8 MB for a peer that never acknowledges. */
const maxTextInFlight = 4_194_304;
/**
 * With queued messages left, fewer than this, and shorter texts, are not marked by themselves: one
 * write for each acknowledgement would cost more than the sending. A sixteenth of the window.
 */
const minBatch = maxInFlight / 16;
const minTextBatch = maxTextInFlight / 16;

/** The state that the peer's answer gives a message. */
export type Answer = Extract<DeliveryState, 'delivered' | 'failed'>;

/** Nothing may overtake such a message: the user is cancelling it. */
type IsHeld = (messageId: MessageId) => boolean;

export interface SendWindow extends Pick<
  UpcomingMessages,
  'isEmpty' | 'isCaughtUp' | 'sentThrough' | 'fill' | 'append' | 'drop'
> {
  /** Whether the window and the session take another frame. */
  hasRoom(): boolean;
  /** Whether the peer acknowledged anything in this session. */
  hasProgress(): boolean;
  /** Whether answers of the peer wait to be persisted. */
  hasUnsettled(): boolean;
  /** Whether the message is in flight, or about to be: too late to cancel it. */
  hasLeft(messageId: MessageId): boolean;
  /** @param isFull the session takes no more for now */
  setFull(isFull: boolean): void;
  /**
   * Reserves room for a message that is being persisted, until it is appended or refused.
   *
   * @returns gives the room back; undefined if the message must wait as `queued`: there is no room,
   * or a message before it waits
   */
  reserve(text: string): Unsubscribe | undefined;
  isNextQueued(): boolean;
  /**
   * Persists that the next queued messages leave, as many as there is room for, up to one that is
   * held.
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
  readonly store: Pick<MessageStore, 'setStatesOf'>;
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
  /** New messages with room in the window that are not appended yet, and their texts. */
  let reserved = 0;
  let textReserved = 0;
  const upcoming = createUpcomingMessages();
  let isFull = false;
  let hasProgress = false;

  return {
    ...upcoming,
    hasRoom: () => !isFull && inFlight.size < maxInFlight && textInFlight < maxTextInFlight,
    hasProgress: () => hasProgress,
    hasUnsettled: () => answered.size > 0,
    hasLeft: (messageId) => leaving.has(messageId) || inFlight.has(messageId),
    setFull: (isNowFull) => void (isFull = isNowFull),
    reserve(text) {
      const isNext = upcoming.isCaughtUp() && !upcoming.endsQueued();
      if (!isNext || room() <= 0 || textRoom() <= 0) return undefined;
      reserved += 1;
      textReserved += text.length;
      return () => {
        reserved -= 1;
        textReserved -= text.length;
      };
    },
    isNextQueued: () => upcoming.first()?.state === 'queued',
    async markSent(isHeld) {
      if (leaving.size > 0) return undefined;
      const messages = nextQueued(isHeld);
      if (messages.length === 0) return undefined;
      for (const { messageId } of messages) leaving.add(messageId);
      const changed = await persist(() => store.setStatesOf(messages, 'sent'));
      if (changed) upcoming.markSent(leaving);
      leaving.clear();
      return changed !== undefined;
    },
    takeForFrame(isHeld) {
      const most = Math.min(upcoming.countForFrame(), maxInFlight - inFlight.size);
      const taken: StoredMessage[] = [];
      for (let message = upcoming.first(); message && taken.length < most; message = upcoming.first()) {
        if (isHeld(message.messageId) || message.state === 'queued') break;
        upcoming.shift();
        taken.push(message);
        inFlight.set(message.messageId, message);
        textInFlight += message.text.length;
      }
      return taken;
    },
    async settle(messageIds, answer) {
      const fresh: StoredMessage[] = [];
      for (const messageId of messageIds) {
        const message = inFlight.get(messageId);
        if (!message || answered.has(messageId)) continue;
        answered.set(messageId, answer);
        fresh.push(message);
      }
      return persistAnswer(fresh, answer);
    },
    settleAgain(answer) {
      const again = [...inFlight.values()].filter(({ messageId }) => answered.get(messageId) === answer);
      return persistAnswer(again, answer);
    },
  };

  /** How many more messages may become `sent`. */
  function room(): number {
    return maxInFlight - inFlight.size - reserved - upcoming.sentCount();
  }

  function textRoom(): number {
    return maxTextInFlight - textInFlight - textReserved - upcoming.sentText();
  }

  /** @returns the queued messages of the next write; none while there is room for too few */
  function nextQueued(isHeld: IsHeld): readonly StoredMessage[] {
    const messages: StoredMessage[] = [];
    const most = Math.min(room(), loadCount);
    const mostText = textRoom();
    let text = 0;
    let isCut = false;
    upcoming.visit((message) => {
      if (isHeld(message.messageId)) return false;
      if (message.state !== 'queued') return true;
      isCut = messages.length >= most || text >= mostText;
      if (isCut) return false;
      messages.push(message);
      text += message.text.length;
      return true;
    });
    // The peer's next acknowledgements make more room.
    return isCut && messages.length < minBatch && text < minTextBatch ? [] : messages;
  }

  async function persistAnswer(messages: readonly StoredMessage[], answer: Answer): Promise<boolean | undefined> {
    if (messages.length === 0) return undefined;
    hasProgress = true;
    const changed = await persist(() => store.setStatesOf(messages, answer));
    if (!changed) return false;
    for (const [index, message] of messages.entries()) {
      if (!inFlight.delete(message.messageId)) continue;
      answered.delete(message.messageId);
      textInFlight -= message.text.length;
      if (changed[index]) onState(message, answer);
    }
    return true;
  }
}
