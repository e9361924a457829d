/**
 * The real clock. Timers never fire early: Node's own may, by up to a millisecond, and they overflow after 24.8 days.
 */
import type { Clock } from '../../core/ports.ts';

/** Longest delay that `setTimeout` takes (a signed 32-bit number of milliseconds); longer ones are armed in parts. */
const maxTimeoutMs = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  const monotonicMs = (): number => performance.now();
  return {
    monotonicMs,
    wallMs: () => Date.now(),
    setTimer(callback, delayMs) {
      if (!Number.isFinite(delayMs)) throw new RangeError(`a timer cannot be set ${delayMs} ms ahead`);
      if (delayMs <= 0) {
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const dueMs = monotonicMs() + delayMs;
      let timeout: NodeJS.Timeout;
      const arm = (): void => {
        const leftMs = dueMs - monotonicMs();
        if (leftMs <= 0) callback();
        else timeout = setTimeout(arm, Math.min(Math.ceil(leftMs), maxTimeoutMs));
      };
      timeout = setTimeout(arm, Math.min(Math.ceil(delayMs), maxTimeoutMs));
      return () => clearTimeout(timeout);
    },
  };
}
