/**
 * The next messages to one peer, in order, as far as memory holds them: read from the store or just
 * written, and not sent in this session yet (rules DELIVER-4, DELIVER-8). Part of send-window.ts.
 */
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { StoredMessage } from '../ports.ts';
import { countForFrame } from '../wire/frames.ts';

/** Messages read from the store at a time. */
export const loadCount = 1_024;
/**
 * New messages held until they are sent, and their texts in UTF-16 units. A whole window of them:
 * if the user writes as fast as the peer acknowledges, none is read back from the store.
 */
export const maxAppended = 4_096;
const maxTextAppended = 1_048_576;

export interface UpcomingMessages {
  isEmpty(): boolean;
  /** Whether no message waits in the store behind these. */
  isCaughtUp(): boolean;
  /** The last sequence that was sent in this session. */
  sentThrough(): number;
  first(): StoredMessage | undefined;
  /** Whether the last one is queued: then a message behind it must wait too. */
  endsQueued(): boolean;
  /** How many are `sent` already. */
  sentCount(): number;
  /** Their texts, in UTF-16 units. */
  sentText(): number;
  /** @param messages the next ones according to the store */
  fill(messages: readonly StoredMessage[]): void;
  /** Spares the store a query for a message that was just persisted. */
  append(message: StoredMessage): void;
  /** Removes a cancelled message. */
  drop(messageId: MessageId): void;
  /** How many of the first ones one frame takes. */
  countForFrame(): number;
  /** Takes the first one: it is sent. */
  shift(): StoredMessage | undefined;
  /** In order, until the visitor returns false. */
  visit(visitor: (message: StoredMessage) => boolean): void;
  /** It is persisted that these are `sent`. */
  markSent(messageIds: ReadonlySet<MessageId>): void;
}

export function createUpcomingMessages(): UpcomingMessages {
  /** Not sent yet from `next` on. */
  let loaded: StoredMessage[] = [];
  let next = 0;
  let textLoaded = 0;
  let sentCount = 0;
  let sentText = 0;
  let isCaughtUp = false;
  let sentThrough = 0;

  return {
    isEmpty,
    isCaughtUp: () => isCaughtUp,
    sentThrough: () => sentThrough,
    first: () => loaded[next],
    endsQueued: () => !isEmpty() && loaded.at(-1)?.state === 'queued',
    sentCount: () => sentCount,
    sentText: () => sentText,
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
      // A queue that is never empty must not hold every message that was sent.
      if (isEmpty() || next >= maxAppended) load(loaded.slice(next));
      loaded.push(message);
      count(message, 1);
    },
    drop: (messageId) => load(loaded.slice(next).filter((message) => message.messageId !== messageId)),
    countForFrame: () => countForFrame(loaded, next),
    shift() {
      const message = loaded[next];
      if (!message) return undefined;
      next += 1;
      count(message, -1);
      sentThrough = message.sequence;
      return message;
    },
    visit(visitor) {
      for (let index = next; index < loaded.length; index += 1) if (!visitor(loaded[index] as StoredMessage)) return;
    },
    markSent(messageIds) {
      for (let index = next, left = messageIds.size; index < loaded.length && left > 0; index += 1) {
        const message = loaded[index] as StoredMessage;
        if (!messageIds.has(message.messageId)) continue;
        left -= 1;
        const marked: StoredMessage = { ...message, state: 'sent' };
        loaded[index] = marked;
        count(message, -1);
        count(marked, 1);
      }
    },
  };

  function isEmpty(): boolean {
    return next === loaded.length;
  }

  function load(messages: readonly StoredMessage[]): void {
    loaded = [...messages];
    next = 0;
    textLoaded = 0;
    sentCount = 0;
    sentText = 0;
    for (const message of messages) count(message, 1);
  }

  /** @param by 1 for a message that is loaded now, -1 for one that no longer is */
  function count({ state, text }: StoredMessage, by: 1 | -1): void {
    textLoaded += by * text.length;
    if (state === 'queued') return;
    sentCount += by;
    sentText += by * text.length;
  }
}
