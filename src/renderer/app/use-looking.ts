/** How long the page looks for people before it says that there are none. */
import { useEffect, useState } from 'react';
import { useHallway } from '../state/context.tsx';
import { selectConnection } from '../state/selectors.ts';
import { setTimer } from '../ui/timers.ts';

/**
 * A node that just started hears most others within a second, and those that multicast does not
 * reach within a few probes.
 */
export const lookingMs = 20_000;

/** @returns whether it is still too early */
export function useLooking(): boolean {
  const isOpen = useHallway(selectConnection) === 'open';
  const [isOver, setIsOver] = useState(false);
  useEffect(() => (isOpen && !isOver ? setTimer(() => setIsOver(true), lookingMs) : undefined), [isOpen, isOver]);
  return !isOver;
}
