/**
 * Ends a busy status at the time that the user chose (rules AWAY-10 and AWAY-11). The end is on the
 * wall clock, which may jump, so a long wait is checked again and again.
 */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock } from '../ports.ts';
import type { SettingsStore } from '../settings/settings.ts';

/** A clock that was set shows within this time. */
const checkMs = 60_000;

interface Deps {
  readonly clock: Pick<Clock, 'wallMs' | 'setTimer'>;
  readonly settings: Pick<SettingsStore, 'get' | 'put' | 'subscribe'>;
}

export interface TimedBusy {
  /** The end of our busy status, in milliseconds since 1970; undefined if it has none. */
  untilMs(): number | undefined;
  close(): void;
}

export function createTimedBusy({ clock, settings }: Deps): TimedBusy {
  let cancelTimer: Unsubscribe | undefined;
  const undo = settings.subscribe(({ settings: changed }) => {
    if ('busyUntilMs' in changed || 'status' in changed) plan();
  });
  plan();

  function plan(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const untilMs = settings.get('busyUntilMs');
    if (untilMs === null) return;
    cancelTimer = clock.setTimer(check, Math.min(checkMs, Math.max(0, untilMs - clock.wallMs())));
  }

  function check(): void {
    const untilMs = settings.get('busyUntilMs');
    if (untilMs === null || clock.wallMs() < untilMs) return plan();
    settings.put({ busyUntilMs: null, ...(settings.get('status') === 'busy' && { status: 'available' }) });
  }

  return {
    untilMs() {
      const untilMs = settings.get('busyUntilMs');
      return settings.get('status') === 'busy' && untilMs !== null && untilMs > clock.wallMs() ? untilMs : undefined;
    },
    close() {
      undo();
      cancelTimer?.();
    },
  };
}
