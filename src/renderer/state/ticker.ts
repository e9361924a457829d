/**
 * The clock behind "12 s ago": a wall clock in whole seconds. It ticks while it has a listener and
 * the page is visible. It catches up when the page is visible again.
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
