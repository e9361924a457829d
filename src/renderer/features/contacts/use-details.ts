/**
 * Whether the details of a conversation stand beside it (rules PAGE-40 and PAGE-41). In a narrower
 * window they cover it, as a page or a dialog.
 */
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { close } from '../../state/route.ts';
import { selectDetailsCover } from '../../state/selectors.ts';

/** The list, a readable conversation and the details fit beside each other. */
const wideEnough = '(width >= 1000px)';

export interface DetailsBeside {
  /** The window has the space. */
  readonly fits: boolean;
  /** It has, and the user wants them. */
  readonly isOpen: boolean;
  toggle(): void;
}

export function useDetails(): DetailsBeside {
  const { store } = useHallwayContext();
  const fits = useSyncExternalStore(subscribe, isWide);
  const isWanted = useHallway(({ view }) => view.showsDetails);
  return {
    fits,
    isOpen: fits && isWanted,
    toggle() {
      store.showDetails(!isWanted);
      // The button that opened the details closes them, wherever the focus is.
      if (isWanted) document.querySelector<HTMLElement>(`[${detailsButton}]`)?.focus();
    },
  };
}

/**
 * Where the window becomes wide enough, details that cover a conversation go beside it. Called by
 * the one that shows the conversation or the details.
 *
 * @returns whether there is space beside
 */
export function useDetailsMoveBeside(): boolean {
  const { store } = useHallwayContext();
  const fits = useSyncExternalStore(subscribe, isWide);
  const cover = useHallway(selectDetailsCover);
  useLayoutEffect(() => {
    if (!fits || !cover) return;
    store.showDetails(true);
    store.navigate(close);
  }, [store, fits, cover]);
  return fits;
}

/** Marks the button of a header that shows and hides the details. */
export const detailsButton = 'data-shows-details';

function isWide(): boolean {
  return window.matchMedia(wideEnough).matches;
}

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(wideEnough);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
