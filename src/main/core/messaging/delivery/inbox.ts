/**
 * Keeps what peers send, in the order in which they sent it, and only then acknowledges it (rules DELIVER-2 to DELIVER-4, DELIVER-8). Whatever
 * has come together is kept in one write. When something cannot be kept the session is closed: the author holds it and sends it again,
 * in order.
 */
import { conversationOf, type PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import { maxMessagesPerFrame, type WireMessage } from '../wire/frames.ts';
import type { StoreWriter } from './store-writer.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';
import type { MessageStore, StoredMessage } from '../ports.ts';
import type { UnknownSenderQuota } from './unknown-sender-quota.ts';

export interface Inbox {
  received(peerId: PeerId, messages: readonly WireMessage[]): void;
  /** What was not kept yet comes again. */
  sessionClosed(peerId: PeerId): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'addIncoming'>;
  readonly sessions: Pick<PeerSessions, 'current'>;
  /** Makes a name that a stranger chose safe to show. */
  readonly cleanName: (name: string) => string;
  /** Somebody writes under that name: told before anything of it is kept, so that nobody's messages are here who is not known. */
  readonly onWriter: (peerId: PeerId, name: string) => void;
  readonly unknownSenders: UnknownSenderQuota;
  /** Strangers wrote more than is kept of them, and the rest waits with them; or no longer. */
  readonly onUnknownSendersWait: (isWaiting: boolean) => void;
  readonly persist: StoreWriter['persist'];
  /** New ones, kept. */
  readonly onMessages: (messages: readonly StoredMessage[]) => void;
}

/** Messages persisted in one write, some 10 ms: so long do others wait. */
const maxPerWrite = 4 * maxMessagesPerFrame;
/** Their texts in UTF-16 units: a millisecond more. A whole write of long texts would take 100 ms. */
const maxTextPerWrite = 262_144;
/** With more than this waiting to be kept, or with longer texts, no more is read from that peer. */
const maxWaiting = 8 * maxMessagesPerFrame;
/** In UTF-16 units: 2 MB. */
const maxTextWaiting = 1_048_576;
/** A stranger that wrote too much is looked at again after this. */
const maxNapMs = 5_000;
/** The last instant that a date can stand for (ECMA-262 §21.4.1.1), in milliseconds since 1970: whatever an author's clock says, it can be shown. */
const latestMs = 8_640_000_000_000_000;

interface Queue {
  waiting: WireMessage[];
  textWaiting: number;
  isPersisting: boolean;
  isPaused: boolean;
  cancelNap: Unsubscribe | undefined;
  /** The name under which the last one came, as given and as shown: nearly always that of the next one too. */
  lastName: { readonly given: string; readonly shown: string };
}

export function createInbox(deps: Deps): Inbox {
  const { clock, store, sessions, cleanName, onWriter, unknownSenders, persist, onMessages } = deps;
  const queues = new Map<PeerId, Queue>();
  /** Whose budget is used up. */
  const napping = new Set<PeerId>();

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
      if (waitMs > 0) return goOnLater(peerId, queue, waitMs);
      wake(peerId);
      const next = queue.waiting.splice(0, countForWrite(queue.waiting));
      unknownSenders.spend(peerId, next);
      if (!(await persistSome(peerId, queue, next))) return;
      for (const { text } of next) queue.textWaiting -= text.length;
      if (isLow(queue)) resume(peerId, queue);
    }
    queue.isPersisting = false;
  }

  /** Asks again before long: an answer of ours may have made it somebody whom we know. */
  function goOnLater(peerId: PeerId, queue: Queue, waitMs: number): void {
    pause(peerId, queue);
    queue.cancelNap = clock.setTimer(() => void persistAll(peerId, queue), Math.min(waitMs, maxNapMs));
    if (napping.size === 0) deps.onUnknownSendersWait(true);
    napping.add(peerId);
  }

  function wake(peerId: PeerId): void {
    if (napping.delete(peerId) && napping.size === 0) deps.onUnknownSendersWait(false);
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
    queues.get(peerId)?.cancelNap?.();
    queues.delete(peerId);
    wake(peerId);
  }

  async function persistSome(peerId: PeerId, queue: Queue, messages: readonly WireMessage[]): Promise<boolean> {
    const receivedAtMs = clock.wallMs();
    const shown = (given: string): string => shownName(queue, given, cleanName);
    onWriter(peerId, shown(messages.at(-1)?.fromName ?? ''));
    const added = await persist(() =>
      messages.flatMap((message) => store.addIncoming(toDraft(peerId, message, shown(message.fromName), receivedAtMs)) ?? []),
    );
    // Another session may have taken its place, on which everything that was not acknowledged comes again.
    const isCurrent = queues.get(peerId) === queue;
    if (!added) {
      if (isCurrent) {
        forget(peerId);
        sessions.current(peerId)?.close('not-kept');
      }
      return false;
    }
    // What was here already is acknowledged again, and not shown again.
    if (isCurrent) sessions.current(peerId)?.send({ type: 'ack', messageIds: messages.map(({ messageId }) => messageId) });
    if (added.length > 0) onMessages(added);
    return true;
  }
}

function add(queue: Queue, messages: readonly WireMessage[]): void {
  for (const message of messages) {
    queue.waiting.push(message);
    queue.textWaiting += message.text.length;
  }
}

/** At least one. */
function countForWrite(waiting: readonly WireMessage[]): number {
  const most = Math.min(waiting.length, maxPerWrite);
  let count = 0;
  let text = 0;
  while (count < most) {
    text += waiting[count]?.text.length ?? 0;
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

/** Whether a queue that was paused has so little left that more may come. */
function isLow({ waiting, textWaiting }: Queue): boolean {
  return waiting.length <= maxWaiting / 2 && textWaiting <= maxTextWaiting / 2;
}

/** Whether so much waits that no more should come. */
function isHigh({ waiting, textWaiting }: Queue): boolean {
  return waiting.length > maxWaiting || textWaiting > maxTextWaiting;
}

function createQueue(): Queue {
  return {
    waiting: [],
    textWaiting: 0,
    isPersisting: false,
    isPaused: false,
    cancelNap: undefined,
    lastName: { given: '', shown: '' },
  };
}
