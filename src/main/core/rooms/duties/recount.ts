/**
 * Which of our earlier messages all members have by now (rule ROOM-208): those of runs before this
 * one, and those that `kept-by.ts` no longer counts one by one. A log at a time, by the tops of
 * members; those that say nothing of it are asked now and then.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';
import { maxTops } from '../../presence/index.ts';
import type { LogTag, RoomId } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';

export interface Recount {
  /** Our messages of that log up to this number are not delivered, as far as we know. */
  add(room: RoomId, name: string, tag: LogTag, through: number): void;
  /** Tops or members changed. */
  review(): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly membersOf: (name: string) => readonly PeerId[];
  readonly topOf: (peerId: PeerId, shortTag: string) => number | undefined;
  readonly askTops: (peerId: PeerId, room: RoomId, shortTags: readonly string[]) => void;
  /** Every member that is here has our messages of that log up to this number. */
  readonly onAll: (room: RoomId, tag: LogTag, through: number) => void;
}

interface Earlier {
  readonly room: RoomId;
  readonly name: string;
  readonly through: number;
}

/** Logs of ours: 16 of each of 64 rooms. */
const maxLogs = 1_024;
/** So often some members are asked, and each of them again after this time. */
const askEveryMs = 30_000;
const maxAskedPerRound = 20;
const askAgainMs = 600_000;
const maxAsked = 4_096;

export function createRecount({ clock, membersOf, topOf, askTops, onAll }: Deps): Recount {
  const logs = new Map<LogTag, Earlier>();
  const asked = createLruMap<string, number>(maxAsked);
  let cancelAsk: Unsubscribe | undefined;
  let isClosed = false;

  return {
    add(room, name, tag, through) {
      if (logs.size >= maxLogs && !logs.has(tag)) return;
      logs.set(tag, { room, name, through: Math.max(through, logs.get(tag)?.through ?? 0) });
      askLater();
    },
    review() {
      for (const [tag, { room, name, through }] of [...logs]) {
        const members = membersOf(name);
        if (members.length === 0 || members.some((peerId) => !holds(peerId, tag, through))) continue;
        logs.delete(tag);
        onAll(room, tag, through);
      }
    },
    close() {
      isClosed = true;
      cancelAsk?.();
    },
  };

  function holds(peerId: PeerId, tag: LogTag, through: number): boolean {
    return (topOf(peerId, shortTagOf(tag)) ?? 0) >= through;
  }

  function askLater(): void {
    if (isClosed || logs.size === 0) return;
    cancelAsk ??= clock.setTimer(() => {
      cancelAsk = undefined;
      ask();
      askLater();
    }, askEveryMs);
  }

  function ask(): void {
    const nowMs = clock.monotonicMs();
    let left = maxAskedPerRound;
    for (const name of new Set([...logs.values()].map((log) => log.name))) {
      const own = [...logs].filter(([, log]) => log.name === name);
      for (const peerId of membersOf(name)) {
        const lacking = own.filter(([tag, { through }]) => !holds(peerId, tag, through)).slice(0, maxTops);
        const [first] = lacking;
        const key = `${peerId} ${name}`;
        if (left === 0 || !first || nowMs - (asked.get(key) ?? -Infinity) < askAgainMs) continue;
        left -= 1;
        asked.set(key, nowMs);
        askTops(
          peerId,
          first[1].room,
          lacking.map(([tag]) => shortTagOf(tag)),
        );
      }
    }
  }
}
