/**
 * Picks the Link of this page. In the desktop app it is the one that the preload exposes. Otherwise
 * it is a WebSocket to the host, with the token from the page's address.
 */
import type { Link } from '../../../shared/rpc/link.ts';
import { setTimer } from '../../ui/timers.ts';
import { createIpcLink } from './ipc-link.ts';
import { createWebSocketLink } from './websocket-link.ts';

const tokenKey = 'hallway-token';

export function chooseLink(window: Window): Link {
  if (window.hallway !== undefined) return createIpcLink(window.hallway);
  const address = new URL('/link', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  address.search = new URLSearchParams({ token: takeToken(window) }).toString();
  return createWebSocketLink(
    { connect: (to) => new WebSocket(to), setTimer, fraction: () => Math.random() },
    { address: address.href },
  );
}

/**
 * Reads the token from the page's fragment or query. It stores the token for this tab, so that a
 * reload works. It also removes it from the address bar, to keep it out of bookmarks and
 * screenshots.
 */
export function takeToken({
  location,
  sessionStorage,
  history,
}: Pick<Window, 'location' | 'sessionStorage' | 'history'>): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token') ?? new URLSearchParams(location.search).get('token');
  if (given === null) return sessionStorage.getItem(tokenKey) ?? '';
  sessionStorage.setItem(tokenKey, given);
  history.replaceState(null, '', location.pathname);
  return given;
}
