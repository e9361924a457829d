/**
 * Tells whether the user showed a sign of life lately: a key, the pointer, the wheel, a touch, or
 * the focus coming to the window. A window can have the focus while nobody sits before it, and then
 * a message on its screen is not read.
 */
import { createEmitter } from '../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../shared/rpc/link.ts';

/** Longer than a user reads without touching anything, as a rule. A later touch makes up for it. */
export const signLastsMs = 60_000;

const signs = ['keydown', 'pointermove', 'pointerdown', 'wheel', 'touchstart', 'focus'] as const;

export interface SignOfLife {
  isFresh(): boolean;
  /** Calls `listener` when the answer changed. */
  subscribe(listener: () => void): Unsubscribe;
}

export interface SignOfLifeDeps {
  readonly window: Pick<Window, 'addEventListener'>;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

export function createSignOfLife({ window, setTimer }: SignOfLifeDeps): SignOfLife {
  const changes = createEmitter<void>();
  let isFresh = true;
  let cancelTimer = setTimer(expire, signLastsMs);

  function expire(): void {
    isFresh = false;
    changes.emit();
  }

  function renew({ type, target }: Event): void {
    // Within the page, the program itself may move the focus.
    if (type === 'focus' && target instanceof Node) return;
    cancelTimer();
    cancelTimer = setTimer(expire, signLastsMs);
    if (isFresh) return;
    isFresh = true;
    changes.emit();
  }

  // In the capture phase, so that no part of the page can hide a sign.
  for (const sign of signs) window.addEventListener(sign, renew, { capture: true, passive: true });
  return { isFresh: () => isFresh, subscribe: (listener) => changes.subscribe(listener) };
}
