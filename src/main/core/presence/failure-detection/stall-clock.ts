/**
 * A clock that notices when the process stood still: stopped, starved, or asleep without the system telling. A timer that runs late says so
 * before it does anything, because what seems overdue then may be waiting unread in our own sockets (rule DOUBT-3).
 */
import type { Clock } from '../../ports.ts';

/** @param onStall called before the first timer that runs more than `stallMs` late, with how late it is */
export function createStallClock(clock: Clock, stallMs: number, onStall: (lateMs: number) => void): Clock {
  let reportedUntilMs = -Infinity;
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    setTimer(callback, delayMs) {
      const dueMs = clock.monotonicMs() + delayMs;
      return clock.setTimer(() => {
        const nowMs = clock.monotonicMs();
        // Once per stall: the timers that were due meanwhile are all late.
        if (nowMs - dueMs > stallMs && dueMs > reportedUntilMs) {
          reportedUntilMs = nowMs;
          onStall(nowMs - dueMs);
        }
        callback();
      }, delayMs);
    },
  };
}
