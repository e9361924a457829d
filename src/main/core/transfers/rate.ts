/** The limit of bytes per second that the user set (rule FILE-12), for one direction. */
import type { GetSetting } from '../../../shared/contract/settings.ts';
import { pause } from '../lib/delay.ts';
import { createPace, type Pace } from '../lib/token-bucket.ts';
import type { Clock } from '../ports.ts';
import { chunkBytes } from './layout.ts';

export interface TransferRate {
  /** @returns how long to wait before more bytes may go; 0 if they may go now */
  delayMs(): number;
  spend(sizeBytes: number): void;
  /** Spends, and resolves when these bytes may go. Those that came first go first. */
  wait(sizeBytes: number, signal: AbortSignal): Promise<void>;
}

/** A change of the setting applies within this time. */
const lookAgainMs = 1_000;

export function createTransferRate(clock: Clock, getSetting: GetSetting): TransferRate {
  let perSecond = 0;
  let pace: Pace | undefined;

  return {
    delayMs: () => take(0),
    spend: (sizeBytes) => void take(sizeBytes),
    async wait(sizeBytes, signal) {
      const untilMs = clock.monotonicMs() + take(sizeBytes);
      const given = pace;
      for (;;) {
        const leftMs = untilMs - clock.monotonicMs();
        if (leftMs <= 0 || signal.aborted || current() !== given) return;
        await pause(clock, Math.min(leftMs, lookAgainMs), signal);
      }
    },
  };

  /** In whole milliseconds: a timer for less would come too early, again and again. */
  function take(sizeBytes: number): number {
    return Math.ceil(current()?.take(clock.monotonicMs(), sizeBytes) ?? 0);
  }

  function current(): Pace | undefined {
    const set = getSetting('filesBytesPerSecond');
    if (set !== perSecond) pace = set === 0 ? undefined : createPace({ perSecond: set, burst: Math.min(set, chunkBytes) });
    perSecond = set;
    return pace;
  }
}
