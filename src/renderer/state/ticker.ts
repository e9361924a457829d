/**
 * The clock behind "12 s ago": a wall clock in whole seconds, and the time zone. It ticks while it has a listener and
 * the page is visible. It catches up when the page is visible again.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';

const tickMs = 1_000;

export interface Ticker {
  /** Milliseconds since 1970 at the last tick. */
  nowMs(): number;
  /** The name of the system's time zone at the last tick. */
  timeZone(): string;
  subscribe(listener: () => void): Unsubscribe;
}

export interface TickerDeps {
  wallMs(): number;
  readTimeZone(): string;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
}

export function createTicker({ wallMs, readTimeZone, setTimer, document }: TickerDeps): Ticker {
  const listeners = new Set<() => void>();
  let nowMs = wallMs();
  let timeZone = readTimeZone();
  let cancelTimer: Unsubscribe | undefined;

  function tick(): void {
    nowMs = wallMs();
    timeZone = readTimeZone();
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
    timeZone: () => timeZone,
    subscribe(listener) {
      const own = (): void => listener();
      if (listeners.size === 0) {
        nowMs = wallMs();
        timeZone = readTimeZone();
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
