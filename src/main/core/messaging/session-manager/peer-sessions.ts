/**
 * Sessions as delivery needs them: at most one per peer, and their events. Implemented by
 * session-manager.ts.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import type { Session, SessionEnd, SessionFrame } from '../session/session.ts';

export type PeerSessionEvent =
  | { readonly type: 'opened' | 'drained'; readonly peerId: PeerId }
  | { readonly type: 'frame'; readonly peerId: PeerId; readonly frame: SessionFrame }
  | { readonly type: 'closed'; readonly peerId: PeerId; readonly end: SessionEnd };

export interface PeerSessions {
  /** Opens a session, unless one is open or being opened. Events report the result. */
  open(peerId: PeerId): void;
  /** The open session. */
  current(peerId: PeerId): Session | undefined;
  subscribe(listener: (event: PeerSessionEvent) => void): Unsubscribe;
}
