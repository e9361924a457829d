/** Follows since when each peer is here, and reviews long stays regularly (rule TRUST-11). */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';
import { stayMs } from './passers-by.ts';

export interface Stays {
  has(peerId: PeerId): boolean;
  list(): readonly PeerId[];
  begin(peerId: PeerId): void;
  /** @returns how long the peer was here, in milliseconds */
  end(peerId: PeerId): number;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /**
   * Called every minute for each peer that stayed for a minute.
   * @param isTimeToPersist true every ten minutes
   */
  readonly onLongStay: (peerId: PeerId, isTimeToPersist: boolean) => void;
}

/** `lastSeenMs` of peers that are here is persisted so often, for the case of a crash. */
const persistEveryMs = 600_000;

export function createStays({ clock, onLongStay }: Deps): Stays {
  /** Monotonic milliseconds. */
  const sinceMs = new Map<PeerId, number>();
  let persistedMs = clock.monotonicMs();
  let cancelReview: Unsubscribe | undefined;

  return {
    has: (peerId) => sinceMs.has(peerId),
    list: () => [...sinceMs.keys()],
    begin(peerId) {
      if (!sinceMs.has(peerId)) sinceMs.set(peerId, clock.monotonicMs());
      cancelReview ??= clock.setTimer(review, stayMs);
    },
    end(peerId) {
      const nowMs = clock.monotonicMs();
      const beganMs = sinceMs.get(peerId) ?? nowMs;
      sinceMs.delete(peerId);
      return nowMs - beganMs;
    },
    close: () => cancelReview?.(),
  };

  function review(): void {
    cancelReview = sinceMs.size > 0 ? clock.setTimer(review, stayMs) : undefined;
    const nowMs = clock.monotonicMs();
    const isTimeToPersist = nowMs - persistedMs >= persistEveryMs;
    if (isTimeToPersist) persistedMs = nowMs;
    for (const [peerId, beganMs] of sinceMs) if (nowMs - beganMs >= stayMs) onLongStay(peerId, isTimeToPersist);
  }
}
