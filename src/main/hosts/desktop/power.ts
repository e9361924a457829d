/**
 * Sleep, waking up and shutting down, as the operating system announces them (rules DOUBT-4, DOUBT-6): goodbye before, joining everything
 * anew after. That an announcement may be missing is no matter: the core notices sleep by its clocks too.
 */
import type { PowerMonitor } from 'electron';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { PresenceArea } from '../../core/presence/index.ts';

/**
 * Who is still awake so long after it was said to fall asleep has not: sleep can be called off without a word, and we must not stay silent
 * for ever. Systems wait for programs for 5 to 20 s before they sleep, and this clock stands still meanwhile or jumps past the end.
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
  /** Also when the screen is unlocked: the network may have become another one, and here is somebody who looks at the list. */
  function onResume(): void {
    cancelLimit?.();
    cancelLimit = undefined;
    if (!isLeaving) presence.resume();
  }
  function onShutdown(event?: { preventDefault(): void }): void {
    // Asks the system to wait until we have left; where it cannot be asked there is no event.
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
