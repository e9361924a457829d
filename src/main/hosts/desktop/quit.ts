/** Quitting: the windows go at once, the process stays until the node has said goodbye, but never longer than its limit. */
import type { App } from 'electron';
import type { Clock, Log } from '../../core/ports.ts';

/** Two goodbyes 50 ms apart and closing some sockets take about 100 ms. Longer than this and a shutdown would be held up by us. */
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
