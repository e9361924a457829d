/** Serves the calls about the host around the page, and forwards its events. */
import type { hostCalls, HostNotice, Place } from '../../../../shared/contract/host.ts';
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
  /** The same for notices that the page shall give. */
  onNotice(listener: (notice: HostNotice) => void): Unsubscribe;
}

export function hostHandlers(host: UiHost | undefined): HandlersOf<typeof hostCalls> {
  return {
    setPlace({ conversation }) {
      host?.setPlace(conversation);
      return { ok: true, output: {} };
    },
  };
}

interface EmitHostEvent {
  (name: 'show', place: Place): void;
  (name: 'notice', payload: { readonly notice: HostNotice }): void;
}

/**
 * Forwards the places that the page shall show and the notices that it shall give, between `start`
 * and `stop`.
 */
export function forwardShows(
  host: UiHost | undefined,
  { setTimer }: Pick<Clock, 'setTimer'>,
  emit: EmitHostEvent,
): { start(): void; stop(): void } {
  let cancel: Unsubscribe | undefined;

  function listen(): void {
    const undo = host && [host.onShow((place) => emit('show', place)), host.onNotice((notice) => emit('notice', { notice }))];
    cancel = () => undo?.forEach((stop) => stop());
  }

  return {
    start() {
      // On the next turn: after the answer to the call that is being served.
      cancel ??= setTimer(listen, 0);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
