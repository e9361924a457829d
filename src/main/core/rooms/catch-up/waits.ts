/**
 * Timers that end together: none is left after `close`, and no promise of `sleep` stays open. Each
 * part of this folder waits through them.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';

export interface Waits {
  readonly isClosed: boolean;
  timer(callback: () => void, delayMs: number): Unsubscribe;
  /** Settles early when all waits end. */
  sleep(delayMs: number): Promise<void>;
  close(): void;
}

export function createWaits(clock: Clock): Waits {
  const timers = new Set<Unsubscribe>();
  const sleepers = new Set<() => void>();
  let isClosed = false;

  return {
    get isClosed() {
      return isClosed;
    },
    timer,
    sleep: (delayMs) =>
      new Promise((resolve) => {
        if (isClosed) return resolve();
        const wake = (): void => {
          sleepers.delete(wake);
          resolve();
        };
        sleepers.add(wake);
        timer(wake, delayMs);
      }),
    close() {
      isClosed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      for (const wake of sleepers) wake();
    },
  };

  function timer(callback: () => void, delayMs: number): Unsubscribe {
    if (isClosed) return () => undefined;
    const stop = clock.setTimer(() => {
      timers.delete(stop);
      callback();
    }, delayMs);
    timers.add(stop);
    return () => {
      timers.delete(stop);
      stop();
    };
  }
}
