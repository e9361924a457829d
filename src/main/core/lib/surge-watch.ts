/**
 * Notices that something happens far more often than usual, and when that is over. It counts in
 * periods: a surge lasts until a whole period had fewer.
 */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';

export interface SurgeWatch {
  /** @param count how often it happened, or how much; by default once */
  add(count?: number): void;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Called with true when a surge begins, and with false when it is over. */
  readonly onSurge: (isSurge: boolean) => void;
}

interface Limits {
  /** So many within a period are a surge. */
  readonly many: number;
  readonly periodMs: number;
}

export function createSurgeWatch({ clock, onSurge }: Deps, { many, periodMs }: Limits): SurgeWatch {
  let total = 0;
  let isSurge = false;
  let cancelTimer: Unsubscribe | undefined;

  return {
    add(count = 1) {
      total += count;
      cancelTimer ??= clock.setTimer(endPeriod, periodMs);
      if (total >= many) setSurge(true);
    },
    close: () => cancelTimer?.(),
  };

  function endPeriod(): void {
    cancelTimer = total > 0 ? clock.setTimer(endPeriod, periodMs) : undefined;
    if (total < many) setSurge(false);
    total = 0;
  }

  function setSurge(value: boolean): void {
    if (isSurge === value) return;
    isSurge = value;
    onSurge(value);
  }
}
