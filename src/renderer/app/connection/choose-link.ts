/**
 * Picks the Link of this page. In the desktop app it is the one that the preload exposes. Otherwise
 * it is a WebSocket to the host, with the keys of this tab.
 */
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { LinkEnd } from '../../state/core-state.ts';
import { setTimer } from '../../ui/timers.ts';
import { createIpcLink } from './ipc-link.ts';
import { createNonce, sign } from './link-crypto.ts';
import { takeLinkKeys } from './link-keys.ts';
import { createWebSocketLink } from './websocket-link.ts';

export interface PageLink extends Link {
  /** Calls `listener` when the link ended for good: at once if it already has. */
  onEnd(listener: (reason: LinkEnd) => void): Unsubscribe;
}

export function chooseLink(window: Window): PageLink {
  if (window.hallway !== undefined) return { ...createIpcLink(window.hallway), onEnd: () => () => undefined };
  const address = new URL('/link', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  address.search = '';
  return createWebSocketLink(
    {
      connect: (to) => new WebSocket(to),
      setTimer,
      fraction: () => Math.random(),
      keys: takeLinkKeys(window),
      sign,
      createNonce,
    },
    { address: address.href },
  );
}
