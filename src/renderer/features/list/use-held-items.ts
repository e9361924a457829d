/**
 * Holds the order of the list while the pointer is over it or a walk by keys goes on, so that no row
 * moves away from under a press (rule LIST-10). Rows go on to show their own news.
 */
import { useEffect, useRef, useState } from 'react';
import type { ListItem } from '../../state/list-items.ts';
import { setTimer } from '../../ui/timers.ts';

/** A pointer that rests for so long does not aim at a row. */
export const restingPointerMs = 10_000;
/** After the last key of a walk. */
export const walkMs = 3_000;

export interface HeldItems {
  readonly shown: readonly ListItem[];
  /** Holds the order for so long from now. */
  hold(durationMs: number): void;
  release(): void;
}

/** @param occasion another one shows the true order at once, as a search does */
export function useHeldItems(items: readonly ListItem[], occasion: string): HeldItems {
  const [held, setHeld] = useState<{ readonly items: readonly ListItem[]; readonly occasion: string }>();
  const cancelTimer = useRef<() => void>(undefined);
  const shown = held !== undefined && held.occasion === occasion ? held.items : items;

  function release(): void {
    cancelTimer.current?.();
    setHeld(undefined);
  }

  useEffect(() => () => cancelTimer.current?.(), []);

  return {
    shown,
    hold(durationMs) {
      cancelTimer.current?.();
      cancelTimer.current = setTimer(() => setHeld(undefined), durationMs);
      // An empty list has nothing that could move.
      if (shown.length > 0 && (held === undefined || held.occasion !== occasion)) setHeld({ items: shown, occasion });
    },
    release,
  };
}
