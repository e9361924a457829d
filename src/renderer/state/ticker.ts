/**
 * The one thing that makes "12 s ago" move: a wall clock in whole seconds that ticks while somebody listens and the page can be
 * seen, and catches up at once when it is seen again.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';

const tickMs = 1_000;

export interface Ticker {
  /** Milliseconds since 1970 at the last tick. */
  nowMs(): number;
  subscribe(listener: () => void): Unsubscribe;
}

export interface TickerDeps {
  wallMs(): number;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
}

export function createTicker({ wallMs, setTimer, document }: TickerDeps): Ticker {
  const listeners = new Set<() => void>();
  let nowMs = wallMs();
  let cancelTimer: Unsubscribe | undefined;

  function tick(): void {
    nowMs = wallMs();
    for (const listener of [...listeners]) listener();
    cancelTimer = setTimer(tick, tickMs);
  }

  function followVisibility(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (document.visibilityState === 'visible') tick();
  }

  return {
    nowMs: () => nowMs,
    subscribe(listener) {
      const own = (): void => listener();
      if (listeners.size === 0) {
        nowMs = wallMs();
        document.addEventListener('visibilitychange', followVisibility);
        if (document.visibilityState === 'visible') cancelTimer = setTimer(tick, tickMs);
      }
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        document.removeEventListener('visibilitychange', followVisibility);
        cancelTimer?.();
        cancelTimer = undefined;
      };
    },
  };
}
