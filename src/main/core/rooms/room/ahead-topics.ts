/**
 * Topics whose clock is ahead of room time (rule ROOM-211): they count once their time has come, as
 * on every node that hears of them only then. `joined-room.ts` decides which topic counts.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import { compareClocks, maxAheadMs } from '../order/room-clock.ts';
import type { SignedBlock } from '../wire/block.ts';

export interface AheadTopics {
  add(block: SignedBlock): void;
  close(): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly roomTimeMs: () => number;
  /** Its time has come. */
  readonly onDue: (block: SignedBlock) => void;
}

/** The earliest of one room. A liar with one key can say one topic in 10 s. */
const maxTopics = 16;
/** Room time may be set; it is looked at again after this time at the latest. */
const maxWaitMs = 3_600_000;
const minWaitMs = 1_000;

export function createAheadTopics({ clock, roomTimeMs, onDue }: Deps): AheadTopics {
  let topics: readonly SignedBlock[] = [];
  let cancel: Unsubscribe | undefined;

  return {
    add(block) {
      topics = [...topics, block].sort((a, b) => compareClocks(a.clock, b.clock)).slice(0, maxTopics);
      plan();
    },
    close() {
      topics = [];
      cancel?.();
    },
  };

  function plan(): void {
    cancel?.();
    const [first] = topics;
    cancel = first && clock.setTimer(review, Math.max(minWaitMs, Math.min(maxWaitMs, leftMs(first) + 1)));
  }

  function review(): void {
    const due = topics.filter((block) => leftMs(block) <= 0);
    topics = topics.filter((block) => leftMs(block) > 0);
    plan();
    for (const block of due) onDue(block);
  }

  function leftMs({ clock: { ms } }: SignedBlock): number {
    return ms - maxAheadMs - roomTimeMs();
  }
}
