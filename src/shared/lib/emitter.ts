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

interface Subscription<Event> {
  readonly listener: (event: Event) => void;
  readonly hasEnded: boolean;
}

/**
 * @param onError receives a listener's exception; without it, the exception becomes an unhandled
 * rejection, which every host logs before it ends
 */
export function createEmitter<Event>(onError: (error: unknown) => void = rejectUnhandled): Emitter<Event> {
  // Replaced, never changed, because a listener may unsubscribe itself or others during an event.
  let subscriptions: readonly Subscription<Event>[] = [];
  return {
    emit(event) {
      for (const subscription of subscriptions) {
        if (subscription.hasEnded) continue;
        try {
          subscription.listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      const own = { listener, hasEnded: false };
      subscriptions = [...subscriptions, own];
      return () => {
        own.hasEnded = true;
        subscriptions = subscriptions.filter((each) => each !== own);
      };
    },
  };
}

/** Throws after the caller has finished, without a timer. */
function rejectUnhandled(reason: unknown): void {
  void Promise.reject(reason);
}
