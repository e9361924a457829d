/** When a transfer or a peer is tried again (rules XFER-8, XFER-9, XFER-44). */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';

export interface Retries {
  /** It is not tried before its time. */
  has(key: string): boolean;
  later(key: string, delayMs: number): void;
  /** Waits twice as long each time, until `reset`. */
  backOff(key: string): void;
  /** It may be tried now. */
  cancel(key: string): void;
  /** It went well, or there is news: the next wait is a short one. */
  reset(key: string): void;
  close(): void;
}

export function createRetries(
  clock: Pick<Clock, 'setTimer'>,
  onRetry: () => void,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): Retries {
  const timers = new Map<string, Unsubscribe>();
  /** How long the next wait is, where it is no longer the first. */
  const waits = new Map<string, number>();
  let isClosed = false;

  return {
    has: (key) => timers.has(key),
    later,
    backOff(key) {
      const waitMs = waits.get(key) ?? firstMs;
      waits.set(key, Math.min(2 * waitMs, maxMs));
      later(key, waitMs);
    },
    cancel(key) {
      timers.get(key)?.();
      timers.delete(key);
    },
    reset: (key) => void waits.delete(key),
    close() {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };

  function later(key: string, delayMs: number): void {
    if (isClosed || timers.has(key)) return;
    const again = (): void => {
      timers.delete(key);
      onRetry();
    };
    timers.set(key, clock.setTimer(again, delayMs));
  }
}
