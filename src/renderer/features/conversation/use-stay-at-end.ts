/** What is at the end of a list stays there while the room for it changes, as when the composer grows: the list lets a line or two slip. */
import { useEffect, useState } from 'react';

/** @returns where the list gives the element that scrolls */
export function useStayAtEnd(isAtEnd: boolean): (scroller: HTMLElement | Window | null) => void {
  const [scroller, setScroller] = useState<HTMLElement | Window | null>(null);
  useEffect(() => {
    if (!isAtEnd || !(scroller instanceof HTMLElement)) return undefined;
    let heightPx = scroller.clientHeight;
    const observer = new ResizeObserver(() => {
      if (scroller.clientHeight === heightPx) return;
      heightPx = scroller.clientHeight;
      scroller.scrollTop = scroller.scrollHeight;
    });
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [scroller, isAtEnd]);
  return setScroller;
}
