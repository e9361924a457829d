/**
 * The one way in which a part tells others that something happened: typed, synchronous, in order of subscription.
 * It carries facts, never commands.
 */
import type { Unsubscribe } from '../rpc/link.ts';

export interface Emitter<Event> {
  emit(event: Event): void;
  subscribe(listener: (event: Event) => void): Unsubscribe;
}

export function createEmitter<Event>(): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    emit(event) {
      // A copy, so that a listener may unsubscribe itself or others while it is being called.
      for (const listener of [...listeners]) if (listeners.has(listener)) listener(event);
    },
    subscribe(listener) {
      // A wrapper, so that subscribing one function twice gives two subscriptions with an undo each.
      const own = (event: Event): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
