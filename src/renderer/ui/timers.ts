/** The browser's timers and frames; each returns a function that cancels it. */
import type { Unsubscribe } from '../../shared/rpc/link.ts';

export function setTimer(callback: () => void, delayMs: number): Unsubscribe {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

export function setFrame(callback: () => void): Unsubscribe {
  const frame = requestAnimationFrame(() => callback());
  return () => cancelAnimationFrame(frame);
}
