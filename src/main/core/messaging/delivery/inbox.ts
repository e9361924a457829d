/**
 * Persists the messages of peers in the order in which they sent them, and only then acknowledges
 * them (rules DELIVER-2 to DELIVER-4, DELIVER-8). Messages that came together share a write. If one
 * cannot be persisted, the session closes: the author sends it again, in order.
 */
import { conversationOf, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import { maxMessagesPerFrame, type WireMessage } from '../wire/frames.ts';
import { previewsBytes } from '../wire/preview-fields.ts';
import type { StoreWriter } from './store-writer.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';
import type { MessageStore, StoredMessage, Offer } from '../ports.ts';
import type { UnknownSenderQuota } from './unknown-sender-quota.ts';

export interface Inbox {
  received(peerId: PeerId, messages: readonly WireMessage[]): void;
  /** Messages that are not persisted yet come again. */
  sessionClosed(peerId: PeerId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'addIncoming'>;
  readonly sessions: Pick<PeerSessions, 'current'>;
  /** Makes a name that an unknown sender chose safe to show. */
  readonly cleanName: (name: string) => string;
  /**
   * A peer writes under that name. Called before any message is persisted: no message is stored of
   * a peer without a contact.
   */
  readonly onWriter: (peerId: PeerId, name: string) => void;
  readonly unknownSenders: UnknownSenderQuota;
  /** Whether messages of unknown senders wait, because they used up a quota. */
  readonly onUnknownSendersWait: (isWaiting: boolean) => void;
  /**
   * Persists an offer with its message: called in the same transaction, and again if that is
   * retried.
   */
  readonly keepOffer?: ((message: StoredMessage, offer: Offer) => void) | undefined;
  readonly persist: StoreWriter['persist'];
  /** New messages are persisted. */
  readonly onMessages: (messages: readonly StoredMessage[]) => void;
}

/** Messages persisted in one write, some 10 ms: so long do others wait. */
const maxPerWrite = 4 * maxMessagesPerFrame;
/**
 * Their texts in UTF-16 units, a millisecond more. A whole write of long texts would take 100 ms.
 */
const maxTextPerWrite = 262_144;
/**
 * While more than this wait to be persisted, or longer texts, nothing more is read from that peer.
 */
const maxWaiting = 8 * maxMessagesPerFrame;
/** In UTF-16 units, names of offers too: 2 MB. */
const maxTextWaiting = 1_048_576;
/** The longest wait before the quota of an unknown sender is checked again. */
const maxQuotaWaitMs = 5_000;
/**
 * The last instant that a date can hold (ECMA-262 §21.4.1.1), in milliseconds since 1970. Whatever
 * the clock of an author says, the UI can show it.
 */
const latestMs = 8_640_000_000_000_000;

interface Queue {
  waiting: WireMessage[];
  textWaiting: number;
  isPersisting: boolean;
  isPaused: boolean;
  cancelWait: Unsubscribe | undefined;
  /** The name of the last message, as sent and as shown: nearly always that of the next one too. */
  lastName: { readonly given: string; readonly shown: string };
}

export function createInbox(deps: Deps): Inbox {
  const { clock, store, sessions, cleanName, onWriter, unknownSenders, persist, onMessages } = deps;
  const queues = new Map<PeerId, Queue>();
  /** Peers that wait because a quota is used up. */
  const waitingForQuota = new Set<PeerId>();

  return {
    received(peerId, messages) {
      const queue = queues.get(peerId) ?? createQueue();
      queues.set(peerId, queue);
      add(queue, messages);
      if (isHigh(queue)) pause(peerId, queue);
      if (!queue.isPersisting) void persistAll(peerId, queue);
    },
    sessionClosed: forget,
    close() {
      for (const peerId of [...queues.keys()]) forget(peerId);
    },
  };

  async function persistAll(peerId: PeerId, queue: Queue): Promise<void> {
    queue.isPersisting = true;
    while (queue.waiting.length > 0 && queues.get(peerId) === queue) {
      const waitMs = unknownSenders.waitMs(peerId);
      if (waitMs > 0) return continueLater(peerId, queue, waitMs);
      wake(peerId);
      const next = queue.waiting.splice(0, countForWrite(queue.waiting));
      unknownSenders.spend(peerId, next);
      if (!(await persistSome(peerId, queue, next))) return;
      for (const message of next) queue.textWaiting -= textOf(message);
      if (isLow(queue)) resume(peerId, queue);
    }
    queue.isPersisting = false;
  }

  /** Checks again before long: if the user answers, the sender is no longer unknown. */
  function continueLater(peerId: PeerId, queue: Queue, waitMs: number): void {
    pause(peerId, queue);
    queue.cancelWait = clock.setTimer(() => void persistAll(peerId, queue), Math.min(waitMs, maxQuotaWaitMs));
    if (waitingForQuota.size === 0) deps.onUnknownSendersWait(true);
    waitingForQuota.add(peerId);
  }

  function wake(peerId: PeerId): void {
    if (waitingForQuota.delete(peerId) && waitingForQuota.size === 0) deps.onUnknownSendersWait(false);
  }

  function pause(peerId: PeerId, queue: Queue): void {
    if (queue.isPaused) return;
    queue.isPaused = true;
    sessions.current(peerId)?.pause('inbox');
  }

  function resume(peerId: PeerId, queue: Queue): void {
    if (!queue.isPaused) return;
    queue.isPaused = false;
    if (queues.get(peerId) === queue) sessions.current(peerId)?.resume('inbox');
  }

  function forget(peerId: PeerId): void {
    queues.get(peerId)?.cancelWait?.();
    queues.delete(peerId);
    wake(peerId);
  }

  async function persistSome(peerId: PeerId, queue: Queue, messages: readonly WireMessage[]): Promise<boolean> {
    const receivedAtMs = clock.wallMs();
    const shown = (given: string): string => shownName(queue, given, cleanName);
    onWriter(peerId, shown(messages.at(-1)?.fromName ?? ''));
    const added = await persist(() => {
      const drafts = messages.map((message) => toDraft(peerId, message, shown(message.fromName), receivedAtMs));
      return drafts.flatMap((draft, index) => keep(draft, messages[index]?.offer) ?? []);
    });
    // Another session may have replaced it, and brings again what was not acknowledged.
    const isCurrent = queues.get(peerId) === queue;
    if (!added) {
      if (isCurrent) {
        forget(peerId);
        sessions.current(peerId)?.close('not-kept');
      }
      return false;
    }
    // A repeated message is acknowledged again, and not shown again.
    if (isCurrent) sessions.current(peerId)?.send({ type: 'ack', messageIds: messages.map(({ messageId }) => messageId) });
    if (added.length > 0) onMessages(added);
    return true;
  }

  function keep(draft: Parameters<MessageStore['addIncoming']>[0], offer: Offer | undefined): StoredMessage | undefined {
    const message = store.addIncoming(draft);
    if (!message || !offer || !deps.keepOffer) return message;
    deps.keepOffer(message, offer);
    return { ...message, offer };
  }
}

function add(queue: Queue, messages: readonly WireMessage[]): void {
  for (const message of messages) {
    queue.waiting.push(message);
    queue.textWaiting += textOf(message);
  }
}

/** With the names and small pictures that it offers: they may be longer than its text. */
function textOf({ text, offer }: WireMessage): number {
  const names = (offer?.files ?? []).reduce((sum, { name }) => sum + name.length, text.length);
  return names + previewsBytes(offer?.previews) / 2;
}

/** At least one. */
function countForWrite(waiting: readonly WireMessage[]): number {
  const most = Math.min(waiting.length, maxPerWrite);
  let count = 0;
  let text = 0;
  while (count < most) {
    const message = waiting[count];
    text += message ? textOf(message) : 0;
    if (count > 0 && text > maxTextPerWrite) break;
    count += 1;
  }
  return count;
}

function toDraft(
  peerId: PeerId,
  { messageId, sequence, sentAtMs, text }: WireMessage,
  fromName: string,
  receivedAtMs: number,
): Parameters<MessageStore['addIncoming']>[0] {
  const shownSentAtMs = Math.min(sentAtMs, latestMs);
  const conversation = conversationOf(peerId);
  return { messageId, conversation, from: peerId, fromName, sequence, text, sentAtMs: shownSentAtMs, receivedAtMs };
}

function shownName(queue: Queue, given: string, clean: (name: string) => string): string {
  if (queue.lastName.given !== given) queue.lastName = { given, shown: clean(given) };
  return queue.lastName.shown;
}

/** Whether a paused queue has room for more. */
function isLow({ waiting, textWaiting }: Queue): boolean {
  return waiting.length <= maxWaiting / 2 && textWaiting <= maxTextWaiting / 2;
}

/** Whether a queue must pause its peer. */
function isHigh({ waiting, textWaiting }: Queue): boolean {
  return waiting.length > maxWaiting || textWaiting > maxTextWaiting;
}

function createQueue(): Queue {
  return {
    waiting: [],
    textWaiting: 0,
    isPersisting: false,
    isPaused: false,
    cancelWait: undefined,
    lastName: { given: '', shown: '' },
  };
}
