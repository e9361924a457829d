/**
 * The chunks that all transfers may have in flight together, and the rate at which they may ask for
 * more (rules XFER-14, XFER-43, FILE-12). The one that waited longest gets the next, so that many
 * transfers go forward alike. A peer never has all of them.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { TransferRate } from '../rate.ts';

/** The shares as the transfers of one peer see them. */
export interface ChunkShares {
  /** @returns whether that many bytes may come now; otherwise `again` is called once they may */
  take(sizeBytes: number, again: () => void): boolean;
  release(): void;
  /** No longer waits. */
  forget(again: () => void): void;
}

export interface AllChunkShares {
  of(peerId: PeerId): ChunkShares;
  close(): void;
}

/** A change of the setting applies within this time. */
const lookAgainMs = 1_000;

export function createChunkShares(
  clock: Clock,
  rate: TransferRate,
  { max, maxPerPeer }: { readonly max: number; readonly maxPerPeer: number },
): AllChunkShares {
  /** By whom to call: the peer. In the order in which they came. */
  const waiting = new Map<() => void, PeerId>();
  /** Per peer that has any. */
  const taken = new Map<PeerId, number>();
  let takenByAll = 0;
  let cancelTimer: Unsubscribe | undefined;

  return {
    of: (peerId) => ({
      take: (sizeBytes, again) => take(peerId, sizeBytes, again),
      release() {
        const left = (taken.get(peerId) ?? 0) - 1;
        takenByAll -= 1;
        if (left > 0) taken.set(peerId, left);
        else taken.delete(peerId);
        wake();
      },
      forget(again) {
        if (waiting.delete(again)) wake();
      },
    }),
    close: () => cancelTimer?.(),
  };

  function take(peerId: PeerId, sizeBytes: number, again: () => void): boolean {
    const waitMs = rate.delayMs();
    if (hasShareFor(peerId) && waitMs <= 0 && isNext(again)) {
      waiting.delete(again);
      takenByAll += 1;
      taken.set(peerId, (taken.get(peerId) ?? 0) + 1);
      rate.spend(sizeBytes);
      return true;
    }
    waiting.set(again, peerId);
    if (waitMs > 0) cancelTimer ??= clock.setTimer(onTime, Math.min(waitMs, lookAgainMs));
    return false;
  }

  function hasShareFor(peerId: PeerId): boolean {
    return takenByAll < max && (taken.get(peerId) ?? 0) < maxPerPeer;
  }

  /** Those that wait go first, but for those whose peer has its part. */
  function isNext(again: () => void): boolean {
    return waiting.has(again) || ![...waiting.values()].some(hasShareFor);
  }

  function onTime(): void {
    cancelTimer = undefined;
    wake();
  }

  function wake(): void {
    for (const [again, peerId] of [...waiting]) if (hasShareFor(peerId) && waiting.has(again)) again();
  }
}
