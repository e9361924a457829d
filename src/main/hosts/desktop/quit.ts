/**
 * Quitting: the windows close at once. The process stays until the node has said goodbye, but no
 * longer than its limit.
 */
import type { App } from 'electron';
import type { Clock, Log } from '../../core/ports.ts';

/**
 * Two goodbyes and closing the sockets take about 100 ms. A longer limit would delay a shutdown.
 */
export const goodbyeLimitMs = 2_000;

/** @param stop leaves the network and closes the profile; called once */
export function quitAfter(
  app: App,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  stop: () => Promise<void>,
): void {
  let leaving = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    const cancelLimit = clock.setTimer(() => {
      log.write('warning', 'left without finishing the goodbye', { limitMs: goodbyeLimitMs });
      app.exit(0);
    }, goodbyeLimitMs);
    stop()
      .catch((error: unknown) => log.write('error', 'could not stop cleanly', { error: String(error) }))
      .finally(() => {
        cancelLimit();
        app.exit(0);
      });
  });
}
