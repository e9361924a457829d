/**
 * The one way in which a part tells others that something happened: typed, synchronous, in order of subscription.
 * It carries facts, never commands. A listener that throws has a bug, which neither the other listeners nor the caller pay for.
 */

/** Removes what a subscription added. Calling it twice does nothing more. */
export type Unsubscribe = () => void;

export interface Emitter<Event> {
  /** Never throws. */
  emit(event: Event): void;
  subscribe(listener: (event: Event) => void): Unsubscribe;
}

/**
 * @param onError takes what a listener threw; absent: the error becomes an unhandled rejection, which every host writes to its log before
 *   it ends
 */
export function createEmitter<Event>(onError: (error: unknown) => void = rejectUnhandled): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    emit(event) {
      // A copy, so that a listener may unsubscribe itself or others while it is being called.
      for (const listener of [...listeners]) {
        if (!listeners.has(listener)) continue;
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      // A wrapper, so that subscribing one function twice gives two subscriptions with an undo each.
      const own = (event: Event): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** The way to throw after the caller has gone on, without a timer. */
function rejectUnhandled(reason: unknown): void {
  void Promise.reject(reason);
}
