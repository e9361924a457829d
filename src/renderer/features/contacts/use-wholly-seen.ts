/**
 * Tells whether all parts of an element have been in view, each at some time: a small window may not
 * show all of them at once.
 */
import { useState } from 'react';
import type { RefCallback } from 'react';

/** Less than 1, because a browser rounds positions. */
const visibleShare = 0.9;

/** @returns the ref for the element, whose children are the parts; and whether the user saw them */
export function useWhollySeen(): readonly [RefCallback<HTMLElement>, boolean] {
  const [wasSeen, setWasSeen] = useState(false);
  // Kept as state, so that a render does not observe anew.
  const [ref] = useState(() => (element: HTMLElement | null): (() => void) | undefined => {
    if (element === null) return undefined;
    const unseen = new Set<Element>(element.children);
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio } of entries) if (intersectionRatio >= visibleShare) unseen.delete(target);
        if (unseen.size > 0) return;
        observer.disconnect();
        setWasSeen(true);
      },
      { threshold: visibleShare },
    );
    for (const part of element.children) observer.observe(part);
    return () => observer.disconnect();
  });
  return [ref, wasSeen];
}
