/**
 * The keys of this tab: the one-time code from the page's address, and the token that the host gave
 * for it. The tab's storage has the token, so that a reload works. Rule LINK-6.
 */
import { tokenName } from '../../../shared/rpc/link-opening.ts';
import type { LinkKey } from './prove-link.ts';

const tokenKey = 'hallway-token';

export interface LinkKeys {
  /** The key to try now; undefined if the tab has none left. */
  current(): LinkKey | undefined;
  /** The host gave the token for the code. */
  exchange(token: string): void;
  /** The host does not know the current key. */
  drop(): void;
}

/**
 * Reads the code from the page's fragment, and removes it from the address bar, to keep it out of
 * the history, bookmarks and screenshots.
 */
export function takeLinkKeys({
  location,
  sessionStorage,
  history,
}: Pick<Window, 'location' | 'sessionStorage' | 'history'>): LinkKeys {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) history.replaceState(null, '', location.pathname);
  return createLinkKeys(code, sessionStorage);
}

/** @param storage keeps the token for a reload */
export function createLinkKeys(code: string | null, storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): LinkKeys {
  const token = storage?.getItem(tokenKey) ?? null;
  // A tab with a token also works if its address was used before.
  let keys = [...(code === null ? [] : [keyOfCode(code)]), ...(token === null ? [] : [{ name: tokenName, secret: token }])];

  return {
    current: () => keys[0],
    exchange(given) {
      storage?.setItem(tokenKey, given);
      keys = [{ name: tokenName, secret: given }];
    },
    drop() {
      if (keys[0]?.name === tokenName) storage?.removeItem(tokenKey);
      keys = keys.slice(1);
    },
  };
}

/** `NAME.SECRET`. A code without a secret is one that no host knows. */
function keyOfCode(code: string): LinkKey {
  const [name = '', secret = ''] = code.split('.');
  return { name, secret };
}
