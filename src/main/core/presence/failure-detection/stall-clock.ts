/**
 * A clock that detects stalls: a process that was stopped, starved or asleep without notice (rule
 * DOUBT-3). A late timer reports the stall before its callback runs. Datagrams that seem overdue
 * may then be unread in our own sockets.
 */
import type { Clock } from '../../ports.ts';

/**
 * Wraps a clock.
 * @param stallMs lateness that counts as a stall, in milliseconds
 * @param onStall called before the callback of the first late timer, with its lateness in
 * milliseconds
 */
export function createStallClock(clock: Clock, stallMs: number, onStall: (lateMs: number) => void): Clock {
  let reportedUntilMs = -Infinity;
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    setTimer(callback, delayMs) {
      const dueMs = clock.monotonicMs() + delayMs;
      return clock.setTimer(() => {
        const nowMs = clock.monotonicMs();
        // Report each stall once: all timers that were due in it are late.
        if (nowMs - dueMs > stallMs && dueMs > reportedUntilMs) {
          reportedUntilMs = nowMs;
          onStall(nowMs - dueMs);
        }
        callback();
      }, delayMs);
    },
  };
}
