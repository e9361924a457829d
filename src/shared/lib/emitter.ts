/**
 * Emits events to listeners: typed, synchronous, in order of subscription. An event is a fact,
 * never a command. A listener that throws has a bug, which affects neither other listeners nor the
 * caller.
 */

/** Removes a subscription. A second call does nothing. */
export type Unsubscribe = () => void;

export interface Emitter<Event> {
  /** Never throws. */
  emit(event: Event): void;
  subscribe(listener: (event: Event) => void): Unsubscribe;
}

/**
 * @param onError receives a listener's exception; without it, the exception becomes an unhandled
 * rejection, which every host logs before it ends
 */
export function createEmitter<Event>(onError: (error: unknown) => void = rejectUnhandled): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    emit(event) {
      // A copy, because a listener may unsubscribe itself or others during the event.
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
      // A wrapper, so that subscribing a function twice gives two subscriptions.
      const own = (event: Event): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** Throws after the caller has finished, without a timer. */
function rejectUnhandled(reason: unknown): void {
  void Promise.reject(reason);
}
