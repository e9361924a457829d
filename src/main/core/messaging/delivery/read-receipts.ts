/**
 * Tells authors that their messages were read, where people agree to that: at once over a session that is open, otherwise over the next one,
 * as long as this process lasts (rule DELIVER-9). Best effort: what is forgotten here is never told.
 */
import type { MessageId, PeerId } from '../../../../shared/lib/ids.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { maxIdsPerFrame } from '../wire/frames.ts';
import type { PeerSessions } from '../session-manager/peer-sessions.ts';

export interface ReadReceipts {
  /** These messages of that peer were read here: no more than a frame holds. */
  read(peerId: PeerId, messageIds: readonly MessageId[]): void;
  /** Its session opened. */
  opened(peerId: PeerId): void;
  /** It is here: what waits may be told. */
  appeared(peerId: PeerId): void;
}

interface Deps {
  readonly sessions: Pick<PeerSessions, 'current' | 'open'>;
  readonly isHere: (peerId: PeerId) => boolean;
}

/** Ids that wait for one peer, and peers for whom any wait: 40 MB of them at the very most. The oldest are never told. */
const maxWaiting = maxIdsPerFrame;
const maxPeers = 128;

export function createReadReceipts({ sessions, isHere }: Deps): ReadReceipts {
  const waiting = createLruMap<PeerId, readonly MessageId[]>(maxPeers);

  return {
    read(peerId, messageIds) {
      const session = sessions.current(peerId);
      if (session) return void session.send({ type: 'read', messageIds });
      const all = [...(waiting.get(peerId) ?? []), ...messageIds].slice(-maxWaiting);
      waiting.set(peerId, all);
      appeared(peerId);
    },
    opened(peerId) {
      const messageIds = waiting.get(peerId);
      if (!messageIds) return;
      waiting.delete(peerId);
      sessions.current(peerId)?.send({ type: 'read', messageIds });
    },
    appeared,
  };

  function appeared(peerId: PeerId): void {
    if (waiting.has(peerId) && isHere(peerId)) sessions.open(peerId);
  }
}
