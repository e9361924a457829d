/** Remembers in the browser whether the details stand beside conversations (rule PAGE-41). */
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { HallwayStore } from '../../state/store.ts';

const storageKey = 'hallway.details';
const shownWord = 'shown';

/** @param storage undefined where the browser has none */
export function rememberDetails(store: HallwayStore, storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): Unsubscribe {
  store.showDetails(read(storage));
  return store.subscribe(({ view }, before) => {
    if (view.showsDetails !== before.view.showsDetails) write(storage, view.showsDetails);
  });
}

function read(storage: Pick<Storage, 'getItem'> | undefined): boolean {
  try {
    return storage?.getItem(storageKey) === shownWord;
  } catch {
    return false;
  }
}

function write(storage: Pick<Storage, 'setItem'> | undefined, isShown: boolean): void {
  try {
    storage?.setItem(storageKey, isShown ? shownWord : '');
  } catch {
    // Full or disabled: the details stay as they are until the page closes.
  }
}
