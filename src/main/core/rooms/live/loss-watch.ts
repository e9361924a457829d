/**
 * Tells whether this network loses datagrams (rule ROOM-66): how many peers asked us, and which
 * share of the others' messages did not arrive at first. `author.ts` sends its tail heads by it,
 * and the feed may use the share. Pure but for its counts.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Clock } from '../../ports.ts';

/** Loss that is longer ago does not count. */
const memoryMs = 10 * 60_000;

/** Counts are kept per slot of this length, so that old ones can be dropped. */
const slotMs = 60_000;

const minAskers = 2;
const minLostShare = 0.01;

/** Fewer messages say nothing about a share of one percent. */
const minExpected = 64;

const maxAskers = 256;

export interface LossWatch {
  /** A peer asked us for a message that we gave. */
  asked(peerId: PeerId): void;
  /** Messages of others arrived at first, not as a repair. */
  received(count: number): void;
  /** Messages of others did not arrive at first, by their authors' word. */
  lost(count: number): void;
  /** True if the network lost datagrams in the last 10 minutes. */
  hasLoss(): boolean;
  /** Lost messages among all of the last 10 minutes, from 0 to 1; undefined below 64 messages. */
  lostShare(): number | undefined;
}

export function createLossWatch(clock: Clock): LossWatch {
  const askedMs = createLruMap<PeerId, number>(maxAskers);
  const slots = new Map<number, { received: number; lost: number }>();

  function slot(): { received: number; lost: number } {
    const index = Math.floor(clock.monotonicMs() / slotMs);
    const found = slots.get(index);
    if (found) return found;
    for (const old of slots.keys()) if ((index - old) * slotMs > memoryMs) slots.delete(old);
    const fresh = { received: 0, lost: 0 };
    slots.set(index, fresh);
    return fresh;
  }

  function lostShare(): number | undefined {
    slot();
    let [received, lost] = [0, 0];
    for (const counts of slots.values()) {
      received += counts.received;
      lost += counts.lost;
    }
    return received + lost < minExpected ? undefined : lost / (received + lost);
  }

  return {
    asked: (peerId) => void askedMs.set(peerId, clock.monotonicMs()),
    received: (count) => void (slot().received += count),
    lost: (count) => void (slot().lost += count),
    lostShare,
    hasLoss() {
      const sinceMs = clock.monotonicMs() - memoryMs;
      const askers = [...askedMs.values()].filter((ms) => ms >= sinceMs).length;
      return askers >= minAskers || (lostShare() ?? 0) >= minLostShare;
    },
  };
}
