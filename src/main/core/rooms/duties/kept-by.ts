/**
 * Which members have our messages (rule ROOM-126): by the tops in their beacons. While somebody may
 * look, a member that has not said so is asked.
 */
import type { ConversationId, MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import type { KeptBy as KeptByCount } from '../../../../shared/contract/messages.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import type { LogTag, RoomId } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';

export interface KeptBy {
  /** Our messages of one block were sent. */
  sent(messages: readonly StoredMessage[], room: RoomId, name: string, tag: LogTag): void;
  /** Tops or members changed. */
  review(): void;
  /** Of a message of ours: how many members have it. Undefined once all had it, or long ago. */
  countOf(messageId: MessageId): KeptByCount | undefined;
  /** Names of rooms with members of whom none has what we said last, for so long. */
  unheard(forMs: number): readonly string[];
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly membersOf: (name: string) => readonly PeerId[];
  readonly topOf: (peerId: PeerId, shortTag: string) => number | undefined;
  readonly askTops: (peerId: PeerId, room: RoomId, shortTags: readonly string[]) => void;
  readonly onMore: (messageId: MessageId, conversation: ConversationId, keptBy: KeptByCount) => void;
  /**
   * That message and earlier ones of its log are no longer counted, since there are many later
   * ones.
   */
  readonly onDropped: (message: Waiting) => void;
  /** Every member that is here has these messages, and there is one. */
  readonly onAll: (room: RoomId, tag: LogTag, messages: readonly Waiting[]) => void;
}

interface Waiting {
  readonly messageId: MessageId;
  readonly conversation: ConversationId;
  readonly room: RoomId;
  readonly name: string;
  readonly tag: LogTag;
  readonly number: number;
  readonly sentMs: number;
  /** Since when somebody was there who could have it. */
  sinceMs: number;
  count: number;
  of: number;
}

/** Messages whose members are counted: the latest. */
const maxWaiting = 1_024;
/** A member that has not said so after this time is asked, so often, and this many times. */
const askAfterMs = 1_000;
const maxAsks = 3;
/** Asks of one round, and of those that all members of a room may send in a second together. */
const asksPerRound = 20;
const asksPerRoom = 60;

export function createKeptBy({ clock, membersOf, topOf, askTops, onMore, onDropped, onAll }: Deps): KeptBy {
  const waiting = new Map<MessageId, Waiting>();
  let asks = 0;
  let cancelAsk: Unsubscribe | undefined;
  let isClosed = false;

  return {
    sent(messages, room, name, tag) {
      const of = membersOf(name).length;
      const sentMs = clock.monotonicMs();
      for (const { messageId, conversation, sequence } of messages) {
        waiting.set(messageId, {
          messageId,
          conversation,
          room,
          name,
          tag,
          number: sequence,
          sentMs,
          sinceMs: sentMs,
          count: 0,
          of,
        });
      }
      dropOldest();
      asks = 0;
      askLater();
    },
    review,
    countOf(messageId) {
      const found = waiting.get(messageId);
      return found && { count: found.count, of: found.of };
    },
    unheard(forMs) {
      const last = new Map([...waiting.values()].map((one) => [one.name, one]));
      const beforeMs = clock.monotonicMs() - forMs;
      return [...last.values()].flatMap(({ name, count, of, sinceMs }) =>
        count === 0 && of > 0 && sinceMs <= beforeMs ? [name] : [],
      );
    },
    close() {
      isClosed = true;
      cancelAsk?.();
    },
  };

  /** All at once: a bulk transfer drops as many as it adds. */
  function dropOldest(): void {
    let over = waiting.size - maxWaiting;
    const lastOf = new Map<LogTag, Waiting>();
    for (const oldest of waiting.values()) {
      if (over <= 0) break;
      over -= 1;
      waiting.delete(oldest.messageId);
      lastOf.set(oldest.tag, oldest);
    }
    for (const last of lastOf.values()) onDropped(last);
  }

  function review(): void {
    const complete = new Map<LogTag, Waiting[]>();
    const heldBy = new Map<LogTag, readonly number[]>();
    for (const one of waiting.values()) {
      // Once per log: the members and their tops are the same for all its messages.
      const held = heldBy.get(one.tag) ?? membersOf(one.name).map((peerId) => topOf(peerId, shortTagOf(one.tag)) ?? 0);
      heldBy.set(one.tag, held);
      const count = held.filter((number) => number >= one.number).length;
      const isNews = count > one.count || (held.length !== one.of && count > 0);
      if (one.of === 0) one.sinceMs = clock.monotonicMs();
      one.count = count;
      one.of = held.length;
      if (isNews) onMore(one.messageId, one.conversation, { count, of: held.length });
      if (held.length > 0 && count === held.length) complete.set(one.tag, [...(complete.get(one.tag) ?? []), one]);
    }
    for (const [tag, messages] of complete) {
      for (const { messageId } of messages) waiting.delete(messageId);
      onAll((messages[0] as Waiting).room, tag, messages);
    }
  }

  function askLater(): void {
    cancelAsk?.();
    cancelAsk = undefined;
    if (isClosed || waiting.size === 0 || asks >= maxAsks) return;
    cancelAsk = clock.setTimer(() => {
      asks += 1;
      askAll();
      askLater();
    }, askAfterMs);
  }

  function askAll(): void {
    const latest = [...waiting.values()].filter(({ sentMs }) => clock.monotonicMs() - sentMs <= askAfterMs * (maxAsks + 1));
    const asked = new Set<PeerId>();
    for (const { name, room, tag, number } of latest.reverse()) {
      const members = membersOf(name);
      // In a large room many speak, and each ask costs a datagram and a whole beacon.
      const most = Math.min(asksPerRound, Math.max(1, Math.floor(asksPerRoom / members.length)));
      for (const peerId of members) {
        if (asked.size >= most || asked.has(peerId) || (topOf(peerId, shortTagOf(tag)) ?? 0) >= number) continue;
        asked.add(peerId);
        askTops(peerId, room, [shortTagOf(tag)]);
      }
    }
  }
}
