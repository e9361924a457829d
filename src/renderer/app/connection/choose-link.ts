/**
 * Picks the Link of this page. In the desktop app it is the one that the preload exposes. Otherwise
 * it is a WebSocket to the host, with the keys of this page.
 */
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { LinkTrouble } from '../../state/core-state.ts';
import { setTimer } from '../../ui/timers.ts';
import { createIpcLink } from './ipc-link.ts';
import { createNonce, createSigner } from './link-crypto.ts';
import { takeLinkKeys } from './link-keys.ts';
import { createWebSocketLink } from './websocket-link.ts';

export interface PageLink extends Link {
  /** Calls `listener` when an opening failed for a reason that the user must know. */
  onTrouble(listener: (trouble: LinkTrouble) => void): Unsubscribe;
}

export function chooseLink(window: Window): PageLink {
  if (window.hallway !== undefined) return { ...createIpcLink(window.hallway), onTrouble: () => () => undefined };
  return createWebSocketLink({
    connect: (to) => new WebSocket(to),
    setTimer,
    fraction: () => Math.random(),
    keys: takeLinkKeys(window, createSigner),
    createNonce,
  });
}
