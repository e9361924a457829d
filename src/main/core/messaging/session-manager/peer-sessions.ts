/** What delivery needs of sessions: at most one per peer, and what happens on it. Implemented by `sessions.ts`. */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Session, SessionEnd, SessionFrame } from '../session/session.ts';

export type PeerSessionEvent =
  | { readonly type: 'opened' | 'drained'; readonly peerId: PeerId }
  | { readonly type: 'frame'; readonly peerId: PeerId; readonly frame: SessionFrame }
  | { readonly type: 'closed'; readonly peerId: PeerId; readonly end: SessionEnd };

export interface PeerSessions {
  /** Opens one, unless it is open or being opened. What becomes of it is told by events. */
  open(peerId: PeerId): void;
  /** The open one. */
  current(peerId: PeerId): Session | undefined;
  subscribe(listener: (event: PeerSessionEvent) => void): Unsubscribe;
}
