/** Serves the calls about the host around the page, and forwards its events. */
import type { hostCalls, Place } from '../../../../shared/contract/host.ts';
import type { ConversationId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Clock } from '../../../core/ports.ts';

/** A host with a window. */
export interface UiHost {
  /** The page is at this conversation now. */
  setPlace(conversation: ConversationId | null): void;
  /**
   * Listens for places that the page shall show. A place that waits for a page goes to the first
   * listener.
   */
  onShow(listener: (place: Place) => void): Unsubscribe;
}

export function hostHandlers(host: UiHost | undefined): HandlersOf<typeof hostCalls> {
  return {
    setPlace({ conversation }) {
      host?.setPlace(conversation);
      return { ok: true, output: {} };
    },
  };
}

/** Forwards the places that the page shall show, between `start` and `stop`. */
export function forwardShows(
  host: UiHost | undefined,
  { setTimer }: Pick<Clock, 'setTimer'>,
  emit: (place: Place) => void,
): { start(): void; stop(): void } {
  let cancel: Unsubscribe | undefined;
  return {
    start() {
      // On the next turn: after the answer to the call that is being served.
      cancel ??= setTimer(() => void (cancel = host?.onShow(emit)), 0);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
