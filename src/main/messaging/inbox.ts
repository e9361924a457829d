/**
 * Keeps what peers send, in the order in which they sent it, and only then acknowledges it (rules DELIVER-3 to DELIVER-5). Whatever has come
 * together is kept in one write. When something cannot be kept the session is closed: the author holds it and sends it again, in order.
 */
import type { Clock } from '../ports.ts';
import { maxMessagesPerFrame, type WireMessage } from './frames.ts';
import type { MessageStore, StoredMessage } from './ports.ts';
import type { PeerSessions } from './peer-sessions.ts';

export interface Inbox {
  received(peerId: string, messages: readonly WireMessage[]): void;
  /** What was not kept yet comes again. */
  sessionClosed(peerId: string): void;
}

interface Deps {
  readonly clock: Clock;
  readonly store: Pick<MessageStore, 'addIncoming'>;
  readonly sessions: Pick<PeerSessions, 'current'>;
  /** @returns undefined if it could not be kept */
  readonly keep: <Result>(act: () => Result) => Promise<Result | undefined>;
  /** New ones, kept. */
  readonly onMessages: (messages: readonly StoredMessage[]) => void;
}

/** Kept in one write: so long do others wait. */
const maxPerWrite = 4 * maxMessagesPerFrame;
/** With more than this waiting to be kept, no more is read from that peer. */
const maxWaiting = 8 * maxMessagesPerFrame;

interface Lane {
  waiting: WireMessage[];
  isKeeping: boolean;
  isPaused: boolean;
}

export function createInbox({ clock, store, sessions, keep, onMessages }: Deps): Inbox {
  const lanes = new Map<string, Lane>();

  return {
    received(peerId, messages) {
      const lane = lanes.get(peerId) ?? { waiting: [], isKeeping: false, isPaused: false };
      lanes.set(peerId, lane);
      lane.waiting.push(...messages);
      if (lane.waiting.length > maxWaiting && !lane.isPaused) {
        lane.isPaused = true;
        sessions.current(peerId)?.pause();
      }
      if (!lane.isKeeping) void keepAll(peerId, lane);
    },
    sessionClosed: (peerId) => void lanes.delete(peerId),
  };

  async function keepAll(peerId: string, lane: Lane): Promise<void> {
    lane.isKeeping = true;
    while (lane.waiting.length > 0 && lanes.get(peerId) === lane) {
      const next = lane.waiting.splice(0, maxPerWrite);
      if (!(await keepSome(peerId, lane, next))) return;
      if (lane.isPaused && lane.waiting.length <= maxWaiting / 2) {
        lane.isPaused = false;
        sessions.current(peerId)?.resume();
      }
    }
    lane.isKeeping = false;
  }

  async function keepSome(peerId: string, lane: Lane, messages: readonly WireMessage[]): Promise<boolean> {
    const receivedAtMs = clock.wallMs();
    const added = await keep(() =>
      messages.flatMap((message) => store.addIncoming({ ...message, conversation: peerId, from: peerId, receivedAtMs }) ?? []),
    );
    const isCurrent = lanes.get(peerId) === lane;
    if (!added) {
      if (isCurrent) sessions.current(peerId)?.close('not-kept');
      lanes.delete(peerId);
      return false;
    }
    // What was here already is acknowledged again, and not shown again.
    if (isCurrent) sessions.current(peerId)?.send({ type: 'kept', messageIds: messages.map(({ messageId }) => messageId) });
    if (added.length > 0) onMessages(added);
    return true;
  }
}
