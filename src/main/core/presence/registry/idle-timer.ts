/**
 * Notices silence: when a peer was not heard for longer than its announced interval allows, and when for so long that it counts as gone
 * (rules REG-4, REG-5, PROBE-1, DOUBT-2, DOUBT-3). Deadlines are on the monotonic clock; one timer serves all. What follows is left to
 * `registry.ts`.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { PresenceOptions } from '../options.ts';

export interface IdleTimer {
  /** A sign of life, also the first. @param intervalMs as the peer announces it */
  heard(peerId: string, intervalMs: number): void;
  /** Begins to count everybody's silence anew: it was we who did not listen. */
  resetAll(): void;
  forget(peerId: string): void;
  /** Nothing is told any more. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Whether silence may count against peers now; not while our own network is in doubt. */
  readonly mayExpire: () => boolean;
  /** Once per silence. */
  readonly onSilent: (peerId: string) => void;
  /** It is forgotten already. */
  readonly onExpired: (peerId: string) => void;
}

type Options = Pick<PresenceOptions, 'expiryMs' | 'maxBeaconIntervalMs' | 'silentAfterIntervals' | 'silentSlackMs'>;

interface Silence {
  /** From when on it counts, monotonic: when the peer was last heard, or reset. */
  fromMs: number;
  isReported: boolean;
  intervalMs: number;
}

/** While silence may not count, an overdue peer is looked at again after this. */
const holdMs = 1_000;

export function createIdleTimer({ clock, mayExpire, onSilent, onExpired }: Deps, options: Options): IdleTimer {
  const silences = new Map<string, Silence>();
  let cancelTimer: Unsubscribe | undefined;
  let timerDueMs = Infinity;

  return {
    heard(peerId, intervalMs) {
      const known = silences.get(peerId);
      if (known) {
        known.intervalMs = intervalMs;
        return beginAnew(known);
      }
      const silence = { fromMs: clock.monotonicMs(), isReported: false, intervalMs };
      silences.set(peerId, silence);
      scheduleBy(deadlineOf(silence));
    },
    resetAll() {
      for (const silence of silences.values()) beginAnew(silence);
    },
    forget: (peerId) => void silences.delete(peerId),
    close() {
      cancelTimer?.();
      timerDueMs = -Infinity; // nothing is scheduled any more
    },
  };

  function beginAnew(silence: Silence): void {
    const wasReported = silence.isReported;
    silence.fromMs = clock.monotonicMs();
    silence.isReported = false;
    // The timer may wait for its expiry: the next silence comes before that.
    if (wasReported) scheduleBy(deadlineOf(silence));
  }

  /** When to look at it next: first for silence, then for expiry. */
  function deadlineOf({ fromMs, isReported, intervalMs }: Silence): number {
    const allowedMs = Math.min(intervalMs, options.maxBeaconIntervalMs) * options.silentAfterIntervals + options.silentSlackMs;
    return fromMs + (isReported ? options.expiryMs : Math.min(allowedMs, options.expiryMs));
  }

  /**
   * One timer for all, set for the earliest deadline and not moved when a peer is heard: it then finds nothing due and is set anew. So an
   * update that races expiry wins whenever it came first, and a thousand updates cost no timer at all.
   */
  function scheduleBy(deadlineMs: number): void {
    if (deadlineMs >= timerDueMs) return;
    cancelTimer?.();
    timerDueMs = deadlineMs;
    cancelTimer = clock.setTimer(lookAtAll, Math.max(0, deadlineMs - clock.monotonicMs()));
  }

  function lookAtAll(): void {
    timerDueMs = Infinity;
    const nowMs = clock.monotonicMs();
    for (const [peerId, silence] of [...silences]) {
      if (deadlineOf(silence) > nowMs) continue;
      // By the same sum as the deadline: a difference may be rounded the other way, and the peer be due for ever.
      if (nowMs >= silence.fromMs + options.expiryMs) expire(peerId, silence, nowMs);
      else {
        silence.isReported = true;
        onSilent(peerId);
      }
    }
    scheduleBy(Math.min(...[...silences.values()].map(deadlineOf)));
  }

  function expire(peerId: string, silence: Silence, nowMs: number): void {
    if (mayExpire()) {
      silences.delete(peerId);
      onExpired(peerId);
    } else {
      silence.fromMs = nowMs - options.expiryMs + holdMs;
    }
  }
}
