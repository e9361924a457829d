/**
 * Connects the navigation to the browser's history, so that its Back and Forward stay within
 * Hallway. The history holds only the number of each place. The address never changes, so bookmarks
 * and crash reports name no contact.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import { travelTo } from '../state/route.ts';
import type { HallwayStore } from '../state/store.ts';

export interface BrowserHistoryDeps {
  readonly store: Pick<HallwayStore, 'getState' | 'navigate' | 'subscribe'>;
  readonly window: Pick<Window, 'addEventListener' | 'removeEventListener'> & {
    readonly history: Pick<History, 'state' | 'pushState' | 'go'>;
  };
}

/** The number of the place that the browser is at; 0 for an entry that is not ours. */
export function depthOf({ state }: Pick<History, 'state'>): number {
  const entry: unknown = state;
  const depth = typeof entry === 'object' && entry !== null && 'depth' in entry ? entry.depth : 0;
  return typeof depth === 'number' && Number.isSafeInteger(depth) ? depth : 0;
}

export function followBrowserHistory({ store, window }: BrowserHistoryDeps): Unsubscribe {
  const { history } = window;
  let browserDepth = depthOf(history);
  // `go` takes effect later; until the browser arrives, no further `go` is sent.
  let isTravelling = false;

  function follow(): void {
    const { depth } = store.getState().view.navigation;
    if (isTravelling || depth === browserDepth) return;
    if (depth < browserDepth) {
      isTravelling = true;
      history.go(depth - browserDepth);
      return;
    }
    for (; browserDepth < depth; browserDepth += 1) history.pushState({ depth: browserDepth + 1 }, '');
  }

  function onPopState(): void {
    browserDepth = depthOf(history);
    if (!isTravelling) store.navigate(travelTo(browserDepth));
    isTravelling = false;
    follow();
  }

  window.addEventListener('popstate', onPopState);
  const unsubscribe = store.subscribe(follow);
  return () => {
    unsubscribe();
    window.removeEventListener('popstate', onPopState);
  };
}
