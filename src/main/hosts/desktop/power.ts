/**
 * Sleep, resume and shutdown, as the operating system announces them (rules DOUBT-4, DOUBT-6): a
 * goodbye before, a new start of all sockets after. A missing announcement does no harm, because
 * the core notices sleep by its clocks too.
 */
import type { PowerMonitor } from 'electron';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { PresenceArea } from '../../core/presence/index.ts';

/**
 * A system that is awake this long after its announcement did not sleep. Sleep may be cancelled
 * without notice, and we must not stay silent for ever. Systems wait 5 to 20 s for programs before
 * they sleep; during sleep this clock stands still, or jumps past the limit.
 */
export const sleepLimitMs = 30_000;

interface Deps {
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly presence: Pick<PresenceArea, 'suspend' | 'resume'>;
  readonly log: Log;
}

/** @param quit leaves with a goodbye. @returns its undo */
export function followPower(powerMonitor: PowerMonitor, { clock, presence, log }: Deps, quit: () => void): Unsubscribe {
  let isLeaving = false;
  let cancelLimit: Unsubscribe | undefined;

  function onSuspend(): void {
    cancelLimit?.();
    cancelLimit = clock.setTimer(onResume, sleepLimitMs);
    log.write('info', 'the computer is about to sleep');
    presence
      .suspend()
      .catch((error: unknown) => log.write('error', 'could not say goodbye before sleep', { error: String(error) }));
  }
  /**
   * Also when the screen is unlocked: the network may have changed, and the user looks at the list.
   */
  function onResume(): void {
    cancelLimit?.();
    cancelLimit = undefined;
    if (!isLeaving) presence.resume();
  }
  function onShutdown(event?: { preventDefault(): void }): void {
    // Asks the system to wait for our goodbye. Some systems pass no event.
    event?.preventDefault();
    isLeaving = true;
    quit();
  }

  powerMonitor.on('suspend', onSuspend);
  powerMonitor.on('resume', onResume);
  powerMonitor.on('unlock-screen', onResume);
  powerMonitor.on('shutdown', onShutdown);
  return () => {
    cancelLimit?.();
    powerMonitor.off('suspend', onSuspend);
    powerMonitor.off('resume', onResume);
    powerMonitor.off('unlock-screen', onResume);
    powerMonitor.off('shutdown', onShutdown);
  };
}
