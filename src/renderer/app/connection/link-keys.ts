/**
 * The keys of this page. It starts with the one-time code from its address, or after a reload with
 * the token from the tab's storage. The host gives it a key of its own for either, which is in memory
 * only and serves from then on: the tab's storage belongs to the origin, so another program reads it
 * if it takes the port after Hallway. The token is worth nothing then. Rules LINK-6 and LINK-33.
 */
import { tokenName } from '../../../shared/rpc/link-opening.ts';
import type { GivenKeys, LinkKey, Sign } from './prove-link.ts';

const tokenKey = 'hallway-token';

export interface LinkKeys {
  /** The port of the link; undefined if the page has no key. */
  readonly port: number | undefined;
  /** The key to try now; undefined if the page has none left. */
  current(): LinkKey | undefined;
  /** The host gave keys for the current one. */
  exchange(given: GivenKeys): void;
  /**
   * The host does not know the current key. The page's own key stays: anything may answer at the
   * host's address while it is closed.
   *
   * @returns whether another key may do better at once
   */
  drop(): boolean;
}

export interface LinkKeysDeps {
  createSigner(secret: string): Sign;
  /** Keeps the token for a reload. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/**
 * Reads the code from the page's fragment, and removes it from the address bar, to keep it out of
 * the history, bookmarks and screenshots.
 */
export function takeLinkKeys(
  { location, sessionStorage, history }: Pick<Window, 'location' | 'sessionStorage' | 'history'>,
  createSigner: LinkKeysDeps['createSigner'],
): LinkKeys {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) history.replaceState(null, '', location.pathname);
  return createLinkKeys(code, { createSigner, storage: sessionStorage });
}

export function createLinkKeys(code: string | null, { createSigner, storage }: LinkKeysDeps): LinkKeys {
  const [codeName = '', codeSecret = '', codePort = ''] = (code ?? '').split('.');
  // Without a name: the token has one for all.
  const [tokenPort = '', token = ''] = (storage?.getItem(tokenKey) ?? '').split('.');
  const port = portOf(codePort) ?? portOf(tokenPort);
  const stored: LinkKey[] = [];
  if (codeSecret !== '') stored.push({ kind: 'code', name: codeName, sign: createSigner(codeSecret) });
  // A tab with a token also works if its address was used before.
  if (token !== '') stored.push({ kind: 'token', name: tokenName, sign: createSigner(token) });
  let own: LinkKey | undefined;

  return {
    port,
    current: () => own ?? (port === undefined ? undefined : stored[0]),
    exchange(given) {
      if (given.token !== undefined) storage?.setItem(tokenKey, `${port}.${given.token}`);
      if (given.page) own = { kind: 'page', name: given.page.name, sign: createSigner(given.page.secret) };
    },
    drop() {
      if (own !== undefined) return false;
      if (stored.shift()?.kind === 'token') storage?.removeItem(tokenKey);
      return stored.length > 0;
    },
  };
}

function portOf(text: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
