/**
 * Detects silence: a peer exceeded its announced interval, or the expiry time (rules REG-4, REG-5,
 * PROBE-1, DOUBT-2, DOUBT-3). Deadlines use the monotonic clock, and one timer serves all peers.
 * `registry.ts` acts on the outcome.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Clock } from '../../ports.ts';
import type { PresenceOptions } from '../options.ts';
import { silentAfterMs } from './reachability.ts';

export interface IdleTimer {
  /**
   * Records a sign of life, also the first.
   * @param intervalMs the interval that the peer announces
   */
  heard(peerId: string, intervalMs: number): void;
  /** Restarts the timers of all peers, because we did not listen. */
  resetAll(): void;
  forget(peerId: string): void;
  /** Stops the timer. Emits nothing more. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  /** True if silence may expire a peer; false while our own network is in doubt. */
  readonly mayExpire: () => boolean;
  /** Called once per silence. */
  readonly onSilent: (peerId: string) => void;
  /** Called after the peer was dropped here. */
  readonly onExpired: (peerId: string) => void;
}

type Options = Pick<PresenceOptions, 'expiryMs' | 'maxBeaconIntervalMs' | 'silentAfterIntervals' | 'silentSlackMs'>;

interface Silence {
  /** Start of its silence, monotonic milliseconds: when the peer was last heard, or the reset. */
  fromMs: number;
  isReported: boolean;
  intervalMs: number;
}

/** Delay before an overdue peer is checked again while expiry is suspended. */
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
      timerDueMs = -Infinity; // no timer is set
    },
  };

  function beginAnew(silence: Silence): void {
    const wasReported = silence.isReported;
    silence.fromMs = clock.monotonicMs();
    silence.isReported = false;
    // The timer may be set for its expiry. Its next silence is due earlier.
    if (wasReported) scheduleBy(deadlineOf(silence));
  }

  /** Its next deadline: first silence, then expiry. */
  function deadlineOf({ fromMs, isReported, intervalMs }: Silence): number {
    return fromMs + (isReported ? options.expiryMs : Math.min(silentAfterMs(intervalMs, options), options.expiryMs));
  }

  /**
   * Sets the one timer for the earliest deadline. Hearing a peer does not move it: the timer then
   * finds no peer due and is set again. So a thousand updates cost no timer. An update that races
   * with expiry wins if it came first.
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
      // Compare with the same sum as the deadline. A difference may round the other way, and the
      // peer would stay due for ever.
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
